"""How long a question takes, in stores of several sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from bench.corpus import questions
from bench.figure import Figure
from bench.git_repository import GitRepository
from bench.store import START, open_store
from bench.timing import cpu_seconds
from bench.workshop import Workshop
from memora import operations

_BOUNDS_MS: Final = {10_000: 0.3, 100_000: 2.0, 1_000_000: 25.0}
_FEWER_BY_GIT: Final = 50
_WARM_UP: Final = 20
_PASSES: Final = 5


def measure_recall(workshop: Workshop) -> Iterator[Figure]:
    """Half of the five-word questions cost less than this in one process, which waits for nothing: its CPU time.

    The best pass of several, each with the store opened anew, and the sizes in turn.
    """
    asked = {
        size: [question.text for question in questions(workshop.scale.questions, size)]
        for size in workshop.scale.recall
    }
    rounds = [{size: _ask_all(workshop.store(size), asked[size]) for size in asked} for _ in range(_PASSES)]
    for size in asked:
        passes = [times[size] for times in rounds]
        times = min(passes, key=median)
        files = min(size, workshop.scale.git_most)
        few = asked[size][: max(2, len(asked[size]) // _FEWER_BY_GIT)]
        yield Figure(
            f"recall.{size}",
            f"`recall` in one process at {size:,} memories, p50",
            1e3 * median(times),
            "ms",
            _BOUNDS_MS.get(size),
            git=1e3 * median(_grep(workshop.git(files), text) for text in few),
            note=f"the best of {_PASSES} passes; the median is {1e3 * median(map(median, passes)):.3g} ms, p95"
            f" {1e3 * times[int(len(times) * 0.95)]:.2f} ms. git: `git grep` for any of the words in"
            f" {files:,} files, as a process, in no order.",
        )


def _ask_all(project: Path, asked: Sequence[str]) -> list[float]:
    """The CPU time of each question in seconds, the shortest first."""
    with open_store(project) as repository:

        def ask(text: str) -> None:
            operations.recall(repository, text, now=START, limit=5)

        for text in asked[:_WARM_UP]:
            ask(text)
        return sorted(cpu_seconds(lambda text=text: ask(text)) for text in asked)  # type: ignore[misc]


def _grep(repository: GitRepository, question: str) -> float:
    words = re.findall(r"\w+", question)
    expression = [part for word in words for part in ("-e", word)]
    return repository.cpu_seconds("grep", "--ignore-case", "--files-with-matches", *expression)
