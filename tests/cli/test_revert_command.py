"""``revert`` and ``cherry-pick`` as typed."""

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "Auth uses JWT", "-k", "auth")
    terminal.ok("commit", "-m", "One")
    terminal.ok("edit", "auth", "-c", "Auth uses PASETO")
    terminal.ok("commit", "-m", "Two")
    return terminal


def content(terminal: Terminal) -> str:
    [record] = terminal.json("show", "auth")
    text: str = record["content"]
    return text


def head(terminal: Terminal) -> str:
    commit: str = terminal.json("log", "-n", "1")[0]["commit"]
    return commit


def dispute(terminal: Terminal) -> None:
    """Take back a commit whose words were replaced since."""
    terminal.ok("edit", "auth", "-c", "Auth uses OAuth")
    terminal.ok("commit", "-m", "Three")


def test_a_commit_is_taken_back(terminal: Terminal) -> None:
    result = terminal.run("revert", "HEAD")
    assert (result.code, result.err) == (0, "")
    assert result.out == f'[main {head(terminal)[:8]}] Revert "Two"\n1 changed\n'
    assert content(terminal) == "Auth uses JWT"
    terminal.ok("undo")
    assert content(terminal) == "Auth uses PASETO"


def test_a_dispute_is_shown_with_its_sides(terminal: Terminal) -> None:
    dispute(terminal)
    result = terminal.run("revert", "HEAD~1")
    assert result.code == 0
    assert "1 conflicted\n" in result.out
    for side in ("base    Auth uses PASETO", "ours    Auth uses OAuth", "theirs  Auth uses JWT"):
        assert side in result.out
    assert "1 memory is in dispute" in result.err
    [conflict] = terminal.json("conflicts")
    assert (conflict["ours"]["content"], conflict["theirs"]["content"]) == ("Auth uses OAuth", "Auth uses JWT")


def test_words_confirmed_later_are_shown_as_a_dispute(terminal: Terminal) -> None:
    terminal.ok("add", "Auth uses PASETO", "-k", "auth", "--author", "bob")
    terminal.ok("commit", "-m", "Confirmed")
    out = terminal.ok("revert", "HEAD~1")
    assert "in dispute" in out
    assert "manual by ada, manual by bob" in out


def test_the_plan_is_printed_and_nothing_changes(terminal: Terminal) -> None:
    before = terminal.ok("op", "log")
    result = terminal.run("revert", "HEAD", "--dry-run")
    assert result.out.startswith("revert plan (nothing was changed)\n~ [semantic]")
    assert "- content: Auth uses PASETO\n  + content: Auth uses JWT\n" in result.out
    assert result.out.endswith('[main] Revert "Two"\n1 changed\n')
    assert terminal.ok("op", "log") == before
    [record] = terminal.json("revert", "HEAD", "--dry-run")
    assert (record["commit"], record["dry_run"]) == (None, True)


def test_the_record_of_a_revert(terminal: Terminal) -> None:
    target = head(terminal)
    [record] = terminal.json("revert", "HEAD", "-m", "Wrong")
    assert record["dry_run"] is False
    assert (record["schema"], record["branch"], record["message"]) == ("memora.commit/v1", "main", "Wrong")
    assert (record["reverted"], record["conflicts"], record["parents"]) == ([target], [], [target])
    assert record["changes"]["changed"] == 1
    dispute(terminal)
    [record] = terminal.json("revert", "HEAD~2..HEAD~1")
    assert record["conflicts"] == [terminal.json("show", "auth")[0]["id"]]


def test_ranges_and_authors(terminal: Terminal) -> None:
    terminal.ok("add", "From eve")
    terminal.ok("commit", "-m", "Three", "--author", "Eve <eve@example.org>")
    assert len(terminal.json("revert", "--author", "Eve")[0]["reverted"]) == 1
    assert terminal.run("revert", "HEAD~2..").code == 1
    assert len(terminal.json("revert", "HEAD~3..")[0]["reverted"]) == 3
    assert content(terminal) == "Auth uses JWT"


def test_nothing_to_revert(terminal: Terminal) -> None:
    terminal.ok("revert", "HEAD")
    gone = terminal.run("revert", "HEAD~1")
    assert (gone.code, gone.out) == (1, "")
    assert gone.err == "nothing to revert: what was done there is not here any more\n"
    assert terminal.run("revert", "HEAD..HEAD").err == "nothing to revert: HEAD..HEAD holds no commit\n"
    assert terminal.run("revert", "--author", "eve").err == "nothing to revert: no commit here is by 'eve'\n"


