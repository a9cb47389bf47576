"""``memora show``."""

import io
from pathlib import Path

import pytest
from commandline import Terminal
from seats import Seat

from memora.cli.node_page import node_page
from memora.cli.output import Output
from memora.cli.world import Options
from memora.operations.look.show import NodeView, show


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok(
        *("add", "Auth uses JWT\nwith RS256", "-k", "auth.kind", "--source", "code_read", "--evidence", "src/a.rs:L4"),
        *("--tag", "auth", "--applies-to", "src/**"),
    )
    terminal.ok("add", "Probably uses Redis", "-t", "assumption", "-k", "cache", "--link", "supports:auth.kind")
    terminal.ok("commit", "-m", "First beliefs\n\nAnd more.")
    return terminal


@pytest.mark.parametrize(
    ("more", "whole", "said"),
    [
        (3, True, "and 3 more: memora log"),
        (3, False, "and 3 more and perhaps older ones: memora log"),
        (0, False, "and perhaps older ones: memora log"),
        (0, True, None),
    ],
)
def test_what_the_history_leaves_out(tmp_path: Path, more: int, whole: bool, said: str | None) -> None:
    seat = Seat(tmp_path)
    seat.remember("One", key="one")
    seat.commit("First")
    view = show(seat.repository, "one", now=seat.now)
    assert isinstance(view, NodeView)
    view = view._replace(history=view.history._replace(more=more, whole=whole))
    *_, last = map(str.strip, node_page(Output(io.StringIO(), io.StringIO(), {}, Options()), view, seat.now))
    assert last.startswith(said) if said else last.endswith("First")


def test_a_tag_with_a_message_shows_it(terminal: Terminal) -> None:
    terminal.ok("tag", "plain")
    terminal.ok("tag", "v1", "-m", "Before the move\n\nto RS256")
    commit = terminal.ok("show", "HEAD")
    assert terminal.ok("show", "plain") == commit
    shown = "tag v1\nTagger: ada\nDate:   2027-01-15 08:00:06 UTC\n\n    Before the move\n\n    to RS256\n\n"
    assert terminal.ok("show", "v1") == terminal.ok("show", "tags/v1") == shown + commit
    terminal.ok("branch", "v1")
    assert terminal.ok("show", "v1") != shown + commit


def test_everything_about_a_memory(terminal: Terminal) -> None:
    node = terminal.json("list", "--key", "auth.kind")[0]
    cache = terminal.json("list", "--key", "cache")[0]["id"][:8]
    [commit] = terminal.json("log")
    terminal.now += 3 * 86_400_000_000
    assert terminal.ok("show", "auth.kind").splitlines() == [
        f"[semantic] {node['id'][:8]}  Auth uses JWT …  (confidence 1.00, code_read)",
        "",
        "    Auth uses JWT",
        "    with RS256",
        "",
        f"id          {node['id']}",
        f"version     {node['version']}",
        "key         auth.kind",
        "type        semantic",
        "status      ephemeral",
        "confidence  1",
        "importance  0.80 (recalled 0 times)",
        "tags        auth",
        "applies to  src/**",
        "created     2027-01-15 08:00:02 UTC, 3 days ago",
        "updated     2027-01-15 08:00:02 UTC, 3 days ago",
        "",
        "observations",
        "  code_read by ada, 3 days ago, src/a.rs:L4",
        "",
        "linked from",
        f"  supports {cache}  Probably uses Redis",
        "",
        "history",
        f"  {commit['commit'][:8]}  2027-01-15 08:00:04 UTC  ada  First beliefs",
    ]


def test_a_change_that_is_not_committed_and_an_end_that_comes(terminal: Terminal) -> None:
    terminal.ok("pin", "cache")
    out = terminal.ok("show", "cache")
    assert "\npinned      yes\n" in out
    assert "\nexpires     2027-01-29 08:00:03 UTC, in 13 days\n" in out
    assert "\nlinks\n  supports " in out
    assert "\nhistory\n  not committed as it is now\n" in out
    assert "not committed" not in terminal.ok("show", "cache", "--at", "HEAD")


