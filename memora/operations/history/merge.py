"""Bring another line of history into this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from memora.errors import MergeWaiting
from memora.errors.history import NotFastForward, UnrelatedHistories
from memora.history.changes import ChangeCounts, count_changes
from memora.history.graph import is_ancestor
from memora.history.load import load_commit
from memora.merge.base_tree import find_base_tree
from memora.merge.decisions import MergePlan
from memora.merge.overlay import Overlay
from memora.merge.policy import DEFAULT_POLICIES, Policy, Strategy
from memora.merge.result import apply_plan
from memora.model.commit import Commit, clean_message
from memora.model.ids import CommitId, ObjectId, TreeId
from memora.model.ports import ObjectWriter
from memora.model.text import first_line
from memora.operations.history.merging import carry_out, plan_trees, recorded_decisions
from memora.operations.history.standing import PENDING_MERGES, is_clean, tip_of, tree_of, uncommitted_error
from memora.operations.revisions import resolve_commit
from memora.repository import Repository, Transaction
from memora.storage.refs import BRANCHES, Head
from memora.tree.edit import write_empty

Outcome = Literal["up_to_date", "fast_forward", "merged"]
FastForward = Literal["auto", "never", "only"]
# Gets the transaction in which the working tree is what came of a merge, that tree before and theirs; may hold nodes
# back there, and gives how many it did.
Hold = Callable[[Transaction, TreeId, TreeId], int]


class MergeResult(NamedTuple):
    """What a merge did, or under ``dry_run`` would do.

    ``commit`` is None where nothing was committed. ``plan`` is None where nothing had to be merged. ``changes``
    are against where the branch was.
    """

    outcome: Outcome
    branch: str | None
    commit: CommitId | None
    tree: TreeId
    theirs: CommitId
    changes: ChangeCounts
    plan: MergePlan | None = None


class _Sides(NamedTuple):
    branch: str | None
    ours: CommitId | None
    theirs: CommitId
    name: str


def merge(
    repository: Repository,
    revision: str,
    *,
    author: str,
    now: int,
    message: str | None = None,
    strategy: Strategy = "auto",
    fast_forward: FastForward = "auto",
    commit: bool = True,
    allow_unrelated: bool = False,
    policies: Mapping[str, Policy] = DEFAULT_POLICIES,
    hold: Hold | None = None,
) -> MergeResult:
    """Merge a revision into the workspace's branch: fast-forward where it can, else field by field.

    Conflicts do not stop it: they are nodes in dispute. Without ``commit`` the result stands in the working tree and
    the next commit has both parents. What ``hold`` holds back is so in the merge commit, or after a fast-forward in a
    commit on top. Raises Uncommitted, NotFound, NotFastForward under ``only``, UnrelatedHistories.
    """
    text = None if message is None else clean_message(message)
    with repository.transaction("merge", author=author, now=now) as transaction:
        if not is_clean(repository, transaction):
            raise uncommitted_error(repository, transaction)
        _catch_up(repository, transaction)
        sides = _sides(repository, transaction.head, revision, now)
        objects = repository.objects
        outcome = _outcome(repository, sides, fast_forward, allow_unrelated)
        before = transaction.tree
        theirs = load_commit(objects, sides.theirs).tree
        if outcome == "up_to_date":
            return MergeResult(outcome, sides.branch, sides.ours, before, sides.theirs, ChangeCounts())
        transaction.summary = f"{revision} into {sides.branch or 'detached HEAD'}"
        if outcome == "fast_forward":
            transaction.set_tree(theirs)
            held = 0 if hold is None else hold(transaction, before, theirs)
            tip = record_held(transaction, sides.theirs, held, revision, author=author, now=now)
            _move(repository, transaction, tip)
            counts = count_changes(objects, before, transaction.tree)
            return MergeResult(outcome, sides.branch, tip, transaction.tree, sides.theirs, counts)
        assert sides.ours is not None
        plan = _plan(repository, objects, sides, before, theirs, policies, strategy)
        carry_out(transaction, plan)
        if hold is not None:
            hold(transaction, before, theirs)
        recorded = transaction.write_commit(
            Commit(
                transaction.tree,
                (sides.ours, sides.theirs),
                author,
                now,
                text or _message(revision, sides.branch),
                recorded_decisions(plan.decisions),
            )
        )
        counts = count_changes(objects, before, transaction.tree)
        if commit:
            _move(repository, transaction, recorded)
        else:
            pending = PENDING_MERGES + transaction.workspace.name
            transaction.move_ref(pending, repository.refs.find(pending), recorded)
        return MergeResult(
            outcome, sides.branch, recorded if commit else None, transaction.tree, sides.theirs, counts, plan
        )


def record_held(transaction: Transaction, tip: CommitId, count: int, source: str, *, author: str, now: int) -> CommitId:
    """A commit on top of one that came from a source, with so many memories held back; that one where none are."""
    if not count:
        return tip
    words = f"Hold back {'1 memory' if count == 1 else f'{count} memories'} of {first_line(source, 80)}"
    return transaction.write_commit(Commit(transaction.tree, (tip,), author, now, words))


def preview_merge(
    repository: Repository,
    revision: str,
    *,
    now: int,
    strategy: Strategy = "auto",
    fast_forward: FastForward = "auto",
    allow_unrelated: bool = False,
    policies: Mapping[str, Policy] = DEFAULT_POLICIES,
) -> MergeResult:
    """What ``merge`` would do, without doing it. Uncommitted changes are left out of it."""
    with repository.snapshot():
        head = repository.workspace.head
        sides = _sides(repository, Head(head.branch, tip_of(repository, head)), revision, now)
        objects = Overlay(repository.objects)
        outcome = _outcome(repository, sides, fast_forward, allow_unrelated)
        before = tree_of(repository, sides.ours) or write_empty(objects)
        theirs = load_commit(objects, sides.theirs).tree
        planned, after = None, before
        if outcome == "fast_forward":
            after = theirs
        elif outcome == "merged":
            planned = _plan(repository, objects, sides, before, theirs, policies, strategy)
            after = apply_plan(objects, before, planned)
        counts = count_changes(objects, before, after)
        return MergeResult(outcome, sides.branch, None, after, sides.theirs, counts, planned)


def _sides(repository: Repository, head: Head, revision: str, now: int) -> _Sides:
    return _Sides(head.branch, head.commit, resolve_commit(repository, revision, now), revision)


def _outcome(repository: Repository, sides: _Sides, fast_forward: FastForward, allow_unrelated: bool) -> Outcome:
    graph = repository.index.commits
    if sides.ours is None:
        return "fast_forward"
    if is_ancestor(graph, sides.theirs, sides.ours):
        return "up_to_date"
    if is_ancestor(graph, sides.ours, sides.theirs):
        return "merged" if fast_forward == "never" else "fast_forward"
    if fast_forward == "only":
        raise NotFastForward(sides.branch or "HEAD", sides.name)
    from memora.history.bases import merge_bases

    if not allow_unrelated and not merge_bases(graph, sides.ours, sides.theirs):
        raise UnrelatedHistories(sides.branch or "HEAD", sides.name)
    return "merged"


def _plan(
    repository: Repository,
    objects: ObjectWriter,
    sides: _Sides,
    ours: TreeId,
    theirs: TreeId,
    policies: Mapping[str, Policy],
    strategy: Strategy,
) -> MergePlan:
    assert sides.ours is not None
    overlay = Overlay(objects)
    base = find_base_tree(overlay, repository.index.commits, sides.ours, sides.theirs) or write_empty(overlay)
    return plan_trees(repository, overlay, base, ours, theirs, policies=policies, strategy=strategy)


def _catch_up(repository: Repository, transaction: Transaction) -> None:
    """Bring a clean working tree to the tip that another workspace moved the branch to."""
    if repository.refs.find(PENDING_MERGES + transaction.workspace.name) is not None:
        raise MergeWaiting()
    head = transaction.head
    tip = tip_of(repository, head)
    if tip != head.commit and tip is not None:
        transaction.set_head(Head(head.branch, tip))
        transaction.set_tree(load_commit(repository.objects, tip).tree)


def _move(repository: Repository, transaction: Transaction, commit: CommitId) -> None:
    branch = transaction.head.branch
    if branch is not None:
        name = BRANCHES + branch
        transaction.move_ref(name, repository.refs.find(name), ObjectId(commit))
    transaction.set_head(Head(branch, commit))


def _message(revision: str, branch: str | None) -> str:
    return f"Merge {first_line(revision, 80)} into {branch or 'detached HEAD'}"
