"""Carrying a plan out: from the tree of ours and a plan to the merged tree."""

from __future__ import annotations

from collections.abc import Iterator

from memora.history.load import load_node
from memora.merge.decisions import MergePlan
from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.node import Node
from memora.model.node_codec import encode_node
from memora.model.ports import ObjectReader, ObjectWriter
from memora.tree.edit import edit


def apply_plan(objects: ObjectWriter, ours: TreeId, plan: MergePlan) -> TreeId:
    """Write the nodes and the tree of a merge, and give the tree."""
    for node in plan.kept:
        objects.write("node", encode_node(node))
    changes: dict[NodeId, VersionId | None] = {**plan.taken, **dict.fromkeys(plan.removed)}
    for node_id, node in plan.written.items():
        changes[node_id] = VersionId(objects.write("node", encode_node(node)))
    return edit(objects, ours, changes)


def virtual_states(planned: ObjectReader, stored: ObjectReader, plan: MergePlan) -> Iterator[Node]:
    """States that disputes of a plan point at, directly or not, and that only the virtual base of the merge had."""
    pending = [*plan.written.values(), *plan.kept]
    seen = set()
    while pending:
        dispute = pending.pop().dispute
        for version in (dispute.base, *dispute.sides) if dispute else ():
            if version is not None and version not in seen and not stored.has(version):
                seen.add(version)
                node = load_node(planned, version)
                pending.append(node)
                yield node
