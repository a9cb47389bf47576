"""Measuring on a machine that does other things too: medians, and turns taken so that a noisy moment hits all alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from time import perf_counter, process_time


def cpu_seconds(call: Callable[[], object]) -> float:
    """The CPU time that this process spends in a call, in user and in kernel code."""
    with no_collection():
        start = process_time()
        call()
        return process_time() - start


def wall_seconds(call: Callable[[], object]) -> float:
    """How long a call takes by the clock, waiting for the disk included."""
    with no_collection():
        start = perf_counter()
        call()
        return perf_counter() - start


def yardstick_seconds() -> float:
    """What ten million additions take in this Python, at best of three: figures in seconds mean little without it."""
    return min(wall_seconds(_add_ten_million) for _ in range(3))


def _add_ten_million() -> None:
    total = 0
    for number in range(10_000_000):
        total += number


def medians(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median result of each measure, all of them taken in turn ``rounds`` times."""
    results: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            results[name].append(measure())
    return {name: median(found) for name, found in results.items()}


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector out, as a command of memora does; what the measuring holds is not memora's cost."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
