"""What checks cost: a clean project as a process, the scan for secrets, and evidence in a large project."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bench.figure import Figure, ratio
from bench.process import NOTHING
from bench.timing import medians
from bench.workshop import Workshop
from memora import operations
from memora.evidence.files import WorkingFiles
from memora.model.secrets import find_secrets

_MEMORIES = 1_000
_LINES = 60
_FOLDERS = 100
_TIMES = 3
_AT = 1_800_000_000_000_000


def measure_checks(workshop: Workshop) -> Iterator[Figure]:
    """CPU of ``check`` as a process, speed of the scan, and CPU of ``verify`` in process."""
    project = workshop.store(_MEMORIES)
    command = (*workshop.launcher, "check", "--quiet")
    workshop.runner.cpu_seconds(command, project)
    found = medians(
        {
            "nothing": lambda: workshop.runner.cpu_seconds(NOTHING, workshop.folder),
            "check": lambda: workshop.runner.cpu_seconds(command, project),
        },
        workshop.scale.rounds,
    )
    yield ratio(
        "checks.check", f"CPU of `check` of a clean project of {_MEMORIES:,}", found["check"] / found["nothing"], 12.0
    )
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(Path(operations.__file__).parent.rglob("*.py"))
    )
    scanned = median(_cpu_seconds(lambda: find_secrets(text)) for _ in range(_TIMES))
    yield Figure("checks.secrets", "scan of code for secrets", len(text) / 1e6 / scanned, "MB/s", 5, at_least=True)
    yield from _verify(workshop)


def _verify(workshop: Workshop) -> Iterator[Figure]:
    size = max(workshop.scale.bulk // 10, 100)
    project = workshop.new_folder()
    for number in range(size):
        path = project / "src" / f"m{number % _FOLDERS}" / f"f{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"def work_{number}_{line}(): return {line}\n" for line in range(_LINES)))
    lines = [
        json.dumps(
            {"content": f"fact {number}", "evidence": f"src/m{number % _FOLDERS}/f{number}.py:L{number % 50 + 1}"}
        )
        for number in range(size)
    ]
    with operations.init(str(project)) as repository:
        operations.add_batch(repository, lines, author="bench", now=_AT)
        files = WorkingFiles(str(project))

        def verify() -> None:
            operations.verify(repository, files=files, root=str(project), author="bench", now=_AT)

        yield Figure("checks.verify", f"`verify` of {size:,} memories in {size:,} files", _cpu_seconds(verify), "s", 5)
        for number in range(0, size, 100):
            path = project / "src" / f"m{number % _FOLDERS}" / f"f{number}.py"
            path.rename(path.with_suffix(".moved.py"))
        yield Figure("checks.moved", "the same with every hundredth file renamed", _cpu_seconds(verify), "s", 10)


def _cpu_seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
