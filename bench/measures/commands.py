"""What the daily commands cost as processes, in a small store and in a large one, in units of starting Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Final

from bench.figure import Figure, ratio
from bench.git_repository import GitRepository
from bench.process import NOTHING
from bench.timing import medians
from bench.workshop import Workshop

# In this order a round is a day's work: something to commit, a look at it, the commit, a look back.
COMMANDS: Final = ("add", "status", "commit", "log")
_NEW_FILES: Final = 1_000_000


def measure_commands(workshop: Workshop) -> Iterator[Figure]:
    """CPU of ``add``, ``status``, ``commit`` and ``log`` as processes."""
    sizes = small, large = workshop.scale.commands
    with workshop.copy_of_store(small) as few, workshop.copy_of_store(large) as many:
        found = medians(
            {
                "nothing": lambda: workshop.runner.cpu_seconds(NOTHING, workshop.folder),
                **_memora(workshop, few, small),
                **_memora(workshop, many, large),
                **_git(workshop.git_at_most(small), small),
                **_git(workshop.git_at_most(large), large),
            },
            workshop.scale.rounds,
        )
    unit = found["nothing"]
    for command in COMMANDS:
        for size in sizes:
            yield ratio(
                f"commands.{command}.{size}",
                f"CPU of `{command}` at {size:,} memories",
                found[f"memora {command} {size}"] / unit,
                7.0,
                found[f"git {command} {size}"] / unit,
            )
        yield ratio(
            f"commands.{command}.growth",
            f"CPU of `{command}` at {large:,} against {small:,}",
            found[f"memora {command} {large}"] / found[f"memora {command} {small}"],
            1.3,
            found[f"git {command} {large}"] / found[f"git {command} {small}"],
        )


def _memora(workshop: Workshop, project: Path, size: int) -> dict[str, Callable[[], float]]:
    numbers = count(1)
    arguments: dict[str, Callable[[], tuple[str, ...]]] = {
        "add": lambda: (f"The retry queue waits {next(numbers)} seconds", "--source", "code_read", "--tag", "queue"),
        "status": lambda: (),
        "commit": lambda: ("-m", "What was learnt about the queue"),
        "log": lambda: ("-n", "10"),
    }

    def cost(command: str) -> float:
        return workshop.runner.cpu_seconds((*workshop.launcher, command, *arguments[command]()), project)

    for command in COMMANDS:  # compiles the modules, and reads the store for the first time
        cost(command)
    return {f"memora {command} {size}": lambda command=command: cost(command) for command in COMMANDS}  # type: ignore[misc]


def _git(repository: GitRepository, size: int) -> dict[str, Callable[[], float]]:
    numbers = count(_NEW_FILES)
    arguments: dict[str, Callable[[], tuple[str, ...]]] = {
        "add": lambda: tuple(repository.write_files([next(numbers)])),
        "status": lambda: (),
        "commit": lambda: ("--quiet", "--message", "What was learnt about the queue"),
        "log": lambda: ("-n", "10"),
    }

    def cost(command: str) -> float:
        return repository.cpu_seconds(command, *arguments[command]())

    for command in COMMANDS:
        cost(command)
    return {f"git {command} {size}": lambda command=command: cost(command) for command in COMMANDS}  # type: ignore[misc]
