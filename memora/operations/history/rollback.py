"""Go back to the memory of an earlier revision, and keep the history of how it was left."""

from __future__ import annotations

from typing import NamedTuple

from memora.errors.history import NotCommitted
from memora.history.changes import count_changes
from memora.history.load import load_commit
from memora.model.commit import Commit, Decision, clean_message
from memora.model.ids import CommitId, TreeId
from memora.model.text import first_line
from memora.operations.history.commit import CommitResult, catch_up
from memora.operations.history.standing import is_clean, require_no_merge, tip_of, tree_of
from memora.operations.revisions import resolve_commit, resolve_tree
from memora.repository import Repository, Transaction
from memora.storage.refs import BRANCHES, Head


class RolledBack(NamedTuple):
    """The commit that brought the tree of ``target`` back; ``checkpoint``, its parent, holds what was not committed.

    ``target`` is None where that was a moment of a session which no commit has.
    """

    commit: CommitResult
    target: CommitId | None
    checkpoint: CommitId | None


class NothingToRollBack(NamedTuple):
    """The branch and the working tree are what ``target`` is, None as in ``RolledBack``."""

    target: CommitId | None


def rollback(
    repository: Repository, *, to: str, message: str | None = None, author: str, now: int
) -> RolledBack | NothingToRollBack:
    """Make the memory of a revision that of the branch again, by a new commit; the working tree follows.

    What is not committed is committed first, as a checkpoint. Where another workspace has moved the branch, both
    commits go on top of its tip, which is merged into the checkpoint as ``commit`` does it. Raises NotFound,
    Ambiguous, MergeWaiting, BadInput for an empty message; nothing has changed then.
    """
    text = None if message is None else clean_message(message)
    with repository.transaction("rollback", author=author, now=now) as transaction:
        require_no_merge(repository, transaction)
        target, goal, name = _find_goal(repository, to, now)
        transaction.summary = f"to {name}"
        tip = tip_of(repository, transaction.head)
        checkpoint = None
        if transaction.tree != goal and not is_clean(repository, transaction):
            kept = f"Checkpoint before rollback to {name}"
            checkpoint = tip = _checkpoint(repository, transaction, tip, kept, author, now)
        before = tree_of(repository, tip)
        if before == goal and checkpoint is None:
            _stand_on(repository, transaction, tip, goal)
            return NothingToRollBack(target)
        text = text or f"Roll back to {name}"
        parents = _parents(tip)
        recorded = transaction.write_commit(Commit(goal, parents, author, now, text))
        _stand_on(repository, transaction, recorded, goal)
        changes = count_changes(repository.objects, before, goal)
        branch = transaction.head.branch
        result = CommitResult(recorded, branch, parents, goal, changes, text, author, now)
        return RolledBack(result, target, checkpoint)


def _find_goal(repository: Repository, to: str, now: int) -> tuple[CommitId | None, TreeId, str]:
    """What to go back to: a commit, if it is one, its tree, and its name in words."""
    try:
        target = resolve_commit(repository, to, now)
    except NotCommitted:
        return None, resolve_tree(repository, to, now), to
    commit = load_commit(repository.objects, target)
    return target, commit.tree, f"{target.hex()[:8]}: {first_line(commit.subject, 72)}"


def _checkpoint(
    repository: Repository, transaction: Transaction, tip: CommitId | None, message: str, author: str, now: int
) -> CommitId:
    """Write a commit of the working tree, into which the branch's tip is merged where it has moved."""
    decisions: tuple[Decision, ...] = ()
    start = transaction.head.commit
    if tip != start:
        decisions, _ = catch_up(repository, transaction, tree_of(repository, start), tree_of(repository, tip))
    return transaction.write_commit(Commit(transaction.tree, _parents(tip), author, now, message, decisions))


def _parents(commit: CommitId | None) -> tuple[CommitId, ...]:
    return () if commit is None else (commit,)


def _stand_on(repository: Repository, transaction: Transaction, commit: CommitId | None, tree: TreeId) -> None:
    """Move the branch, the head and the working tree to a commit."""
    branch = transaction.head.branch
    if branch is not None and commit is not None:
        transaction.move_ref(BRANCHES + branch, repository.refs.find(BRANCHES + branch), commit)
    transaction.set_head(Head(branch, commit))
    transaction.set_tree(tree)
