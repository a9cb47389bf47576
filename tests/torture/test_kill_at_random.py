"""A process works and acknowledges; it is killed at a moment nobody chose; what it acknowledged is there."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import make_store, needs_fork, problems, remember
from working_day import state, work

from memora.repository import Repository

pytestmark = [pytest.mark.torture, needs_fork]

ROUNDS = 80
SEED = 20260101


def acts(round_number: int, chance: random.Random) -> Iterator[tuple[str, str]]:
    number = 0
    while True:
        number += 1
        act = chance.choices(["add", "commit", "undo", "gc", "prune"], [8, 3, 2, 1, 1])[0]
        yield act, f"round {round_number}, act {number}"


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    make_store(tmp_path).close()
    path = str(tmp_path / ".memora")
    chance = random.Random(SEED)
    kills = 0
    for round_number in range(ROUNDS):
        reading, writing = os.pipe()
        worker = os.fork()
        if not worker:
            os.close(reading)

            def acknowledge(number: int, said: set[str], writing: int = writing) -> None:
                os.write(writing, f"{number}\t{'|'.join(sorted(said))}\n".encode())

            try:
                work(path, acts(round_number, random.Random(SEED + round_number)), acknowledge)
            finally:
                os._exit(70)
        os.close(writing)
        patience = chance.randint(1, 6)
        with os.fdopen(reading, "rb") as pipe:
            lines = [pipe.readline() for _ in range(patience)]
            os.kill(worker, signal.SIGKILL)
            lines += pipe.readlines()  # what it had acknowledged before the kill came
        _, status = os.waitpid(worker, 0)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        whole = [line.decode() for line in lines if line.endswith(b"\n")]
        assert len(whole) >= patience
        kills += 1
        number, text = whole[-1].rstrip("\n").split("\t")
        acknowledged = set(filter(None, text.split("|")))
        found = state(path)
        if found[0] == int(number):
            assert found[1] == acknowledged
        else:
            # The act that the kill came in may be there as well: at most one.
            assert found[0] == int(number) + 1
        assert problems(path) == []
        with Repository.open(path) as repository:
            remember(repository, f"after kill {round_number}")
    assert kills == ROUNDS
