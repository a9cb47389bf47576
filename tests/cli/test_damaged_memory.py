"""One memory whose current version is damaged: everything else goes on, and it can be taken out or said again."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest
from commandline import Terminal


def damage(terminal: Terminal, version: str) -> None:
    """Change the bytes of a version behind memora's back."""
    connection = apsw.Connection(str(terminal.directory / ".memora" / "memora.db"))
    connection.execute("UPDATE objects SET body = ? WHERE id = ?", (b'{"content":"x"}', bytes.fromhex(version)))
    connection.close()


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    for words in ("One", "Two", "Three"):
        terminal.ok("add", words)
    return terminal


@pytest.fixture
def lost(terminal: Terminal) -> str:
    """The id of the memory that was damaged, the one in the middle of the list."""
    node = next(node for node in terminal.json("list") if node["content"] == "Two")
    damage(terminal, node["version"])
    return str(node["id"])


def test_a_list_goes_on_and_names_what_it_left_out(terminal: Terminal, lost: str) -> None:
    result = terminal.run("list")
    assert result.code == 6
    assert "One" in result.out
    assert "Three" in result.out
    assert f"a version of node {lost[:8]}, is damaged" in result.err
    assert f"memora rm {lost[:8]}" in result.err


def test_it_can_be_taken_out_and_put_back_by_undo(terminal: Terminal, lost: str) -> None:
    assert f"removed {lost[:8]}  (damaged" in terminal.ok("rm", lost[:8])
    assert terminal.run("list").code == 0
    assert "(damaged)" in terminal.ok("op", "log", "-n", "1")
    terminal.ok("undo")
    assert terminal.run("list").code == 6
    [record] = terminal.json("rm", lost)
    assert (record["nodes"], record["unreadable"]) == ([], [lost])


def test_saying_it_again_makes_it_anew_under_its_id(terminal: Terminal, lost: str) -> None:
    [record] = terminal.json("add", "Two")
    assert (record["outcome"], record["nodes"][0]["id"]) == ("added", lost)
    assert terminal.run("list").code == 0
    assert terminal.run("status").code == 0
    assert terminal.run("fsck").code == 6, "the damaged version is still what undo would bring back"


def test_under_a_key_nobody_can_tell_whether_it_said_the_same(terminal: Terminal) -> None:
    [record] = terminal.json("add", "SQLite", "-k", "db")
    damage(terminal, record["nodes"][0]["version"])
    result = terminal.run("add", "SQLite", "-k", "db")
    node = record["nodes"][0]["id"]
    assert (result.code, f"memora rm {node[:8]}" in result.err) == (6, True)
    terminal.ok("rm", "db")
    assert terminal.json("add", "SQLite", "-k", "db")[0]["nodes"][0]["id"] == node


@pytest.mark.parametrize("command", [("status",), ("diff", "--working")])
def test_what_has_to_read_it_names_it(terminal: Terminal, lost: str, command: tuple[str, ...]) -> None:
    result = terminal.run(*command)
    assert result.code == 6
    assert f"node {lost[:8]}" in result.err
    terminal.ok("rm", lost)
    assert terminal.run(*command).code == 0


def test_a_commit_records_it_as_it_stands(terminal: Terminal, lost: str) -> None:
    assert "3 added" in terminal.ok("commit", "-m", "All")
    assert terminal.run("status").code == 0
    terminal.ok("rm", lost)
    assert terminal.run("status").code == 6, "the line of what was removed has to be read"
    assert "1 removed" in terminal.ok("commit", "-m", "Without it")
    assert terminal.run("status").code == 0


def test_the_way_to_another_branch_and_back_is_open(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "All")
    terminal.ok("switch", "-c", "other")
    terminal.ok("add", "Four")
    terminal.ok("commit", "-m", "More")
    node = next(node for node in terminal.json("list") if node["content"] == "Four")
    damage(terminal, node["version"])
    terminal.ok("switch", "main")
    assert terminal.run("list").code == 0
    terminal.ok("switch", "other")
    assert terminal.run("list").code == 6
