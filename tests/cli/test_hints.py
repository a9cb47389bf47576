"""Hints of bad input: what would have been right, and not only where that is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commandline import Terminal

from memora.cli.hints import hint_for
from memora.errors import NotFound

MODULES = (Path(__file__).resolve().parents[2] / "memora").rglob("*.py")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "x", "--confidence", "2"), "0 is a guess"),
        (("add", "x", "--ttl", "soon"), "12h"),
        (("add", "x", "--key", "a b"), "auth.jwt.algorithm"),
        (("add", "x" * 70_000), "--evidence PATH"),
        (("add", "x", "--link", "nonsense"), "REL:NODE"),
        (("edit", "k", "--valid-from", "soon"), "2.days.ago"),
        (("add", "x", "--applies-to", "../x"), "src/auth/**"),
        (("log", "a..b..c"), "main@{2.days.ago}"),
        (("commit",), "-m MESSAGE"),
        (("merge", "main", "--strategy", "mine"), "without --strategy"),
        (("edit", "k", "--status", "conflicted"), "memora retract NODE"),
    ],
)
def test_the_hint_shows_what_would_be_right(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "One", "--key", "k")
    terminal.ok("commit", "-m", "One")
    result = terminal.run(*arguments)
    hint = result.err.partition("hint: ")[2]
    assert (result.code, words in hint) == (2, True), result.err


def test_a_secret_in_a_message_is_not_to_be_allowed(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "One", "--key", "k")
    result = terminal.run("commit", "-m", "use ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8")
    assert result.code == 5
    assert "take it out and rotate it" in result.err
    assert "--allow-secret" not in result.err


def test_what_is_not_found_has_a_hint_of_its_own() -> None:
    """That of a revision is for revisions alone."""
    source = "".join(path.read_text(encoding="utf-8") for path in MODULES)
    named = set(re.findall(r"\bNotFound\(\s*\"([^\"]+)\"", source))
    assert {"agent", "branch", "event", "node", "revision"} <= named
    for_revisions = hint_for(NotFound("revision", "x"), "show")
    assert {what for what in named if hint_for(NotFound(what, "x"), "show") == for_revisions} == {"revision"}
