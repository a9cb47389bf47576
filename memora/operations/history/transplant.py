"""Changes from elsewhere in history, done to the working tree or taken out of it: what cherry-pick and revert share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from memora.errors import BadInput
from memora.errors.history import ParentNeeded
from memora.history.changes import VersionChange, version_changes
from memora.history.inverse import Step
from memora.history.load import load_commit, load_node
from memora.merge.decisions import Decision, Holders
from memora.merge.overlay import Overlay
from memora.merge.policy import Policy, Strategy
from memora.merge.result import apply_plan
from memora.model.commit import Commit
from memora.model.ids import CommitId, NodeId, TreeId, VersionId
from memora.model.node import Node
from memora.operations.history.merge_report import DecidedNode
from memora.operations.history.merging import current_holders, plan_trees
from memora.operations.history.standing import is_clean, require_no_merge, tip_of, uncommitted_error
from memora.repository import Repository, Transaction
from memora.storage.refs import BRANCHES, Head
from memora.tree.diff import diff
from memora.tree.edit import edit
from memora.tree.lookup import lookup


class Transplant(NamedTuple):
    """The tree with the changes done to it, and what became of every clash that was met."""

    tree: TreeId
    decisions: tuple[Decision, ...]

    @property
    def conflicts(self) -> tuple[NodeId, ...]:
        """Nodes that are in dispute now, by id."""
        return tuple(sorted(decision.node for decision in self.decisions if decision.is_disputed))


def changes_of(repository: Repository, commit_id: CommitId, mainline: int | None) -> Iterator[VersionChange]:
    """What a commit changed against its parent, of a merge against the one of that number, counted from 1.

    Raises ParentNeeded for a merge without a number, BadInput where it has no such parent.
    """
    commit = load_commit(repository.objects, commit_id)
    return version_changes(repository.objects, _tree_before(repository, commit_id, commit, mainline), commit.tree)


def transplant(
    repository: Repository,
    objects: Overlay,
    tree: TreeId,
    step: Step,
    *,
    policies: Mapping[str, Policy],
    strategy: Strategy,
) -> Transplant:
    """Do a step to a tree, as a three-way merge from where the step starts. Everything new stays in ``objects``."""
    plan = plan_trees(
        repository,
        objects,
        edit(objects, tree, {node: start for node, (start, _) in step.items()}),
        tree,
        edit(objects, tree, {node: end for node, (_, end) in step.items()}),
        policies=policies,
        strategy=strategy,
        holders=_holders_in(repository, objects, tree),
    )
    return Transplant(apply_plan(objects, tree, plan), plan.decisions)


def adopt(repository: Repository, transaction: Transaction, objects: Overlay, tree: TreeId) -> None:
    """Make a tree that was planned the working tree, and store what is new in it and what its disputes point at."""
    transaction.set_nodes(_store_changes(repository, transaction, objects, transaction.tree, tree))


def keep(repository: Repository, transaction: Transaction, objects: Overlay, before: TreeId, tree: TreeId) -> None:
    """Store a tree that was planned, what is new in it against ``before``, and what its disputes point at."""
    edit(repository.objects, before, _store_changes(repository, transaction, objects, before, tree))


def start_clean(repository: Repository, transaction: Transaction) -> CommitId | None:
    """Bring the working tree to the tip of its branch, and give that. Raises MergeWaiting, Uncommitted."""
    require_no_merge(repository, transaction)
    if not is_clean(repository, transaction):
        raise uncommitted_error(repository, transaction)
    head = transaction.head
    tip = tip_of(repository, head)
    if tip is not None and tip != head.commit:
        transaction.set_head(Head(head.branch, tip))
        transaction.set_tree(load_commit(repository.objects, tip).tree)
    return tip


def record(repository: Repository, transaction: Transaction, commit: Commit) -> CommitId:
    """Write a commit of the working tree, and move branch and head to it."""
    recorded = transaction.write_commit(commit)
    branch = transaction.head.branch
    if branch is not None:
        transaction.move_ref(BRANCHES + branch, repository.refs.find(BRANCHES + branch), recorded)
    transaction.set_head(Head(branch, recorded))
    return recorded


def describe_clashes(objects: Overlay, result: Transplant) -> tuple[DecidedNode, ...]:
    """Every clash with its sides, and what came of the node."""

    def load(version: VersionId | None) -> Node | None:
        return None if version is None else load_node(objects, version)

    described = []
    for decision in result.decisions:
        sides = (("ours", load(decision.ours)), ("theirs", load(decision.theirs)))
        base = () if decision.base is None else (("base", load(decision.base)),)
        described.append(DecidedNode(decision, load(lookup(objects, result.tree, decision.node)), (*base, *sides)))
    return tuple(described)


def _tree_before(repository: Repository, commit_id: CommitId, commit: Commit, mainline: int | None) -> TreeId | None:
    count = len(commit.parents)
    if mainline is None:
        if count > 1:
            raise ParentNeeded(commit_id.hex(), count)
        mainline = 1
    elif not 1 <= mainline <= max(count, 1):
        raise BadInput("mainline", f"is {mainline}, but {commit_id.hex()[:8]} has {count or 'no'} parents")
    return load_commit(repository.objects, commit.parents[mainline - 1]).tree if count else None


def _holders_in(repository: Repository, objects: Overlay, tree: TreeId) -> Holders:
    """Which nodes of a tree have a key: as the view of the workspace has it, and what differs from that."""
    changed: dict[NodeId, VersionId | None] = {}
    keyed: dict[str, list[tuple[NodeId, VersionId]]] = {}
    for node, _, version in diff(objects, repository.workspace.tree, tree):
        changed[node] = version
        key = None if version is None else load_node(objects, version).key
        if key is not None and version is not None:
            keyed.setdefault(key, []).append((node, version))

    def holders(key: str) -> Iterator[tuple[NodeId, VersionId]]:
        yield from (item for item in current_holders(repository, key) if item[0] not in changed)
        yield from keyed.get(key, ())

    return holders


def _store_changes(
    repository: Repository, transaction: Transaction, objects: Overlay, before: TreeId, tree: TreeId
) -> dict[NodeId, VersionId | None]:
    changes: dict[NodeId, VersionId | None] = {}
    for node_id, _, version in diff(objects, before, tree):
        changes[node_id] = None if version is None else _store(repository, transaction, objects, version)
    return changes


def _store(repository: Repository, transaction: Transaction, objects: Overlay, version: VersionId) -> VersionId:
    node = load_node(objects, version)
    if node.dispute is not None:
        for side in (node.dispute.base, *node.dispute.sides):
            if side is not None and not repository.objects.has(side):
                transaction.write_node(load_node(objects, side))
    return transaction.write_node(node)
