"""What the hooks of coding agents cost as processes, in units of starting Python: an agent waits for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from bench.figure import Figure, ratio
from bench.process import NOTHING
from bench.timing import medians
from bench.workshop import Workshop


def measure_hooks(workshop: Workshop) -> Iterator[Figure]:
    """CPU of ``hook`` for an event that is recorded, for the start of a session, and for a prompt."""
    size = workshop.scale.hooks
    with workshop.copy_of_store(size) as project:
        calls = {name: _caller(workshop, project, make) for name, make in _payloads(project).items()}
        for call in calls.values():  # compiles the modules, and begins the session of the events
            call()
        nothing = {"nothing": lambda: workshop.runner.cpu_seconds(NOTHING, workshop.folder)}
        found = medians(nothing | calls, workshop.scale.rounds)
    unit = found["nothing"]
    yield ratio("hooks.event", "CPU of `hook` for a recorded event", found["event"] / unit, 2.5)
    yield ratio("hooks.start", f"CPU of `hook` at a session's start, {size:,} memories", found["start"] / unit, 6.0)
    yield ratio("hooks.prompt", f"CPU of `hook` at a prompt, {size:,} memories", found["prompt"] / unit)


def _payloads(project: Path) -> dict[str, Callable[[int], dict[str, Any]]]:
    here = {"cwd": str(project), "session_id": "one"}
    tool = {"tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_response": {"stdout": "a file\n" * 40}}
    return {
        "start": lambda n: {**here, "hook_event_name": "SessionStart", "session_id": f"run-{n}", "source": "startup"},
        "event": lambda n: {**here, "hook_event_name": "PostToolUse", "tool_use_id": f"use-{n}", **tool},
        "prompt": lambda n: {
            **here,
            "hook_event_name": "UserPromptSubmit",
            "prompt": f"does adapter {n} wait for refunds?",
        },
    }


def _caller(workshop: Workshop, project: Path, make: Callable[[int], dict[str, Any]]) -> Callable[[], float]:
    numbers = count(1)
    command = (*workshop.launcher, "hook", "claude-code")

    def call() -> float:
        return workshop.runner.cpu_seconds(command, project, stdin=json.dumps(make(next(numbers))))

    return call
