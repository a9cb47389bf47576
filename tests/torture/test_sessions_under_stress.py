"""Many processes report into one session at once, and an agent is killed in the middle of its session."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from stores import NOON, contents, make_store, needs_fork, problems, remember

from memora.operations.sessions.end import end_session
from memora.operations.sessions.list import list_sessions, session_events
from memora.operations.sessions.record import record
from memora.operations.sessions.start import start_session
from memora.repository import Repository

pytestmark = pytest.mark.torture

WRITERS = 16
EVENTS = 25
ROUNDS = 25

WRITER = f"""
import sys
from memora.operations.remember.add import add
from memora.operations.sessions.record import record
from memora.repository import Repository

path, writer = sys.argv[1:]
sys.stdin.read()
for number in range({EVENTS}):
    with Repository.open(path, session="run-1") as repository:
        record(repository, "note", {{"writer": writer, "number": number}}, now=1_800_000_000_000_000)
        if number % 5 == 0:
            content = f"writer {{writer}} says {{number}}"
            add(repository, {{"content": content}}, author=writer, now=1_800_000_000_000_000)
print("done")
"""


def test_many_processes_in_one_session_lose_nothing(tmp_path: Path) -> None:
    with make_store(tmp_path) as repository:
        start_session(repository, author="ada", now=NOON, session_id="run-1")
        path = repository.path
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, path, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(WRITERS)
    ]
    for process in writers:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    endings = [process.communicate() for process in writers]
    assert [error for _, error in endings if error] == []
    assert [out for out, _ in endings] == ["done\n"] * WRITERS
    with Repository.open(path) as repository:
        ended = end_session(repository, author="ada", now=NOON, session="run-1")
        events = list(session_events(repository, "run-1"))
    assert [event.seq for event in events] == list(range(1, ended.events + 1))
    for writer in range(WRITERS):
        own = [event.data["number"] for event in events if event.data.get("writer") == str(writer)]
        assert own == list(range(EVENTS)), "each process's own events stay in order"
    assert Counter(event.event for event in events)["node_added"] == WRITERS * EVENTS // 5
    assert problems(path) == []


@needs_fork
def test_what_a_killed_agent_recorded_stays_and_the_next_one_closes_it(tmp_path: Path) -> None:
    """An event is there when it was acknowledged, together with the change of memory that it tells of."""
    make_store(tmp_path).close()
    path = str(tmp_path / ".memora")
    for round_number in range(ROUNDS):
        with Repository.open(path) as repository:
            started = start_session(repository, author="ada", now=NOON + round_number, session_id=f"run-{round_number}")
            assert [session.id for session in started.abandoned] == (
                [f"run-{round_number - 1}"] if round_number else []
            )
        reading, writing = os.pipe()
        worker = os.fork()
        if not worker:
            os.close(reading)
            try:
                number = 0
                while True:
                    with Repository.open(path) as repository:
                        record(repository, "note", {"number": number}, now=NOON)
                        remember(repository, f"round {round_number} says {number}")
                    os.write(writing, f"{number}\n".encode())
                    number += 1
            finally:
                os._exit(70)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            lines = [pipe.readline() for _ in range(1 + round_number % 4)]
            os.kill(worker, signal.SIGKILL)
            lines += pipe.readlines()
        os.waitpid(worker, 0)
        acknowledged = int(lines[-1]) + 1
        with Repository.open(path) as repository:
            counts = Counter(event.event for event in session_events(repository, f"run-{round_number}"))
            said = sum(content.startswith(f"round {round_number} ") for content in contents(repository))
        assert counts["note"] in (acknowledged, acknowledged + 1)
        assert counts["node_added"] == said in (acknowledged, acknowledged + 1)
        assert problems(path) == []
    with Repository.open(path) as repository:
        outcomes = Counter(entry.session.outcome for entry in list_sessions(repository))
    assert outcomes == {"abandoned": ROUNDS - 1, None: 1}
