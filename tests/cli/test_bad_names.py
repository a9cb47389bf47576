"""Names that no branch and no tag can have, at every command that takes one."""

import json
from pathlib import Path

import pytest
from commandline import Terminal

BAD_NAMES = {
    "empty": "",
    "two dots": "a..b",
    "a leading dash": "-a",
    "a leading dot": ".a",
    "a part that begins with a dot": "a/.b",
    "a trailing dot": "a.",
    "a lock": "a.lock",
    "a part that is a lock": "a.LOCK/b",
    "a leading slash": "/a",
    "a trailing slash": "a/",
    "two slashes": "a//b",
    "a space": "a b",
    "a line end": "a\nb",
    "a control character": "a\x07b",
    "a delete character": "a\x7fb",
    "an escape sequence": "\x1b[31mred",
    "a tilde": "a~1",
    "a caret": "a^",
    "a colon": "a:b",
    "a question mark": "a?",
    "a star": "a*",
    "a bracket": "a[b",
    "a backslash": "a\\b",
    "a reflog": "a@{1}",
    "an at sign": "@",
    "HEAD": "HEAD",
    "a zero-width space": "a\u200bb",
    "a right-to-left override": "a\u202eb",
    "a no-break space": "a\u00a0b",
    "a lone surrogate": "a\ud800b",
    "a device": "con",
    "too long": "a" * 201,
    "too long in bytes": "\u00e9" * 101,
}
MAKING = {
    "branch": ("branch", "--"),
    "branch -m": ("branch", "-m", "--"),
    "branch -m OLD": ("branch", "-m", "--", "main"),
    "switch -c": ("switch", "-c", "--"),
    "tag": ("tag", "--"),
}


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "one")
    terminal.ok("commit", "-m", "One")
    return terminal


@pytest.mark.parametrize("command", MAKING)
def test_no_command_takes_a_bad_name(terminal: Terminal, command: str) -> None:
    before = terminal.json("op", "log")
    for what, name in BAD_NAMES.items():
        result = terminal.run(*MAKING[command], name)
        assert (result.code, result.out) == (2, ""), what
        message, hint = result.err.splitlines()
        assert message.startswith("error: "), what
        assert hint.startswith("hint: "), what
        assert message.isprintable(), what
    assert terminal.json("op", "log") == before


def test_the_record_says_so_too(terminal: Terminal) -> None:
    result = terminal.run("branch", "a..b", "--json")
    record = json.loads(result.err)
    assert (record["code"], record["exit"], result.code) == ("bad_name", 2, 2)


def test_names_that_clash_by_case_or_unicode_form(terminal: Terminal) -> None:
    terminal.ok("branch", "caf\u00e9")
    terminal.ok("tag", "v1")
    for arguments in (
        ("branch", "Cafe\u0301"),
        ("branch", "cafe\u0301"),
        ("branch", "CAF\u00c9"),
        ("switch", "-c", "\uff43\uff41\uff46\u00e9"),
        ("branch", "-m", "main", "Caf\u00e9"),
        ("tag", "V1"),
        ("tag", "\uff561"),
    ):
        result = terminal.run(*arguments)
        assert (result.code, result.out) == (5, ""), arguments
    assert [record["name"] for record in terminal.json("branch")] == ["caf\u00e9", "main"]


def test_the_longest_name_works(terminal: Terminal) -> None:
    name = "a" * 200
    terminal.ok("branch", name)
    terminal.ok("switch", name)
    assert f"* {name}" in terminal.ok("branch")
    terminal.ok("branch", "-m", name, "short")
