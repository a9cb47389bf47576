"""``memora stats``."""

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    return terminal


def test_an_empty_store(terminal: Terminal) -> None:
    out = terminal.ok("stats")
    assert out.startswith("memories of workspace default, on main\n  all                  0\n")
    assert "observations" not in out
    assert terminal.json("stats")[0]["average_confidence"] is None


def test_numbers_for_people(terminal: Terminal) -> None:
    terminal.ok("add", "one", "--source", "code_read")
    terminal.ok("add", "one", "--source", "cursor")
    terminal.ok("add", "two", "--confidence", "0.5")
    terminal.ok("add", "guess", "-t", "assumption", "--confidence", "0", "--ttl", "1s")
    terminal.ok("commit", "-m", "First")
    lines = terminal.ok("stats").splitlines()
    assert lines[:13] == [
        "memories of workspace default, on main",
        "  all                  3",
        "  assumption           1 (1 ephemeral)",
        "  semantic             2 (1 ephemeral, 1 stable)",
        "  average confidence   0.50",
        "  expired              1",
        "  disputed             0",
        "observations by source",
        "  manual               2",
        "  code_read            1",
        "  cursor               1",
        "store",
        "  commits              1",
    ]
    assert lines[-1].startswith("  size on disk         ")
    assert lines[-1].endswith(" KiB")


def test_a_record(terminal: Terminal) -> None:
    terminal.ok("add", "one")
    terminal.ok("commit", "-m", "First")
    [record] = terminal.json("stats")
    assert record.pop("size_bytes") > 0
    assert record == {
        "schema": "memora.stats/v1",
        "workspace": "default",
        "branch": "main",
        "nodes": 1,
        "types": {"semantic": 1},
        "statuses": {"ephemeral": 1},
        "average_confidence": 0.8,
        "observations": {"manual": 1},
        "expired": 0,
        "disputed": 0,
        "versions": 1,
        "commits": 1,
        "branches": 1,
        "tags": 0,
        "workspaces": 1,
        "objects": {"node": 1, "tree": 2, "commit": 1},
    }
