"""Hints of bad input: what would have been right, and not only where that is written."""

from __future__ import annotations

import inspect
import re
import shlex
from pathlib import Path

import pytest
from commandline import Keyboard, Stream, Terminal

from memora.cli import hints
from memora.cli.commandline import UsageError, run_function, usage_words
from memora.cli.hints import hint_for
from memora.cli.main import find_command
from memora.cli.world import World
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
        (("edit", "k", "--expires-at", "soon"), "--ttl 7d"),
        (("add", "rings \a"), "take it out"),
        (("add", "hides\u200b"), "take it out"),
        (("commit", "-m", "rings \a"), "take it out"),
        (("commit", "-m", "x" * 70_000), "shorter"),
        (("add", "not text \udcff"), "UTF-8"),
        (("add", ""), "in quotes"),
        (("edit", "k", "--content", " "), "in quotes"),
        (("diff", "HEAD~1..HEAD"), "memora diff FROM TO"),
        (("add", "- a point of a list"), "behind --"),
        (("recall", "-Wall"), "behind --"),
        (("rollback", "HEAD~1"), "--to"),
        (("promote", "k"), "--id"),
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


def test_no_hint_speaks_of_an_option_that_the_command_does_not_have(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    result = terminal.run("add", "x", "--ttl", "soon")
    assert "`memora edit NODE --expires-at" in result.err


def named_commands() -> list[str]:
    """Every command line in the hints, with one of the ways where it says several."""
    source = re.sub(r'"\n\s*"', "", Path(hints.__file__).read_text(encoding="utf-8"))
    lines = {re.sub(r"\|\S+", "", line) for line in re.findall(r"`memora ([^`]*)`", source)}
    return sorted(lines - {"--help"} - {line for line in lines if line.startswith(("help", "{name}", "{command}"))})


@pytest.mark.parametrize("line", named_commands())
def test_the_commands_of_hints_can_be_typed(line: str) -> None:
    words = shlex.split(re.sub(r"\{.*?\}", "12", line.replace("--workspace {workspace} ", "")))
    if words[0] == "--workspace":
        words = words[2:]
    name, function, rest = find_command(words)

    def parsed(world: World, **values: object) -> int:
        return 0

    parsed.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    parsed.__doc__ = function.__doc__
    stream = Stream(terminal=False)
    world = World(
        directory="/",
        environment={},
        stdin=Keyboard(b"", terminal=False),
        stdout=stream,
        stderr=stream,
        now=lambda: 0,
        login=str,
    )
    try:
        run_function(name, parsed, world, rest)
    except UsageError as error:
        message, _ = usage_words(error, name)
        assert "missing argument" in message or "requires an argument" in message, message


def test_what_is_refused_says_what_to_do_instead(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / "settings.json").write_bytes(b"\xff")
    terminal.ok("add", "One", "--key", "one")
    terminal.ok("commit", "-m", "One")
    terminal.ok("edit", "one", "--key", "another")
    terminal.ok("add", "Two", "--key", "one")
    for command, words in {
        "config set core.editor vi": "--user sets it",
        "agent install claude-code": "mend that file",
        "agent uninstall claude-code": "mend that file",
        "git-hook install": "git rev-parse --git-path hooks",
        "git-hook uninstall": "git rev-parse --git-path hooks",
        "commit one -m Two": "`memora commit` without names",
    }.items():
        result = terminal.run(*command.split())
        assert (result.code, words in result.err.partition("hint: ")[2]) == (5, True), result.err