def test_a_record(terminal: Terminal) -> None:
    [record] = terminal.json("show", "auth.kind")
    [listed] = terminal.json("list", "--key", "auth.kind")
    assert {name: record[name] for name in listed} == listed
    [commit] = terminal.json("log")
    cache = terminal.json("list", "--key", "cache")[0]["id"]
    assert {name: record[name] for name in record.keys() - listed.keys()} == {
        "expired": False,
        "importance": 0.8,
        "accesses": 0,
        "uncommitted": False,
        "remote": None,
        "linked_from": [{"rel": "supports", "from": cache}],
        "sides": [],
        "history": [{name: commit[name] for name in ("commit", "at", "author", "message")}],
        "history_more": 0,
        "history_whole": True,
    }


def test_a_memory_as_it_was(terminal: Terminal) -> None:
    terminal.ok("edit", "auth.kind", "-c", "Auth uses PASETO")
    terminal.ok("rm", "cache")
    terminal.ok("commit", "-m", "Second")
    assert "Auth uses JWT" in terminal.ok("show", "auth.kind", "--at", "HEAD~1")
    assert "Probably uses Redis" in terminal.ok("show", "cache", "--at", "HEAD~1")
    result = terminal.run("show", "cache")
    assert (result.code, result.out) == (4, "")
    assert result.err.startswith("error: no node or revision 'cache'")


def test_a_commit_and_what_it_changed(terminal: Terminal) -> None:
    terminal.ok("edit", "auth.kind", "-c", "Auth uses PASETO")
    terminal.ok("rm", "cache")
    terminal.ok("commit", "-m", "Second")
    out = terminal.ok("show", "HEAD")
    lines = out.splitlines()
    commit = terminal.json("log")[0]["commit"]
    assert lines[0] == f"commit {commit} (HEAD -> main)"
    assert lines[1:5] == ["Author: ada", "Date:   2027-01-15 08:00:07 UTC", "", "    Second"]
    assert any(line.startswith("~ [semantic] ") for line in lines)
    assert any(line.startswith("- [assumption] ") for line in lines)
    assert "  + content: Auth uses PASETO" in lines
    assert lines[-1] == "1 changed, 1 removed"
    assert terminal.ok("show", commit[:8]) == out


def test_a_commit_as_records(terminal: Terminal) -> None:
    head, *changes = terminal.json("show", "main")
    assert head == terminal.json("log")[0]
    assert [(item["schema"], item["change"]) for item in changes] == [("memora.change/v1", "added")] * 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "no node or revision 'nowhere'"),
        (("\udcff",), "no node or revision '\\udcff'"),
        (("HEAD~9",), "no node or revision 'HEAD~9'"),
        (("auth.kind", "--at", "nowhere"), "no revision 'nowhere'"),
        (("main", "--at", "HEAD"), "no node 'main'"),
    ],
)
def test_names_that_fit_nothing(terminal: Terminal, arguments: tuple[str, ...], said: str) -> None:
    result = terminal.run("show", *arguments)
    assert (result.code, result.out) == (4, "")
    assert result.err.startswith(f"error: {said}\nhint: ")


def test_nothing_of_a_memory_acts_on_the_terminal(terminal: Terminal) -> None:
    from memora.operations.naming import read_named
    from memora.repository import Repository

    with Repository.open(str(terminal.directory / ".memora")) as repository:
        [item] = read_named(repository, ["cache"])
        evil = "a\x1b[2Jb\u202ec"
        [seen] = item.node.observations
        node = item.node._replace(content=evil, observations=(seen._replace(author=evil, evidence=(evil,)),))
        with repository.transaction("test", author="test", now=terminal.now) as transaction:
            transaction.set_nodes({node.id: transaction.write_node(node)})
    for arguments in (("show", "cache"), ("list",), ("pin", "cache"), ("rm", "cache")):
        out = terminal.ok(*arguments)
        assert "a\\u{1b}[2Jb\\u{202e}c" in out
        assert "\x1b" not in out
