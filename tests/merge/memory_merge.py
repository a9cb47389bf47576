"""Merges trees in memory, the whole way: plan, store, edit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from memora.history.load import load_node
from memora.merge.decisions import MergePlan
from memora.merge.plan import plan_merge
from memora.merge.result import apply_plan
from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.node import Node
from memora.model.node_codec import encode_node
from memora.storage.memory import MemoryObjects
from memora.tree.edit import build
from memora.tree.lookup import entries


def write_tree(objects: MemoryObjects, nodes: Iterable[Node]) -> TreeId:
    """Store some nodes and the tree of them."""
    return build(objects, ((node.id, VersionId(objects.write("node", encode_node(node)))) for node in nodes))


def merge_trees(
    objects: MemoryObjects, base: TreeId, ours: TreeId, theirs: TreeId, **options: Any
) -> tuple[TreeId, MergePlan]:
    """The merged tree and the plan that made it."""

    def holders(key: str) -> list[tuple[NodeId, VersionId]]:
        return [item for item in entries(objects, ours) if load_node(objects, item[1]).key == key]

    plan = plan_merge(objects, base, ours, theirs, holders=holders, **options)
    return apply_plan(objects, ours, plan), plan


def nodes_of(objects: MemoryObjects, tree: TreeId) -> dict[NodeId, Node]:
    """The nodes in a tree."""
    return {node: load_node(objects, version) for node, version in entries(objects, tree)}
