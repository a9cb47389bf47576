"""A merge's plan with the memories it speaks of, for whoever has to read it."""

from __future__ import annotations

from typing import NamedTuple

from memora.history.load import load_node
from memora.merge.decisions import Decision, MergePlan
from memora.model.ids import TreeId, VersionId
from memora.model.node import Node
from memora.operations.history.merge import MergeResult
from memora.repository import Repository
from memora.tree.lookup import lookup_many


class MergedNode(NamedTuple):
    """A node that a merge took or combined: before in ours, and after; None where it is not."""

    before: Node | None
    after: Node | None


class DecidedNode(NamedTuple):
    """A clash with its sides, by name (base, ours, theirs; None: deleted there), and the node that came of it."""

    decision: Decision
    node: Node | None
    sides: tuple[tuple[str, Node | None], ...]


class MergeReport(NamedTuple):
    """Everything a merge did, by what sort of thing it was, each in order of node id."""

    taken: tuple[MergedNode, ...]
    combined: tuple[MergedNode, ...]
    decided: tuple[DecidedNode, ...]
    disputed: tuple[DecidedNode, ...]


def report_merge(repository: Repository, result: MergeResult, ours: TreeId | None) -> MergeReport:
    """The report of a merge; ``ours`` is the tree it was merged into."""
    plan = result.plan
    if plan is None:
        return MergeReport((), (), (), ())
    with repository.snapshot():
        before = {} if ours is None else lookup_many(repository.objects, ours, [*plan.taken, *plan.combined])
        load = _Loader(repository)
        taken = [MergedNode(load(before.get(node)), load(version)) for node, version in sorted(plan.taken.items())]
        combined = [MergedNode(load(before.get(node)), plan.written.get(node)) for node in sorted(plan.combined)]
        clashes = describe_clashes(repository, plan)
    return MergeReport(
        tuple(taken),
        tuple(combined),
        tuple(item for item in clashes if not item.decision.is_disputed),
        tuple(item for item in clashes if item.decision.is_disputed),
    )


def describe_clashes(repository: Repository, plan: MergePlan) -> tuple[DecidedNode, ...]:
    """Every clash that a merge decided or left in dispute, in order of node id."""
    load = _Loader(repository)
    return tuple(
        DecidedNode(decision, plan.written.get(decision.node), _sides(decision, load))
        for decision in sorted(plan.decisions, key=lambda decision: decision.node)
    )


class _Loader:
    def __init__(self, repository: Repository) -> None:
        self._objects = repository.objects

    def __call__(self, version: VersionId | None) -> Node | None:
        """The node in a version that is stored; None for none."""
        if version is None or not self._objects.has(version):
            return None
        return load_node(self._objects, version)


def _sides(decision: Decision, load: _Loader) -> tuple[tuple[str, Node | None], ...]:
    sides = (("ours", load(decision.ours)), ("theirs", load(decision.theirs)))
    return sides if decision.base is None else (("base", load(decision.base)), *sides)
