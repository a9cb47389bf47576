"""Stores to measure: filled with the corpus through memora's own operations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.corpus import memories
from memora import Repository, operations
from memora.model.commit import Commit
from memora.model.ids import CommitId
from memora.storage.place import FOLDER
from memora.storage.refs import BRANCHES

AUTHOR: Final = "bench"
START: Final = 1_800_000_000_000_000
EARLY: Final = "early"
_BATCH: Final = 50_000


def open_store(project: Path) -> Repository:
    """The store of a project."""
    return Repository.open(str(project / FOLDER))


def lines(count: int, first: int = 0) -> Iterator[str]:
    """Memories of the corpus as ``memora add --batch`` takes them."""
    return (json.dumps(memory.record()) for memory in memories(count, first=first))


def build_store(project: Path, count: int) -> None:
    """Make a store with the first ``count`` memories of the corpus in one commit."""
    with operations.init(str(project)) as repository:
        for first in range(0, count, _BATCH):
            batch = lines(min(_BATCH, count - first), first)
            operations.add_batch(repository, batch, author=AUTHOR, now=START)
        operations.commit(repository, message="Everything", author=AUTHOR, now=START)


def add_history(project: Path, commits: int, early: int) -> None:
    """Make ``main`` that many commits long, and a branch at the one that is ``early`` commits long.

    In one transaction, and each with the tree of the one before: this builds what is measured, and is not it.
    """
    with open_store(project) as repository, repository.transaction("bench", author=AUTHOR, now=START) as transaction:
        first = transaction.head.commit
        assert first is not None
        tip: CommitId = first
        for number in range(2, commits + 1):
            tip = transaction.write_commit(
                Commit(transaction.tree, (tip,), AUTHOR, START + number, f"Commit {number} says what it is about")
            )
            if number == early:
                transaction.move_ref(BRANCHES + EARLY, None, tip)
        transaction.move_ref(BRANCHES + "main", first, tip)
        transaction.set_head(transaction.head._replace(commit=tip))


def size_bytes(project: Path) -> int:
    """What a store takes on disk, everything in its folder counted."""
    return sum(path.stat().st_size for path in (project / FOLDER).rglob("*") if path.is_file())
