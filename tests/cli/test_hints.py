"""Hints of bad input: what would have been right, and not only where that is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import Terminal


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
