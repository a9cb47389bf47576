"""``memora status`` as typed."""

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    return terminal


def test_a_new_store(terminal: Terminal) -> None:
    assert terminal.ok("status") == (
        "On branch main, no commits yet (workspace default)\n\nnothing to commit, working tree clean\n0 memories\n"
    )


def test_sections_of_changes(terminal: Terminal) -> None:
    terminal.ok("add", "Auth uses JWT", "-k", "auth.jwt")
    terminal.ok("add", "Probably uses Redis", "-t", "assumption", "--source", "model_inference")
    terminal.ok("add", "Gone soon", "-k", "gone")
    terminal.ok("commit", "-m", "First")
    head = terminal.json("status")[0]["head"]
    terminal.ok("add", "Auth uses JWT RS256", "-k", "auth.jwt", "--replace")
    terminal.ok("add", "Probably uses Redis", "-t", "assumption", "--source", "code_read")
    terminal.ok("rm", "gone")
    terminal.ok("add", "New")
    assert (
        terminal.ok("status")
        == f"""\
On branch main, at {head[:8]} (workspace default)

Added:
  [semantic] 39b265d0  New  (confidence 0.80, manual)

Changed:
  [semantic] b1f4f329  Auth uses JWT RS256  (confidence 0.80, manual)

Promoted:
  [assumption] 368e31b9  Probably uses Redis  (confidence 1.00, code_read, model_inference)

Removed:
  [semantic] 582d9be3  Gone soon  (confidence 0.80, manual)

1 added, 1 changed, 1 removed, 1 promoted
3 memories
"""
    )


def test_the_record(terminal: Terminal) -> None:
    terminal.ok("add", "short", "--ttl", "1s")
    [record] = terminal.json("status")
    assert len(record["tree"]) == 64
    expected = {
        "schema": "memora.status/v1",
        "workspace": "default",
        "branch": "main",
        "head": None,
        "nodes": 1,
        "changes": {"added": 1, "changed": 0, "removed": 0, "promoted": 0, "conflicted": 0},
        "expired": 1,
        "conflicted": 0,
        "ahead": 0,
        "behind": 0,
        "merging": [],
    }
    assert {name: record[name] for name in expected} == expected


def test_a_long_list_is_cut_and_says_so(terminal: Terminal) -> None:
    batch = "\n".join(f'{{"content": "fact {number}"}}' for number in range(33))
    terminal.ok("add", "--batch", "-", stdin=batch)
    lines = terminal.ok("status").splitlines()
    assert len([line for line in lines if line.startswith("  [semantic]")]) == 20
    assert "  … and 13 more" in lines
    assert lines[-2:] == ["33 added", "33 memories"]


def test_expired_memories_are_marked_and_counted(terminal: Terminal) -> None:
    terminal.ok("add", "short", "--ttl", "1s")
    terminal.now += 3_600_000_000
    out = terminal.ok("status")
    assert "manual)  expired\n" in out
    assert out.endswith("1 memory, 1 expired\n")


def test_a_branch_that_moved(terminal: Terminal) -> None:
    terminal.ok("add", "one")
    terminal.ok("commit", "-m", "First")
    terminal.ok("add", "two", "--workspace", "other")
    terminal.ok("commit", "-m", "Second", "--workspace", "other")
    line = terminal.ok("status").splitlines()[1]
    assert line == "Another workspace has moved main: 1 commit on (`memora switch --carry main` goes there)"
    terminal.ok("switch", "--carry", "main")
    assert "Another workspace" not in terminal.ok("status")


def test_a_detached_head(terminal: Terminal) -> None:
    terminal.ok("add", "one")
    terminal.ok("commit", "-m", "First")
    terminal.ok("switch", "--detach", "HEAD")
    assert terminal.ok("status").startswith("HEAD detached, at ")


@pytest.mark.parametrize(
    ("arguments", "code"), [(("extra",), 2), (("--unknown",), 2), (("--workspace", "nowhere"), 4), (("-C", "none"), 2)]
)
def test_bad_input(terminal: Terminal, arguments: tuple[str, ...], code: int) -> None:
    result = terminal.run("status", *arguments)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith("error: ")


def test_outside_a_store(tmp_path: Path) -> None:
    result = Terminal(tmp_path, {"MEMORA_CEILING_DIRECTORIES": str(tmp_path)}).run("status")
    assert result.code == 3
    assert "memora init" in result.err
