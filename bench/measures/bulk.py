"""How fast memories come in when they come all at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from statistics import median

from bench.figure import Figure
from bench.store import AUTHOR, START, lines
from bench.timing import cpu_seconds, wall_seconds
from bench.workshop import Workshop
from memora import operations

_TIMES = 3


def measure_bulk(workshop: Workshop) -> Iterator[Figure]:
    """Memories a second from lines of JSON into a new store, in one transaction."""
    size = workshop.scale.bulk
    given = list(lines(size))
    rates, costs = [], []

    def import_all() -> None:
        operations.add_batch(repository, given, author=AUTHOR, now=START)

    for _ in range(_TIMES):
        project = workshop.new_folder()
        with operations.init(str(project)) as repository:
            seconds: list[float] = []
            costs.append(cpu_seconds(lambda: seconds.append(wall_seconds(import_all))) / size)
            rates.append(size / seconds[0])
        shutil.rmtree(project)
    files = min(size, workshop.scale.git_most)
    yield Figure(
        "bulk.rate",
        f"`add --batch` of {size:,} memories",
        median(rates),
        "/s",
        20_000,
        at_least=True,
        git=files / workshop.git(files).build_seconds,
        note=f"{1e6 * median(costs):.1f} µs of CPU each. git: `git add` and `git commit` of {files:,} files.",
    )