@pytest.fixture
def merged(terminal: Terminal) -> Terminal:
    terminal.ok("switch", "-c", "side", "HEAD~1")
    terminal.ok("add", "On the side")
    terminal.ok("commit", "-m", "Side")
    terminal.ok("switch", "main")
    terminal.ok("merge", "side", "--author", "eve")
    return terminal


def test_a_merge_needs_a_parent(merged: Terminal) -> None:
    result = merged.run("revert", "HEAD")
    assert (result.code, result.out) == (5, "")
    assert "is a merge with 2 parents" in result.err
    assert "hint: --mainline 1 means" in result.err
    assert merged.run("cherry-pick", "HEAD").code == 5
    assert merged.run("revert", "HEAD", "--mainline", "3").code == 2
    merged.ok("revert", "HEAD", "--mainline", "1")
    assert "On the side" not in merged.ok("list")


def test_merges_of_an_author_are_passed_over_and_that_is_said(merged: Terminal) -> None:
    result = merged.run("revert", "--author", "eve")
    assert (result.code, result.out) == (1, "")
    assert "nothing to revert: 1 merge was passed over; --mainline N" in result.err
    both = merged.run("revert", "--author", "ada", "--dry-run")
    assert both.code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "say one thing to take back"),
        (("HEAD", "--author", "ada"), 2, "say one thing to take back"),
        (("nowhere",), 4, "no revision 'nowhere'"),
        (("HEAD..nowhere",), 4, "no revision 'nowhere'"),
        (("HEAD...HEAD",), 2, "three dots"),
        (("--session", "s1"), 4, "no session 's1'"),
        (("HEAD", "--mainline", "0"), 2, "0"),
        (("HEAD", "-m", " "), 2, "message"),
    ],
)
def test_bad_input(terminal: Terminal, arguments: tuple[str, ...], code: int, says: str) -> None:
    before = terminal.ok("op", "log")
    result = terminal.run("revert", *arguments)
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert terminal.ok("op", "log") == before


def test_uncommitted_changes_are_refused(terminal: Terminal) -> None:
    terminal.ok("add", "Not committed")
    for command in ("revert", "cherry-pick"):
        result = terminal.run(command, "HEAD")
        assert (result.code, result.out) == (5, "")
        assert "1 uncommitted change" in result.err


def test_a_commit_is_picked(merged: Terminal) -> None:
    merged.ok("switch", "--detach", "HEAD~2")
    out = merged.ok("cherry-pick", "side", "--quiet")
    assert out == f"[detached HEAD {head(merged)[:8]}] Side\n1 added\n"
    again = merged.run("cherry-pick", "side")
    side = merged.json("log", "side", "-n", "1")[0]["commit"]
    assert (again.code, again.out, again.err) == (1, "", f"{side[:8]} changes nothing here\n")


def test_the_records_of_picks(merged: Terminal) -> None:
    merged.ok("switch", "--detach", "HEAD~2")
    side, two = (merged.json("log", name, "-n", "1")[0]["commit"] for name in ("side", "main~1"))
    records = merged.json("cherry-pick", "side", "main~1", "side")
    assert [(record["schema"], record["picked"], record["message"], record["author"]) for record in records] == [
        ("memora.commit/v1", side, "Side", "ada"),
        ("memora.commit/v1", two, "Two", "ada"),
    ]
    assert records[1]["parents"] == [records[0]["commit"]]


def test_a_dispute_that_a_pick_leaves_is_said(merged: Terminal) -> None:
    merged.ok("switch", "-c", "other", "HEAD~2")
    merged.ok("edit", "auth", "-c", "Auth uses OAuth")
    merged.ok("commit", "-m", "Other")
    result = merged.run("cherry-pick", "main~1")
    assert result.code == 0
    assert "1 memory is in dispute" in result.err
    assert "theirs  Auth uses PASETO" in result.out


def test_a_pick_decides_by_the_policies_of_the_settings(merged: Terminal) -> None:
    merged.ok("switch", "-c", "other", "HEAD~2")
    merged.ok("edit", "auth", "-c", "Auth uses OAuth")
    merged.ok("commit", "-m", "Other")
    (merged.directory / ".memora" / "config.toml").write_text('[merge]\nsemantic = ["newest"]\n', encoding="utf-8")
    result = merged.run("cherry-pick", "main~1")
    assert (result.code, "changes nothing here" in result.err) == (1, True)
    assert "kept ours, by newest" in result.out
