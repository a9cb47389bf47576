"""Record the working tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from memora.errors import CommitClash, MergeWaiting, NotFound, Refused
from memora.history.changes import ChangeCounts, VersionChange, count_changes, version_changes
from memora.history.load import load_node
from memora.model.commit import Commit, Decision, clean_message
from memora.model.ids import CommitId, NodeId, TreeId, VersionId
from memora.model.text import first_line
from memora.operations.history.standing import PENDING_MERGES, pending_merge, tip_of, tree_of
from memora.operations.naming import SHORTEST_PREFIX, resolve_node
from memora.repository import Repository, Transaction
from memora.storage.refs import BRANCHES, Head
from memora.tree.edit import edit, write_empty

if TYPE_CHECKING:
    from memora.operations.history.merge_report import DecidedNode


class CommitResult(NamedTuple):
    """What was recorded. ``branch`` is None on a detached head; ``changes`` are against the first parent.

    ``clashes`` are those met where another workspace had moved the branch.
    """

    commit: CommitId
    branch: str | None
    parents: tuple[CommitId, ...]
    tree: TreeId
    changes: ChangeCounts
    message: str
    author: str
    at: int
    clashes: tuple[DecidedNode, ...] = ()


class NothingToCommit(NamedTuple):
    """Nothing was recorded.

    ``uncommitted`` says that there are changes, of other nodes than those named. ``caught_up_with`` is the tip that
    another workspace had moved the branch to, where the working tree has been brought there; ``clashes`` are those
    met on the way, all decided for what stands there.
    """

    branch: str | None
    uncommitted: bool
    caught_up_with: CommitId | None = None
    clashes: tuple[DecidedNode, ...] = ()


def commit(
    repository: Repository,
    *,
    message: str,
    author: str,
    now: int,
    nodes: Iterable[str] = (),
    allow_empty: bool = False,
) -> CommitResult | NothingToCommit:
    """Record the working tree on the workspace's branch, or only the changes of the nodes named.

    The branch moves by compare-and-set. Where another workspace has moved it, its new tip is merged into the
    working tree first, by the rules of ``merge``. A merge that waits is recorded with both its parents. Raises
    CommitClash where named nodes were changed differently there, MergeWaiting where only a part of a merge was
    named, BadInput for an empty message, NotFound, Ambiguous; nothing has changed then.
    """
    text = clean_message(message)
    with repository.transaction("commit", author=author, now=now) as transaction:
        branch, start = transaction.head
        tip = tip_of(repository, transaction.head)
        base, target = tree_of(repository, start), tree_of(repository, tip)
        chosen = _choose(repository, tuple(nodes), base, transaction.tree)
        waiting = pending_merge(repository, transaction.workspace.name)
        if waiting is not None and chosen is not None:
            raise MergeWaiting()
        decisions = () if waiting is None else waiting.decisions
        clashes: tuple[DecidedNode, ...] = ()
        if chosen is None:
            if tip != start:
                caught_up, clashes = catch_up(repository, transaction, base, target)
                decisions += caught_up
            tree = transaction.tree
        elif tip != start:
            tree = _carry_over(repository, transaction, base, target, chosen)
        else:
            tree = _edited(repository, base, chosen)
        counts = count_changes(repository.objects, target, tree)
        if not counts and not allow_empty and waiting is None:
            transaction.set_head(Head(branch, tip))
            transaction.summary = f"caught up with {branch}"
            return NothingToCommit(branch, tree != transaction.tree, tip if tip != start else None, clashes)
        parents: tuple[CommitId, ...] = () if tip is None else (tip,)
        if waiting is not None:
            parents += waiting.parents[1:]
            name = PENDING_MERGES + transaction.workspace.name
            transaction.move_ref(name, repository.refs.find(name), None)
        recorded = transaction.write_commit(Commit(tree, parents, author, now, text, decisions))
        if branch is not None:
            transaction.move_ref(BRANCHES + branch, repository.refs.find(BRANCHES + branch), recorded)
        transaction.set_head(Head(branch, recorded))
        transaction.summary = f"{recorded.hex()[:8]} {first_line(text, 60)}"
        return CommitResult(recorded, branch, parents, tree, counts, text, author, now, clashes)


def _edited(repository: Repository, tree: TreeId | None, changes: dict[NodeId, VersionId | None]) -> TreeId:
    """The tree after some changes; None is the empty one."""
    return edit(repository.objects, tree or write_empty(repository.objects), changes)


def catch_up(
    repository: Repository, transaction: Transaction, base: TreeId | None, theirs: TreeId | None
) -> tuple[tuple[Decision, ...], tuple[DecidedNode, ...]]:
    """Merge the branch's new tip into the working tree; gives the clashes, to be recorded and to be read."""
    from memora.merge.overlay import Overlay
    from memora.operations.history.merge_report import describe_clashes
    from memora.operations.history.merging import carry_out, plan_trees, recorded_decisions

    objects = Overlay(repository.objects)
    empty = write_empty(objects)
    plan = plan_trees(repository, objects, base or empty, transaction.tree, theirs or empty)
    carry_out(transaction, plan)
    return recorded_decisions(plan.decisions), describe_clashes(repository, plan)


def _carry_over(
    repository: Repository,
    transaction: Transaction,
    base: TreeId | None,
    theirs: TreeId | None,
    chosen: dict[NodeId, VersionId | None],
) -> TreeId:
    """Merge the branch's new tip into the working tree, and give the tree to commit. Raises CommitClash."""
    from memora.merge.trees import merge_trees

    merge = merge_trees(repository.objects, base, transaction.tree, theirs)
    if merge.clashes:
        raise CommitClash(transaction.head.branch or "", tuple(node.hex() for node in merge.clashes))
    transaction.set_tree(_edited(repository, theirs, merge.changes))
    return _edited(repository, theirs, chosen)


def _choose(
    repository: Repository, names: tuple[str, ...], base: TreeId | None, tree: TreeId
) -> dict[NodeId, VersionId | None] | None:
    """The changes of the nodes named; None where none are named, which means all.

    Raises NotFound, Ambiguous, and Refused where a key would be held by two nodes.
    """
    if not names:
        return None
    changed = list(version_changes(repository.objects, base, tree))
    wanted = {_resolve_changed(repository, name, changed) for name in names}
    chosen = {node: new for node, _, new in changed if node in wanted}
    if chosen:
        _require_free_keys(repository, chosen, changed)
    return chosen


def _resolve_changed(repository: Repository, name: str, changed: list[VersionChange]) -> NodeId:
    """The live node of a name, or else the removed one."""
    try:
        return resolve_node(repository, name)
    except NotFound:
        for node, old, new in changed:
            if new is None and old is not None:
                is_prefix = len(name) >= SHORTEST_PREFIX and node.hex().startswith(name.lower())
                if is_prefix or load_node(repository.objects, old).key == name:
                    return node
        raise


def _require_free_keys(
    repository: Repository, chosen: dict[NodeId, VersionId | None], changed: list[VersionChange]
) -> None:
    """Raise Refused where a chosen node takes a key from a node whose change is not chosen."""
    taken = {load_node(repository.objects, new).key for new in chosen.values() if new is not None} - {None}
    for node, old, _ in changed if taken else ():
        if node not in chosen and old is not None:
            key = load_node(repository.objects, old).key
            if key in taken:
                raise Refused(f"key {key!r} belongs to node {node.hex()[:8]} until its change is committed too")
