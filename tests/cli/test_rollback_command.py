"""``memora rollback`` as a person and a script meet it."""

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    for number in ("one", "two"):
        terminal.ok("add", number)
        terminal.ok("commit", "-m", number.capitalize())
    return terminal


def commits(terminal: Terminal) -> list[str]:
    return [record["commit"] for record in terminal.json("log")]


def contents(terminal: Terminal) -> set[str]:
    return {record["content"] for record in terminal.json("list")}


def test_back_by_a_new_commit(terminal: Terminal) -> None:
    first = commits(terminal)[-1]
    lines = terminal.ok("rollback", "--to", "HEAD~1").splitlines()
    assert lines == [f"[main {commits(terminal)[0][:8]}] Roll back to {first[:8]}: One", "1 removed"]
    assert contents(terminal) == {"one"}
    assert len(commits(terminal)) == 3
    terminal.ok("undo")
    assert contents(terminal) == {"one", "two"}
    assert len(commits(terminal)) == 2


def test_uncommitted_work_is_kept_and_its_place_is_named(terminal: Terminal) -> None:
    terminal.ok("add", "three")
    lines = terminal.ok("rollback", "--to", "HEAD~1").splitlines()
    checkpoint = commits(terminal)[1]
    assert lines[1] == "2 removed"
    assert lines[2] == (
        f"what was not committed is in {checkpoint[:8]}: `memora rollback --to {checkpoint[:8]}` brings it back"
    )
    terminal.ok("rollback", "--to", checkpoint[:8])
    assert contents(terminal) == {"one", "two", "three"}
    terminal.ok("undo")
    terminal.ok("undo")
    assert terminal.json("status")[0]["changes"]["added"] == 1
    assert contents(terminal) == {"one", "two", "three"}


def test_records(terminal: Terminal) -> None:
    second, first = commits(terminal)
    terminal.ok("add", "three")
    record = terminal.json("rollback", "--to", "HEAD~1", "-m", "As it was", "--author", "bob")[0]
    now, checkpoint, *_ = commits(terminal)
    assert record["schema"] == "memora.commit/v1"
    assert (record["commit"], record["parents"], record["branch"]) == (now, [checkpoint], "main")
    assert (record["message"], record["author"], record["at"]) == ("As it was", "bob", terminal.json("log")[0]["at"])
    assert (record["checkpoint"], record["target"]) == (checkpoint, first)
    assert record["changes"]["removed"] == 2
    assert terminal.json("rollback", "--to", second)[0]["checkpoint"] is None


def test_nothing_to_roll_back(terminal: Terminal) -> None:
    result = terminal.run("rollback", "--to", "HEAD")
    assert (result.code, result.out) == (1, "")
    assert result.err == f"nothing to roll back: this is {commits(terminal)[0][:8]} already\n"
    result = terminal.run("rollback", "--to", "main", "--json")
    assert (result.code, result.out, result.err) == (1, "", "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("--to", "nowhere"), 4),
        (("--to", "HEAD~9"), 4),
        (("--to", "ffffffff"), 4),
        (("--to", ""), 2),
        (("--to", "a..b"), 2),
        (("--to", "HEAD~1", "-m", ""), 2),
        (("HEAD~1",), 2),
    ],
)
def test_what_is_refused(terminal: Terminal, arguments: tuple[str, ...], code: int) -> None:
    terminal.ok("add", "three")
    result = terminal.run("rollback", *arguments)
    assert (result.code, result.out) == (code, "")
    assert "hint: " in result.err
    assert contents(terminal) == {"one", "two", "three"}
    assert len(commits(terminal)) == 2
