"""``memora tag`` as a person and a script meet it."""

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    for number in ("one", "two"):
        terminal.ok("add", number)
        terminal.ok("commit", "-m", number)
    return terminal


def test_naming_listing_and_deleting(terminal: Terminal) -> None:
    commits = [record["commit"] for record in terminal.json("log")]
    assert terminal.ok("tag") == ""
    assert terminal.ok("tag", "v2") == f"Tagged {commits[0][:8]} as 'v2'\n"
    assert terminal.ok("tag", "v1", "HEAD~1", "-m", "The first") == f"Tagged {commits[1][:8]} as 'v1'\n"
    assert terminal.ok("tag") == terminal.ok("tag", "--list") == "v1\nv2\n"
    assert terminal.json("tag") == [
        {
            "schema": "memora.ref/v1",
            "name": "v1",
            "commit": commits[1],
            "current": False,
            "message": "The first",
            "author": "ada",
            "at": terminal.json("op", "log")[0]["at"],
        },
        {"schema": "memora.ref/v1", "name": "v2", "commit": commits[0], "current": False},
    ]
    assert terminal.ok("tag", "-d", "v2") == f"Deleted tag 'v2', which was at {commits[0][:8]}\n"
    assert terminal.ok("tag") == "v1\n"
    assert terminal.json("log", "v1")[0]["commit"] == commits[1]


def test_a_tag_stays(terminal: Terminal) -> None:
    terminal.ok("tag", "v1", "HEAD~1")
    before = terminal.json("tag")
    result = terminal.run("tag", "v1")
    assert (result.code, result.err.splitlines()[0]) == (5, "error: tag 'v1' already exists")
    assert terminal.json("tag") == before
    terminal.ok("tag", "--force", "v1")
    assert terminal.json("tag") != before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("V1",), 5),
        (("v2", "nowhere"), 4),
        (("-d", "v3"), 4),
        (("-d",), 2),
        (("-m", "text"), 2),
        (("v2", "-m", ""), 2),
        (("v2", "-m", " \n"), 2),
        (("--list", "v1"), 2),
        (("-d", "v1", "HEAD"), 2),
        (("-d", "v1", "--force"), 2),
    ],
)
def test_what_is_refused(terminal: Terminal, arguments: tuple[str, ...], code: int) -> None:
    terminal.ok("tag", "v1")
    result = terminal.run("tag", *arguments)
    assert (result.code, result.out) == (code, "")
    assert "hint: " in result.err
    assert terminal.ok("tag") == "v1\n"


def test_nothing_to_tag(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    assert terminal.run("tag", "v1").code == 4
