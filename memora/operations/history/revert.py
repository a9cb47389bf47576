"""Take back what some commits did, by a new commit, and nothing else."""

from __future__ import annotations

from typing import NamedTuple

from memora.history.changes import ChangeCounts, NodeChange, count_changes, node_changes
from memora.history.inverse import inverse_steps
from memora.history.load import load_commit
from memora.merge.decisions import Decision
from memora.merge.overlay import Overlay
from memora.merge.policy import DEFAULT_POLICIES
from memora.model.commit import Commit, clean_message
from memora.model.ids import CommitId, NodeId, TreeId
from memora.model.text import first_line
from memora.operations.history.later_changes import spare_later_changes
from memora.operations.history.merge_report import DecidedNode
from memora.operations.history.merging import recorded_decisions
from memora.operations.history.revert_selection import Selection, Wanted, select
from memora.operations.history.standing import tip_of, tree_of
from memora.operations.history.transplant import (
    Transplant,
    adopt,
    describe_clashes,
    record,
    start_clean,
    transplant,
)
from memora.repository import Repository
from memora.tree.edit import write_empty

_MOST_LISTED = 100
_SUBJECT_CHARACTERS = 72


class Reverted(NamedTuple):
    """What was taken back, or would be: then ``commit`` is None.

    ``changes`` are against where the branch was, ``nodes`` the same one by one. ``conflicts`` are the nodes that were
    changed again later and are in dispute now; ``clashes`` says what stands against what.
    """

    commit: CommitId | None
    value: Commit
    branch: str | None
    changes: ChangeCounts
    nodes: tuple[NodeChange, ...]
    selection: Selection
    conflicts: tuple[NodeId, ...]
    clashes: tuple[DecidedNode, ...]


class NothingToRevert(NamedTuple):
    """Nothing that the selection did is there any more."""

    selection: Selection


def revert(
    repository: Repository, wanted: Wanted, *, author: str, now: int, message: str | None = None
) -> Reverted | NothingToRevert:
    """Take commits back by one new commit: a three-way merge from what they made to what they had found.

    What a memory says, where it was changed again later, stays in dispute between both: no rule decides that. Other
    fields keep the later change. A range that begins at an ancestor of its end is taken back as a whole, merges in it
    included; of an author's commits, merges are passed over without a ``mainline``. Raises Uncommitted, ParentNeeded,
    NotFound, Ambiguous, BadInput.
    """
    text = None if message is None else clean_message(message)
    with repository.transaction("revert", author=author, now=now) as transaction:
        tip = start_clean(repository, transaction)
        before = transaction.tree
        selection = select(repository, wanted, tip, now)
        objects = Overlay(repository.objects)
        result = _take_back(repository, objects, before, selection)
        if result.tree == before:
            return NothingToRevert(selection)
        value = _commit_of(repository, result, selection, tip, author, now, text)
        adopt(repository, transaction, objects, result.tree)
        recorded = record(repository, transaction, value)
        transaction.summary = f"{selection.name}: {recorded.hex()[:8]}"
        return _report(objects, before, recorded, value, transaction.head.branch, selection, result)


def preview_revert(
    repository: Repository, wanted: Wanted, *, author: str, now: int, message: str | None = None
) -> Reverted | NothingToRevert:
    """What ``revert`` would do, without doing it. Uncommitted changes are left out of it."""
    text = None if message is None else clean_message(message)
    with repository.snapshot():
        head = repository.workspace.head
        tip = tip_of(repository, head)
        objects = Overlay(repository.objects)
        before = tree_of(repository, tip) or write_empty(objects)
        selection = select(repository, wanted, tip, now)
        result = _take_back(repository, objects, before, selection)
        if result.tree == before:
            return NothingToRevert(selection)
        value = _commit_of(repository, result, selection, tip, author, now, text)
        return _report(objects, before, None, value, head.branch, selection, result)


def _take_back(repository: Repository, objects: Overlay, tree: TreeId, selection: Selection) -> Transplant:
    decisions: dict[NodeId, Decision] = {}
    for step in inverse_steps(selection.changes):
        prepared, disputes = spare_later_changes(repository, objects, tree, step)
        result = transplant(repository, objects, tree, prepared, policies=DEFAULT_POLICIES, strategy="manual")
        tree = result.tree
        decisions.update({decision.node: decision for decision in (*result.decisions, *disputes)})
    return Transplant(tree, tuple(decisions[node] for node in sorted(decisions)))


def _commit_of(
    repository: Repository,
    result: Transplant,
    selection: Selection,
    tip: CommitId | None,
    author: str,
    now: int,
    message: str | None,
) -> Commit:
    parents = () if tip is None else (tip,)
    decisions = recorded_decisions(result.decisions)
    return Commit(result.tree, parents, author, now, message or _message(repository, selection), decisions)


def _message(repository: Repository, selection: Selection) -> str:
    count = len(selection.commits)
    subjects = [
        (commit, first_line(load_commit(repository.objects, commit).subject, _SUBJECT_CHARACTERS))
        for commit in selection.commits[:_MOST_LISTED]
    ]
    if count == 1 and selection.session is None:
        [(commit, subject)] = subjects
        return f'Revert "{subject}"\n\nThis takes back commit {commit.hex()}.'
    if selection.session is not None:
        lines = [f"Revert session {selection.session}", ""]
        lines += ["This takes back what it changed; it made these commits, the newest first:", ""] if count else []
    else:
        lines = [f"Revert {count} commits", "", f"This takes back {selection.name}, the newest first:", ""]
    lines += [f"{commit.hex()[:8]} {subject}" for commit, subject in subjects]
    if count > _MOST_LISTED:
        lines.append(f"and {count - _MOST_LISTED} more")
    return "\n".join(lines)


def _report(
    objects: Overlay,
    before: TreeId,
    commit: CommitId | None,
    value: Commit,
    branch: str | None,
    selection: Selection,
    result: Transplant,
) -> Reverted:
    return Reverted(
        commit,
        value,
        branch,
        count_changes(objects, before, result.tree),
        tuple(node_changes(objects, before, result.tree)),
        selection,
        result.conflicts,
        describe_clashes(objects, result),
    )
