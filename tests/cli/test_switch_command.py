"""``memora switch`` as a person and a script meet it."""

import json
from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """On main, a commit ahead of dev."""
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "one", "--key", "one")
    terminal.ok("commit", "-m", "First")
    terminal.ok("branch", "dev")
    terminal.ok("add", "two")
    terminal.ok("commit", "-m", "Second")
    return terminal


def contents(terminal: Terminal) -> set[str]:
    return {record["content"] for record in terminal.json("list")}


def test_there_and_back(terminal: Terminal) -> None:
    assert terminal.ok("switch", "dev") == "Switched to branch 'dev'\n"
    assert contents(terminal) == {"one"}
    assert terminal.ok("switch", "-") == "Switched to branch 'main'\n"
    assert contents(terminal) == {"one", "two"}
    assert terminal.ok("switch", "main") == "Already on 'main'\n"


def test_records(terminal: Terminal) -> None:
    record = terminal.json("switch", "dev")[0]
    assert (record["schema"], record["name"], record["current"]) == ("memora.ref/v1", "dev", True)
    assert (record["outcome"], record["carried"]) == ("switched", 0)
    assert record["commit"] == terminal.json("log", "-n", "1")[0]["commit"]
    assert terminal.json("switch", "dev")[0]["outcome"] == "already"
    assert terminal.json("switch", "-c", "new")[0]["outcome"] == "created"
    detached = terminal.json("switch", "--detach", "main")[0]
    assert (detached["outcome"], detached["name"]) == ("detached", "HEAD")


def test_uncommitted_changes_are_shown_and_kept(terminal: Terminal) -> None:
    for number in range(6):
        terminal.ok("add", f"new {number}")
    terminal.ok("add", "one, but better", "--key", "one", "--replace")
    result = terminal.run("switch", "dev")
    assert (result.code, result.out) == (5, "")
    lines = result.err.splitlines()
    assert lines[0] == "error: 7 uncommitted changes in the working tree"
    assert "--carry" in lines[-1]
    assert lines[-2] == "  and 2 more"
    assert len(lines) == 8
    assert all(line.startswith(("  + [semantic]", "  ~ [semantic]")) for line in lines[1:6])
    assert len(contents(terminal)) == 8


def test_the_record_of_the_refusal_names_nodes(terminal: Terminal) -> None:
    node = terminal.json("add", "new")[0]["nodes"][0]["id"]
    result = terminal.run("switch", "dev", "--json")
    record = json.loads(result.err)
    assert (result.code, record["exit"], record["code"]) == (5, 5, "uncommitted_changes")
    assert record["nodes"] == [node]


def test_carry(terminal: Terminal) -> None:
    terminal.ok("add", "new")
    result = terminal.run("switch", "--carry", "dev")
    assert (result.code, result.out) == (0, "Switched to branch 'dev'\n")
    assert result.err == "1 uncommitted change came along\n"
    assert contents(terminal) == {"one", "new"}
    assert terminal.json("status")[0]["changes"]["added"] == 1


def test_carry_where_both_sides_differ(terminal: Terminal) -> None:
    terminal.ok("add", "one on main", "--key", "one", "--replace")
    terminal.ok("commit", "-m", "One on main")
    terminal.ok("switch", "dev")
    node = terminal.json("add", "one on dev", "--key", "one", "--replace")[0]["nodes"][0]["id"]
    result = terminal.run("switch", "--carry", "main")
    assert result.code == 5
    assert result.err.splitlines()[0] == f"error: node {node[:8]} changed on both sides"
    assert contents(terminal) == {"one on dev"}


def test_a_new_branch_takes_changes_along(terminal: Terminal) -> None:
    terminal.ok("add", "new")
    assert terminal.ok("switch", "-c", "feature") == "Switched to a new branch 'feature'\n"
    assert contents(terminal) == {"one", "two", "new"}
    assert terminal.run("switch", "-c", "other", "dev").code == 5
    assert terminal.ok("switch", "--create", "other", "dev", "--carry") == "Switched to a new branch 'other'\n"
    assert contents(terminal) == {"one", "new"}


def test_detaching(terminal: Terminal) -> None:
    first = terminal.json("log")[-1]["commit"]
    assert terminal.ok("switch", "--detach", "HEAD~1") == f"HEAD is now at {first[:8]} First, on no branch\n"
    assert terminal.ok("switch", "--detach") == f"Already at {first[:8]}\n"
    assert contents(terminal) == {"one"}
    assert terminal.json("status")[0]["branch"] is None


def test_a_commit_needs_detach(terminal: Terminal) -> None:
    first = terminal.json("log")[-1]["commit"]
    terminal.ok("tag", "v1")
    for name in (first, first[:8], "v1", "HEAD~1"):
        result = terminal.run("switch", name)
        assert result.code == 5
        assert f"switch --detach {name}" in result.err


def test_what_is_nothing(terminal: Terminal) -> None:
    result = terminal.run("switch", "mian")
    assert (result.code, result.err) == (4, "error: no branch 'mian'\nhint: did you mean main?\n")
    result = terminal.run("switch", "-")
    assert (result.code, result.err.splitlines()[0]) == (4, "error: no previous branch '-'")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("-c",), 2),
        (("-c", "main"), 5),
        (("-c", "Main"), 5),
        (("-c", "new", "nowhere"), 4),
        (("main", "dev"), 2),
        (("-c", "--detach", "new"), 2),
        (("--detach", "nowhere"), 4),
        (("--detach", "0000"), 4),
        (("zzzz..yyyy",), 4),
    ],
)
def test_what_is_refused(terminal: Terminal, arguments: tuple[str, ...], code: int) -> None:
    before = terminal.ok("branch", "-v")
    result = terminal.run("switch", *arguments)
    assert (result.code, result.out) == (code, "")
    assert "hint: " in result.err
    assert terminal.ok("branch", "-v") == before


def test_a_commit_without_a_name_is_not_left_in_silence(terminal: Terminal) -> None:
    terminal.ok("switch", "--detach", "main")
    assert terminal.run("switch", "dev").err == ""
    terminal.ok("switch", "--detach", "main")
    terminal.ok("add", "on no branch")
    left = terminal.json("commit", "-m", "Loose")[0]["commit"][:8]
    result = terminal.run("switch", "dev")
    assert result.err == f"left behind {left}, which no branch has: `memora branch NAME {left}` gives it one\n"
    terminal.ok("branch", "kept", left)
    terminal.ok("switch", "--detach", left)
    assert terminal.run("switch", "dev").err == ""
