"""How fast events are recorded and shown again, and whether memory grows with the length of a session."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from bench.figure import Figure, ratio
from bench.store import AUTHOR, START, open_store
from bench.timing import wall_seconds
from bench.workshop import Workshop
from memora import operations
from memora.operations.sessions.record import Reported

_TIMES = 3
_SHARE = 10  # so much shorter is the session that a long one is compared with


def measure_sessions(workshop: Workshop) -> Iterator[Figure]:
    """Events recorded in one transaction, replayed as values and as a process, and the memory of that process."""
    size = workshop.scale.bulk
    project = workshop.new_folder()
    with operations.init(str(project)):
        pass
    recorded = [_record(project, number, size) for number in range(_TIMES)]
    _record(project, _TIMES, size // _SHARE)
    long, short = "bench-0", f"bench-{_TIMES}"
    yield Figure(
        "sessions.record",
        f"`record_many` of {size:,} events in one transaction",
        size / median(recorded),
        "/s",
        20_000,
        at_least=True,
    )
    with open_store(project) as repository:

        def replay() -> None:
            with closing(operations.replay(repository, long)) as moments:
                deque(moments, maxlen=0)

        shown = median(wall_seconds(replay) for _ in range(_TIMES))
    yield Figure(
        "sessions.replay",
        f"replay of {size:,} events in process",
        size / shown,
        "/s",
        20_000,
        at_least=True,
    )
    command = (*workshop.launcher, "replay", "--session")
    printed = median(workshop.runner.cpu_seconds((*command, long), project) for _ in range(_TIMES))
    yield Figure(
        "sessions.replay.text",
        f"`replay` of {size:,} events as a process, by CPU, start and printing included",
        size / printed,
        "/s",
        20_000,
        at_least=True,
    )
    memory = [workshop.runner.peak_memory((*command, session), project) for session in (short, long)]
    yield ratio(
        "sessions.memory",
        f"memory of `replay` of {size:,} events against {size // _SHARE:,}",
        memory[1] / memory[0],
        1.25,
    )


def _record(project: Path, number: int, size: int) -> float:
    """Seconds by the clock to record so many events in a session of its own, which then ends."""
    events = [_event(place) for place in range(size)]
    with open_store(project) as repository:
        session = operations.start_session(
            repository, author=AUTHOR, now=START, source="claude_code", session_id=f"bench-{number}"
        ).session.id

        def record() -> None:
            operations.record_many(repository, events, now=START, session=session)

        seconds = wall_seconds(record)
        operations.end_session(repository, author=AUTHOR, now=START, session=session)
    return seconds


def _event(number: int) -> Reported:
    """What an agent reports: a call of a tool, or what came of it."""
    said: dict[str, Any] = {"id": f"call-{number // 2}", "tool": "Bash"}
    if number % 2:
        return Reported(
            "tool_result", {**said, "output": f"{number} passed in 3.21 seconds", "exit": 0}, START + number
        )
    return Reported("tool_call", {**said, "command": f"pytest -q tests/unit/test_{number}.py"}, START + number)
