"""Whether recording, comparing and going back and forth cost what changed, however much was known before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Final

from bench.corpus import memory
from bench.figure import Figure, ratio
from bench.git_repository import GitRepository
from bench.store import AUTHOR, START, open_store
from bench.timing import medians, wall_seconds
from bench.workshop import Workshop
from memora import Repository, operations

CHANGES: Final = 100
VERBS: Final = ("commit", "diff", "switch")
_BEFORE: Final = "before"


def measure_changes(workshop: Workshop) -> Iterator[Figure]:
    """Time of ``commit``, ``diff`` and ``switch`` of a hundred changes in one process, in a large store and a small."""
    small, large = workshop.scale.changes
    most = min(large, workshop.scale.git_most)
    with (
        workshop.copy_of_store(small) as few,
        workshop.copy_of_store(large) as many,
        open_store(few) as here,
        open_store(many) as there,
    ):
        found = medians({**_memora(here, small), **_memora(there, large)}, workshop.scale.rounds)
    by_git = medians({**_git(workshop.git(small), small), **_git(workshop.git(most), most)}, workshop.scale.rounds)
    for verb in VERBS:
        at_small, at_large = found[f"{verb} {small}"], found[f"{verb} {large}"]
        git_small, git_large = by_git[f"{verb} {small}"], by_git[f"{verb} {most}"]
        yield ratio(
            f"changes.{verb}",
            f"`{verb}` of {CHANGES} changes at {large:,} against {small:,}",
            at_large / at_small,
            3.0,
            git_large / git_small,
        )._replace(
            note=f"{1e3 * at_small:.1f} and {1e3 * at_large:.1f} ms in one process; git {1e3 * git_small:.0f} and"
            f" {1e3 * git_large:.0f} ms at {small:,} and {most:,} files, as processes."
        )


def keyed_memories(count: int) -> Iterator[int]:
    """The numbers of the memories that can be revised by their key."""
    return (number for number in range(count) if memory(number).key is not None)


def _memora(repository: Repository, size: int) -> dict[str, Callable[[], float]]:
    """A round revises, commits, compares, and goes back and forth; each measure is one part of it."""
    revised = list(islice(keyed_memories(size), CHANGES))
    rounds = count(1)

    def revise() -> None:
        mark = next(rounds)
        changed = []
        for number in revised:
            record = memory(number).record()
            changed.append(json.dumps({**record, "content": f"{record['content']} since round {mark}"}))
        operations.add_batch(repository, changed, author=AUTHOR, now=START, replace=True)

    def commit() -> float:
        revise()
        return wall_seconds(lambda: operations.commit(repository, message="Revised", author=AUTHOR, now=START))

    def diff() -> float:
        return wall_seconds(lambda: list(operations.diff(repository, now=START)))

    def switch() -> float:
        operations.create_branch(repository, _BEFORE, "HEAD~1", author=AUTHOR, now=START)
        seconds = wall_seconds(lambda: _switch(_BEFORE)) + wall_seconds(lambda: _switch("main"))
        operations.delete_branch(repository, _BEFORE, force=True, author=AUTHOR, now=START)
        return seconds / 2

    def _switch(branch: str) -> None:
        operations.switch(repository, branch, author=AUTHOR, now=START)

    return {f"commit {size}": commit, f"diff {size}": diff, f"switch {size}": switch}


def _git(repository: GitRepository, size: int) -> dict[str, Callable[[], float]]:
    revised = list(islice(keyed_memories(size), CHANGES))
    rounds = count(1)

    def commit() -> float:
        repository.write_files(revised, f" since round {next(rounds)}")
        return repository.cpu_seconds("commit", "--quiet", "--all", "--message", "Revised")

    def diff() -> float:
        return repository.cpu_seconds("diff", "HEAD~1", "HEAD")

    def switch() -> float:
        repository.run("branch", "--force", _BEFORE, "HEAD~1")
        seconds = repository.cpu_seconds("switch", "--quiet", _BEFORE) + repository.cpu_seconds(
            "switch", "--quiet", "main"
        )
        return seconds / 2

    return {f"commit {size}": commit, f"diff {size}": diff, f"switch {size}": switch}
