"""Whether a merge costs what the two sides changed, and how far back history can be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Final

from bench.corpus import memory
from bench.figure import Figure, ratio
from bench.measures.changes import keyed_memories
from bench.store import AUTHOR, EARLY, START, add_history, open_store
from bench.timing import medians, wall_seconds
from bench.workshop import Workshop
from memora import Repository, operations
from memora.history.bases import merge_bases
from memora.model.commit import Commit
from memora.model.ids import CommitId
from memora.operations.revisions import resolve_commit
from memora.storage.refs import BRANCHES

CHANGES: Final = 1_000
_CLASHES: Final = 200
_THEIRS: Final = "theirs"
_BLAMED_COMMITS: Final = 10_000
_EVERY: Final = 100


def measure_merging(workshop: Workshop) -> Iterator[Figure]:
    """Seconds of a merge of 1,000 and 1,000 changes in a large store, and against a small one."""
    small, large = workshop.scale.changes
    with ExitStack() as stack:
        repositories = {
            size: stack.enter_context(open_store(stack.enter_context(workshop.copy_of_store(size))))
            for size in (small, large)
        }
        for size, repository in repositories.items():
            _diverge(repository, size)
        found = medians(
            {
                str(size): lambda repository=repository: _merge_and_undo(repository)  # type: ignore[misc]
                for size, repository in repositories.items()
            },
            workshop.scale.rounds,
        )
    seconds = {size: found[str(size)] for size in (small, large)}
    yield Figure(
        "merge.seconds",
        f"merge of {CHANGES:,} and {CHANGES:,} changes at {large:,}, {_CLASHES} of them clashes",
        seconds[large],
        "s",
        0.5,
    )
    yield ratio(
        "merge.size", f"the same merge at {large:,} against {small:,}", seconds[large] / seconds[small], 3.0
    )._replace(note=f"{1e3 * seconds[small]:.0f} and {1e3 * seconds[large]:.0f} ms in one process.")


def measure_past(workshop: Workshop) -> Iterator[Figure]:
    """Seconds of blame through 10,000 commits, and of the merge base in a long history."""
    small, _ = workshop.scale.changes
    with workshop.copy_of_store(small) as project, open_store(project) as repository:
        key = _long_story(repository)
        found = medians(
            {"": lambda: wall_seconds(lambda: operations.blame(repository, key, now=START))}, workshop.scale.rounds
        )
    yield Figure(
        "past.blame",
        f"blame of a memory through {_BLAMED_COMMITS:,} commits, of which every {_EVERY}th changed it",
        found[""],
        "s",
        0.5,
    )
    commits = workshop.scale.log[1]
    with workshop.copy_of_store(small) as project:
        add_history(project, commits, commits - 1_000)
        with open_store(project) as repository:
            tips = _fork(repository)
        found = medians({"": lambda: _base(project, tips)}, workshop.scale.rounds)
    yield Figure(
        "past.base", f"merge base of two branches, 1,000 commits back in a history of {commits:,}", found[""], "s", 0.2
    )


def _diverge(repository: Repository, size: int) -> None:
    """Two branches that each revise the same keyed memories and add others of their own."""
    revised = list(islice(keyed_memories(size), _CLASHES))
    operations.create_branch(repository, _THEIRS, None, author=AUTHOR, now=START)
    for branch, source in ((_THEIRS, "codex"), ("main", "cursor")):
        operations.switch(repository, branch, author=AUTHOR, now=START + 1)
        lines = [
            json.dumps({**memory(number).record(), "content": f"{branch} says {number}", "source": source})
            for number in revised
        ]
        added = CHANGES - len(lines)
        lines += [json.dumps({"content": f"{branch} learnt fact {number}"}) for number in range(added)]
        operations.add_batch(repository, lines, author=branch, now=START + 2, replace=True)
        operations.commit(repository, message=branch, author=AUTHOR, now=START + 3)


def _merge_and_undo(repository: Repository) -> float:
    seconds = wall_seconds(lambda: operations.merge(repository, _THEIRS, author=AUTHOR, now=START + 4))
    operations.undo(repository, author=AUTHOR, now=START + 5)
    return seconds


def _long_story(repository: Repository) -> str:
    """Commit 10,000 times, one memory being revised now and then; gives its key."""
    key = "bench.blamed"
    for number in range(_BLAMED_COMMITS):
        subject = key if number % _EVERY == 0 else f"bench.other{number % 7}"
        fields = {"content": f"State {number}", "key": subject}
        operations.add(repository, fields, author=AUTHOR, now=START + 2 * number, replace=True)
        operations.commit(repository, message=f"Commit {number}", author=AUTHOR, now=START + 2 * number + 1)
    return key


def _fork(repository: Repository) -> tuple[CommitId, CommitId]:
    """The tips of main and of a branch of a thousand commits that left it a thousand commits ago."""
    early, main = (resolve_commit(repository, name, START) for name in (EARLY, "main"))
    with repository.transaction("bench", author=AUTHOR, now=START) as transaction:
        tip = early
        for number in range(1_000):
            tip = transaction.write_commit(Commit(transaction.tree, (tip,), AUTHOR, START + number, f"Aside {number}"))
        transaction.move_ref(BRANCHES + _THEIRS, None, tip)
    return main, tip


def _base(project: Path, tips: tuple[CommitId, CommitId]) -> float:
    """In a store that was just opened, so that nothing of its history is at hand."""
    with open_store(project) as repository:
        return wall_seconds(lambda: merge_bases(repository.index.commits, *tips))
