"""``memora remote compact``, ``prune``, ``fsck`` and ``fsck --repair --from`` as a person meets them."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    directory = tmp_path / "project"
    directory.mkdir()
    terminal = Terminal(directory)
    terminal.ok("init")
    terminal.ok("remote", "add", "origin", str(tmp_path / "shared"))
    for number in range(3):
        terminal.ok("add", f"fact {number}")
        terminal.ok("commit", "-m", f"commit {number}")
        terminal.ok("push")
    return terminal


def test_folding(terminal: Terminal) -> None:
    said = terminal.ok("remote", "compact")
    assert said.startswith("folded origin: 3 packs of ") and " kB before, 1 pack of " in said
    assert terminal.ok("remote", "compact", "origin").startswith("nothing to fold at origin: 1 pack of ")
    assert terminal.ok("remote", "prune") == "removed 3 packs that others have taken the place of\n"
    assert terminal.ok("remote", "prune") == "nothing to throw away at origin\n"
    assert terminal.ok("remote", "fsck").endswith(": no problems\n")


def test_checking(terminal: Terminal) -> None:
    packs = sorted((terminal.directory.parent / "shared" / "packs").iterdir())
    (packs[0].parent / f"{'ab' * 10}.pack").write_bytes(b"half")
    result = terminal.run("remote", "fsck")
    assert (result.code, result.out.partition("  ")[0]) == (1, "warning: remote-stray")
    packs[0].write_bytes(packs[0].read_bytes()[:-1])
    result = terminal.run("remote", "fsck", "origin", "--json")
    assert result.code == 6 and '"rule":"remote-pack"' in result.out.replace(" ", "")
    result = terminal.run("remote", "prune")
    assert result.code == 6 and "memora remote fsck" in result.err


def test_what_is_not_there(terminal: Terminal) -> None:
    terminal.ok("remote", "add", "gone", "../gone")
    for command in ("compact", "prune", "fsck"):
        assert terminal.run("remote", command, "gone").code == 4
        assert terminal.run("remote", command, "nowhere").code == 4


def test_the_store_of_another_project(terminal: Terminal) -> None:
    other = terminal.directory.parent / "other"
    terminal.ok("clone", "../shared", "../other")
    terminal.ok("remote", "add", "other", str(other))
    assert terminal.ok("remote", "compact", "other").startswith("nothing to fold there: other is the store")
    assert terminal.ok("remote", "prune", "other").startswith("nothing to throw away there: other is the store")
    assert terminal.json("remote", "prune", "other")[0]["has_packs"] is False
    result = terminal.run("remote", "fsck", "other")
    assert (result.code, result.out.endswith("no problems\n")) == (0, True)
    assert "is the store of another project" in result.err


def spoil(terminal: Terminal, statement: str) -> None:
    connection = apsw.Connection(str(terminal.directory / ".memora" / "memora.db"))
    connection.execute(statement)
    assert connection.changes()
    connection.close()


def test_mending_from_a_remote(terminal: Terminal) -> None:
    spoil(terminal, "DELETE FROM objects WHERE kind = 0")
    assert terminal.run("fsck", "--from", "origin").code == 2
    assert terminal.run("fsck", "--repair").code == 6
    result = terminal.run("fsck", "--repair", "--from", "origin")
    assert result.code == 0
    assert "repaired: 3 objects were put back from origin\n" in result.out
    assert terminal.ok("fsck").endswith(": no problems\n")
    assert terminal.ok("list").count("fact") == 3


def test_what_the_remote_does_not_have_is_named(terminal: Terminal) -> None:
    terminal.ok("add", "never pushed")
    spoil(terminal, "DELETE FROM objects WHERE CAST(body AS TEXT) LIKE '%never pushed%'")
    result = terminal.run("fsck", "--repair", "--from", "origin")
    assert result.code == 6 and "not found there: 1 object (" in result.out
    terminal.ok("remote", "add", "gone", "../gone")
    assert terminal.run("fsck", "--repair", "--from", "gone").code == 4
