"""Runs memora's command line in process, in a world that the test makes."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from memora.cli.main import run
from memora.cli.world import World

NOON = 1_800_000_000_000_000  # 2027-01-15 08:00:00 UTC, in microseconds
SECOND = 1_000_000


class Result(NamedTuple):
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


class Stream(io.StringIO):
    """A stream that says whether a person is at its other end; bytes that are no text stand apart in ``buffer``."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal
        self.buffer = io.BytesIO()

    def isatty(self) -> bool:
        return self.terminal


class Keyboard(io.TextIOWrapper):
    """Standard input, and whether a person types it."""

    def __init__(self, raw: bytes, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(raw), encoding="utf-8")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


class Terminal:
    """A directory, an environment and a clock that moves on a second with every command.

    ``raw`` is what the last command wrote to standard output that is no text.
    """

    raw = b""

    def __init__(
        self,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        *,
        now: int = NOON,
        author: str = "ada",
        terminal: bool = False,
    ) -> None:
        self.directory = directory
        self.environment = {"HOME": str(directory), **(environment or {})}
        self.now = now
        self.author = author
        self.terminal = terminal

    def run(self, *arguments: str, stdin: str | bytes = "") -> Result:
        """Run one command line; nothing is asserted."""
        self.now += SECOND
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = Stream(terminal=self.terminal), Stream(terminal=self.terminal)
        world = World(
            directory=str(self.directory),
            environment=self.environment,
            stdin=Keyboard(raw, terminal=self.terminal),
            stdout=out,
            stderr=err,
            now=lambda: self.now,
            login=lambda: self.author,
        )
        code = run(arguments, world)
        self.raw = out.buffer.getvalue()
        return Result(code, out.getvalue(), err.getvalue())

    def ok(self, *arguments: str, stdin: str | bytes = "") -> str:
        """Standard output of a command that must succeed."""
        result = self.run(*arguments, stdin=stdin)
        assert result.code == 0, result
        return result.out

    def json(self, *arguments: str, stdin: str | bytes = "") -> list[dict[str, Any]]:
        """The records a command prints under ``--json``; it must succeed."""
        return [json.loads(line) for line in self.ok(*arguments, "--json", stdin=stdin).splitlines()]
