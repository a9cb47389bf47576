"""How fast memories come in when they come all at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from statistics import median
from time import perf_counter

from bench.figure import Figure
from bench.store import AUTHOR, START, lines
from bench.timing import no_collection
from bench.workshop import Workshop
from memora import operations

_TIMES = 5


def measure_bulk(workshop: Workshop) -> Iterator[Figure]:
    """Memories a second from lines of JSON into a new store, in one transaction."""
    size = workshop.scale.bulk
    given = list(lines(size))
    seconds, cpu = zip(*(_import(workshop, given) for _ in range(_TIMES)), strict=True)
    files = min(size, workshop.scale.git_most)
    yield Figure(
        "bulk.rate",
        f"`add --batch` of {size:,} memories",
        size / min(seconds),
        "/s",
        20_000,
        at_least=True,
        git=files / workshop.git(files).build_seconds,
        note=f"the best of {_TIMES}; the median is {size / median(seconds):,.0f} /s."
        f" {1e6 * median(cpu) / size:.1f} µs of CPU each, in two processes where there are two processors."
        f" git: `git add` and `git commit` of {files:,} files.",
    )


def _import(workshop: Workshop, given: list[str]) -> tuple[float, float]:
    """Seconds by the clock, and of CPU by all its processes, for one import."""
    project = workshop.new_folder()
    with operations.init(str(project)) as repository, no_collection():
        start, start_cpu = perf_counter(), _cpu_seconds()
        operations.add_batch(repository, given, author=AUTHOR, now=START)
        end, end_cpu = perf_counter(), _cpu_seconds()
    shutil.rmtree(project)
    return end - start, end_cpu - start_cpu


def _cpu_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
