"""Carrying a plan out: from the tree of ours and a plan to the merged tree."""

from __future__ import annotations

from memora.merge.decisions import MergePlan
from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.node_codec import encode_node
from memora.model.ports import ObjectWriter
from memora.tree.edit import edit


def apply_plan(objects: ObjectWriter, ours: TreeId, plan: MergePlan) -> TreeId:
    """Write the nodes and the tree of a merge, and give the tree."""
    for node in plan.kept:
        objects.write("node", encode_node(node))
    changes: dict[NodeId, VersionId | None] = {**plan.taken, **dict.fromkeys(plan.removed)}
    for node_id, node in plan.written.items():
        changes[node_id] = VersionId(objects.write("node", encode_node(node)))
    return edit(objects, ours, changes)
