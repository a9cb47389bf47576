"""What came after the commits that a revert takes back, and must outlive it."""

from __future__ import annotations

from typing import Final

from memora.history.inverse import Step, is_stood_by, spare_later
from memora.history.load import load_node
from memora.merge.decisions import Decision, MergePlan
from memora.merge.overlay import Overlay
from memora.merge.policy import Verdict
from memora.merge.remembered import settle_remembered
from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.node import Dispute, Node
from memora.model.node_codec import encode_node
from memora.operations.history.merging import find_resolution
from memora.repository import Repository
from memora.tree.lookup import lookup_many

STOOD_BY: Final = Verdict(None, "stood_by", "what is taken back was said again or judged anew since")


def spare_later_changes(
    repository: Repository, objects: Overlay, tree: TreeId, step: Step
) -> tuple[Step, tuple[Decision, ...]]:
    """A step of a revert in a form that a merge can do to a tree without losing what was changed since.

    The decisions are the disputes that this takes, settled where they were settled before; the merge of the step does
    not see them.
    """
    spared: dict[NodeId, tuple[VersionId | None, Node]] = {}
    disputed: dict[NodeId, Node] = {}
    decisions = []
    for node, version in lookup_many(objects, tree, step).items():
        first, last = step[node]
        if first is None or last is None or version in (first, last):
            continue
        start, end, now = (load_node(objects, item) for item in (first, last, version))
        if is_stood_by(start, end, now):
            disputed[node] = _disputed(now, version, first if start.dispute is None else start.dispute.base, last)
            spared[node] = version, disputed[node]
            decisions.append(Decision(node, STOOD_BY, ("content",), first, version, last, None))
        else:
            spared[node] = first, spare_later(start, end, now)
    plan = MergePlan({}, disputed, frozenset(), (), tuple(decisions))
    plan = settle_remembered(objects, plan, lambda signature: find_resolution(repository, signature))
    ends = {
        node: (start, VersionId(objects.write("node", encode_node(plan.written.get(node, end)))))
        for node, (start, end) in spared.items()
    }
    return {**step, **ends}, plan.decisions


def _disputed(now: Node, version: VersionId, base: VersionId | None, end: VersionId) -> Node:
    """The node as it is now, standing between that and what was to come back."""
    sides = {*(now.dispute.sides if now.dispute else (version,)), end}
    return now._replace(status="conflicted", dispute=Dispute(base, tuple(sorted(sides))))
