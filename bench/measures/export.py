"""What it costs to write memories into files, and how much memory that takes."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import process_time

from bench.figure import Figure, ratio
from bench.store import AUTHOR, START
from bench.timing import no_collection
from bench.workshop import Workshop
from memora import Repository, operations
from memora.operations.share.layout import Destination

_MEMORIES = 10_000
_TIMES = 3
_FEW = ("--top", "100", "--stdout")


def measure_export(workshop: Workshop) -> Iterator[Figure]:
    """Processor time of an export in process, and the most memory that an export holds as a process."""
    project = workshop.store(_MEMORIES)
    for target, bound in (("gemini", 1.0), ("html", None), ("json", None)):
        with Repository.open(str(project / ".memora")) as repository, no_collection():
            seconds = [_export(repository, target) for _ in range(_TIMES)]
        yield Figure(
            f"export.{target}", f"CPU of an export of {_MEMORIES:,} memories to `{target}`", median(seconds), "s", bound
        )
    few, _ = workshop.scale.commands
    projects = workshop.store(few), workshop.store(_MEMORIES)
    command = (*workshop.launcher, "export", "--to", "markdown", *_FEW)
    some = [workshop.runner.peak_memory(command, folder) for folder in projects]
    yield ratio(
        "export.memory", f"memory of an export of 100 of {_MEMORIES:,} memories against {few:,}", some[1] / some[0], 1.5
    )


def _export(repository: Repository, target: str) -> float:
    """Seconds of the processor for one export that is compared with a file and not written."""
    start = process_time()
    operations.export(repository, [Destination(target)], author=AUTHOR, now=START, write=False)
    return process_time() - start
