"""Do again here what commits did elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from memora.history.changes import ChangeCounts, count_changes
from memora.history.load import load_commit
from memora.merge.overlay import Overlay
from memora.merge.policy import DEFAULT_POLICIES, Policy
from memora.model.commit import Commit
from memora.model.ids import CommitId, NodeId
from memora.model.text import first_line
from memora.operations.history.merge_report import DecidedNode
from memora.operations.history.merging import recorded_decisions
from memora.operations.history.transplant import (
    adopt,
    changes_of,
    describe_clashes,
    record,
    start_clean,
    transplant,
)
from memora.operations.revisions import resolve_commit
from memora.repository import Repository, Transaction


class Picked(NamedTuple):
    """A commit that was done again as another; ``conflicts`` are in dispute now, ``clashes`` are all that was met."""

    commit: CommitId
    value: Commit
    branch: str | None
    changes: ChangeCounts
    source: CommitId
    conflicts: tuple[NodeId, ...]
    clashes: tuple[DecidedNode, ...]


class NothingToPick(NamedTuple):
    """A commit that changes nothing here: what it did is there already, or lost every clash in ``clashes``."""

    source: CommitId
    clashes: tuple[DecidedNode, ...]


class CherryPicked(NamedTuple):
    """What was picked and what was not, each in order."""

    picked: tuple[Picked, ...]
    skipped: tuple[NothingToPick, ...]


def cherry_pick(
    repository: Repository,
    revisions: Sequence[str],
    *,
    author: str,
    now: int,
    mainline: int | None = None,
    policies: Mapping[str, Policy] = DEFAULT_POLICIES,
) -> CherryPicked:
    """Do what each commit changed to the working tree, by a three-way merge, and commit it with its author and message.

    Clashes are decided as in a merge, and conflicts are nodes in dispute. All are one operation, whose author is
    ``author``. A merge is counted against its parent ``mainline``, from 1. Raises Uncommitted, ParentNeeded, NotFound,
    Ambiguous, BadInput; nothing has changed then.
    """
    with repository.transaction("cherry-pick", author=author, now=now) as transaction:
        start_clean(repository, transaction)
        sources = [resolve_commit(repository, revision, now) for revision in revisions]
        picked: list[Picked] = []
        skipped: list[NothingToPick] = []
        for source in sources:
            made = _pick(repository, transaction, source, now, mainline, policies)
            if isinstance(made, Picked):
                picked.append(made)
            else:
                skipped.append(made)
        transaction.summary = ", ".join(
            f"{item.commit.hex()[:8]} {first_line(item.value.subject, 60)}" for item in picked[:3]
        )
        return CherryPicked(tuple(picked), tuple(skipped))


def _pick(
    repository: Repository,
    transaction: Transaction,
    source: CommitId,
    now: int,
    mainline: int | None,
    policies: Mapping[str, Policy],
) -> Picked | NothingToPick:
    before, tip = transaction.tree, transaction.head.commit
    objects = Overlay(repository.objects)
    step = {node: (old, new) for node, old, new in changes_of(repository, source, mainline)}
    result = transplant(repository, objects, before, step, policies=policies, strategy="auto")
    clashes = describe_clashes(objects, result)
    if result.tree == before:
        return NothingToPick(source, clashes)
    original = load_commit(repository.objects, source)
    value = Commit(
        result.tree,
        () if tip is None else (tip,),
        original.author,
        now,
        original.message,
        recorded_decisions(result.decisions),
    )
    adopt(repository, transaction, objects, result.tree)
    recorded = record(repository, transaction, value)
    return Picked(
        recorded,
        value,
        transaction.head.branch,
        count_changes(objects, before, result.tree),
        source,
        result.conflicts,
        clashes,
    )
