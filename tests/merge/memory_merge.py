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
from memora.model.ports import ObjectReader, ObjectWriter
from memora.tree.edit import build
from memora.tree.lookup import entries


def write_tree(objects: ObjectWriter, nodes: Iterable[Node]) -> TreeId:
    """Store some nodes and the tree of them."""
    return build(objects, ((node.id, VersionId(objects.write("node", encode_node(node)))) for node in nodes))


def merge_trees(
    objects: ObjectWriter, base: TreeId, ours: TreeId, theirs: TreeId, **options: Any
) -> tuple[TreeId, MergePlan]:
    """The merged tree and the plan that made it."""
    plan = plan_merge(objects, base, ours, theirs, **options)
    return apply_plan(objects, ours, plan), plan


def nodes_of(objects: ObjectReader, tree: TreeId) -> dict[NodeId, Node]:
    """The nodes in a tree."""
    return {node: load_node(objects, version) for node, version in entries(objects, tree)}
