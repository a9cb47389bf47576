"""What starting memora costs before it does anything, in units of starting Python."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figure import Figure, ratio
from bench.process import NOTHING
from bench.timing import medians
from bench.workshop import Workshop


def measure_start(workshop: Workshop) -> Iterator[Figure]:
    """CPU of the processes that answer without a store."""
    runner, folder = workshop.runner, workshop.folder
    memora = (*workshop.launcher, "--version")
    runner.cpu_seconds(memora, folder)  # compiles the modules
    found = medians(
        {
            "nothing": lambda: runner.cpu_seconds(NOTHING, folder),
            "memora": lambda: runner.cpu_seconds(memora, folder),
            "git": lambda: runner.cpu_seconds(("git", "--version"), folder),
        },
        workshop.scale.rounds,
    )
    unit = found["nothing"]
    yield ratio("start.version", "CPU of `--version`", found["memora"] / unit, 2.0, found["git"] / unit)
