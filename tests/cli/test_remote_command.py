"""``memora remote`` as a person and a script meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    directory = tmp_path / "project"
    directory.mkdir()
    terminal = Terminal(directory)
    terminal.ok("init")
    return terminal


def test_naming_and_listing(terminal: Terminal) -> None:
    place = terminal.directory.parent / "memory"
    assert terminal.ok("remote", "list") == ""
    assert terminal.ok("remote", "add", "origin", "../memory") == f"Added remote 'origin' at {place}\n"
    terminal.ok("remote", "add", "s3", "s3://team/memory", "--shared")
    assert terminal.ok("remote", "list") == "origin\ns3\n"
    assert terminal.ok("remote", "list", "-v") == f"origin  {place}\ns3      s3://team/memory\n"
    assert terminal.json("remote", "list")[1] == {
        "schema": "memora.remote/v1",
        "name": "s3",
        "address": "s3://team/memory",
        "shared": True,
        "generation": None,
    }
    assert terminal.ok("remote", "rename", "s3", "cloud") == "Renamed remote 's3' to 'cloud'\n"
    assert terminal.ok("remote", "set-url", "cloud", "gs://team") == "Remote 'cloud' is at gs://team now\n"
    assert terminal.ok("remote", "remove", "cloud") == "Removed remote 'cloud', which was at gs://team\n"
    assert terminal.ok("remote", "list") == "origin\n"


def test_a_path_counts_from_the_directory_asked_for(terminal: Terminal) -> None:
    (terminal.directory / "inner").mkdir()
    terminal.ok("-C", "inner", "remote", "add", "origin", "memory")
    assert terminal.json("remote", "show", "origin")[0]["address"] == str(terminal.directory / "inner" / "memory")


def test_a_remote_that_was_never_seen(terminal: Terminal) -> None:
    terminal.ok("remote", "add", "origin", "/srv/memory")
    assert terminal.ok("remote", "show", "origin") == "origin\n  address   /srv/memory\n  seen      never\n"
    assert terminal.json("remote", "show", "origin")[0]["followed_by"] == []


def test_a_password_is_kept_and_never_shown(terminal: Terminal) -> None:
    address = "git+https://ada:hunter2@example.org/code.git"
    said = [terminal.run("remote", "add", "origin", address)]
    said += [terminal.run("remote", *words) for words in (["list", "-v"], ["show", "origin"], ["list", "--json"])]
    said += [terminal.run("remote", "set-url", "origin", address), terminal.run("op", "log")]
    said += [terminal.run("remote", "remove", "origin")]
    assert not [result for result in said if "hunter2" in result.out + result.err or result.code]
    assert "credential helper" in said[0].err
    assert "ada:***@example.org" in said[1].out


@pytest.mark.parametrize(
    ("words", "code", "error", "hint"),
    [
        (["add", "a/b", "/x"], 2, "remote name 'a/b' holds '/'", "such as origin"),
        (["add", "x", "https://example.org"], 2, "is no path, file://", "such as /srv/memory"),
        (["add", "origin", "/x"], 5, "remote 'origin' already exists", "choose another name"),
        (["show", "orign"], 4, "no remote 'orign'", "did you mean origin?"),
        (["remove", "nowhere"], 4, "no remote 'nowhere'", "`memora remote list`"),
    ],
)
def test_what_is_refused(terminal: Terminal, words: list[str], code: int, error: str, hint: str) -> None:
    terminal.ok("remote", "add", "origin", "/srv/memory")
    result = terminal.run("remote", *words)
    assert result.code == code
    assert result.out == ""
    assert error in result.err
    assert hint in result.err
    failed = terminal.run("remote", *words, "--json")
    assert json.loads(failed.err)["exit"] == code


def test_outside_of_a_store(tmp_path: Path) -> None:
    assert Terminal(tmp_path).run("remote", "list").code == 3


def test_names_are_made_harmless(terminal: Terminal) -> None:
    terminal.ok("remote", "add", "origin", "/srv/a\u202eb")
    assert "\u202e" not in terminal.ok("remote", "show", "origin")
