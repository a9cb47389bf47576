"""How many memories a second one process adds to a large store, each durable before the next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from statistics import median

from bench.corpus import memory
from bench.figure import Figure
from bench.store import AUTHOR, START, open_store
from bench.timing import cpu_seconds, wall_seconds
from bench.workshop import Workshop
from memora import operations

_BATCHES = 7
_FEWER_BY_GIT = 50


def measure_add(workshop: Workshop) -> Iterator[Figure]:
    """Durable adds a second, one transaction each; git adds and commits one file each time."""
    size, adds = workshop.scale.commands[1], workshop.scale.adds
    numbers = count(size)
    with workshop.copy_of_store(size) as project, open_store(project) as repository:

        def add_some() -> None:
            for number in range(adds):
                operations.add(repository, records[number], author=AUTHOR, now=START + number)

        def next_records() -> list[dict[str, object]]:
            return [memory(next(numbers)).record() for _ in range(adds)]

        records = next_records()
        add_some()
        rates, costs = [], []
        for _ in range(_BATCHES):
            records = next_records()
            rates.append(adds / wall_seconds(add_some))
            records = next_records()
            costs.append(cpu_seconds(add_some) / adds)
    yield Figure(
        "add.rate",
        f"durable `add` in one process at {size:,} memories",
        median(rates),
        "/s",
        1000,
        at_least=True,
        git=_git_rate(workshop, size, max(2, adds // _FEWER_BY_GIT)),
        note=f"{1e6 * median(costs):.0f} µs of CPU each. git: `git add` and `git commit` of one file.",
    )


def _git_rate(workshop: Workshop, size: int, times: int) -> float:
    repository = workshop.git_at_most(size)
    numbers = count(2 * size)

    def add_and_commit() -> None:
        repository.run("add", *repository.write_files([next(numbers)]))
        repository.run("commit", "--quiet", "--message", "One more")

    return 1 / median(wall_seconds(add_and_commit) for _ in range(times))
