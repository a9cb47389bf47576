"""Calls memora's hooks as coding agents do, in process or as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stores import NOON, SECOND

from memora.operations.agents.answer import answer
from memora.operations.start.init import init
from memora.repository import Repository
from memora.storage.place import FOLDER
from memora.storage.session_event import Event
from memora.storage.session_log import Session


class Agent:
    """A Claude Code session in a project that has a store; a second passes with every call, ten with a start."""

    def __init__(self, directory: Path, *, harness: str = "claude-code", environment: Mapping[str, str] | None = None):
        self.directory = directory
        self.harness = harness
        self.environment = {"HOME": str(directory), "USER": "ada", **(environment or {})}
        self.now = NOON
        if not (directory / FOLDER).exists():
            init(str(directory)).close()

    def call(self, event: str, *, session: str = "s1", passed: int = 10 * SECOND, **fields: Any) -> str:
        """Standard output of a hook that is called at an event."""
        self.now += passed
        payload = {"hook_event_name": event, "session_id": session, "cwd": str(self.directory), **fields}
        return self.write(json.dumps(payload).encode())

    def write(self, raw: bytes, named: str = "") -> str:
        """Standard output of a hook that gets some bytes."""
        return answer(
            raw, self.harness, named, environment=self.environment, directory=str(self.directory), now=self.now
        )

    def context(self, event: str, **fields: Any) -> str:
        """What the agent gets to read at an event; "" for nothing."""
        out = self.call(event, **fields)
        return json.loads(out)["hookSpecificOutput"]["additionalContext"] if out else ""

    def start(self, **fields: Any) -> str:
        return self.context("SessionStart", source="startup", **fields)

    def use(self, identity: str, tool: str = "Bash", **fields: Any) -> str:
        """A tool is used."""
        said = {"tool_input": {"command": "ls"}, "tool_response": {"stdout": "a"}, **fields}
        return self.context("PostToolUse", tool_name=tool, tool_use_id=identity, **said)

    def fail(self, identity: str, error: str) -> str:
        """A tool is used and fails."""
        fields = {"tool_name": "Bash", "tool_input": {"command": "make"}, "error": error}
        return self.context("PostToolUseFailure", tool_use_id=identity, **fields)

    def open(self) -> Repository:
        return Repository.open(str(self.directory / FOLDER))

    def sessions(self) -> list[Session]:
        """The sessions, the oldest first."""
        with self.open() as repository:
            return list(repository.sessions.newest_first())[::-1]

    def events(self, session: str = "s1") -> list[Event]:
        with self.open() as repository:
            found = repository.sessions.find(session)
            assert found is not None
            return list(repository.sessions.events(found))

    def types(self, session: str = "s1") -> list[str]:
        return [event.event for event in self.events(session)]


def start_process(directory: Path, *words: str) -> subprocess.Popen[bytes]:
    """A process ``memora hook WORDS`` that waits for its input."""
    code = "import sys; sys.argv = ['memora', 'hook', *sys.argv[1:]]; from memora.__main__ import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=directory,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
