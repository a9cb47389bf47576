"""Carrying the changes of one tree over to another that came from the same base, node by node.

This is for changes that do not meet. Where both sides changed one node differently, or gave one key to two nodes,
nothing is decided here.
"""

from __future__ import annotations

from typing import NamedTuple

from memora.history.changes import version_changes
from memora.history.load import load_node
from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.ports import ObjectReader


class TreeMerge(NamedTuple):
    """``changes`` make theirs into the merged tree (None: the node goes); ``clashes`` stand in the way, in order."""

    changes: dict[NodeId, VersionId | None]
    clashes: tuple[NodeId, ...]


def merge_trees(objects: ObjectReader, base: TreeId | None, ours: TreeId | None, theirs: TreeId | None) -> TreeMerge:
    """What ours changed since the base, to be done to theirs, and the nodes where both sides collide.

    The same change on both sides is no clash. None is the empty tree. Cost follows the changes of the two sides.
    """
    mine = {node: new for node, _, new in version_changes(objects, base, ours)}
    yours = {node: new for node, _, new in version_changes(objects, base, theirs)}
    clashes = {node for node, new in mine.items() if node in yours and yours[node] != new}
    my_keys, your_keys = _keys(objects, mine), _keys(objects, yours)
    for key in my_keys.keys() & your_keys.keys():
        if my_keys[key] != your_keys[key]:
            clashes |= {my_keys[key], your_keys[key]}
    return TreeMerge(mine, tuple(sorted(clashes)))


def _keys(objects: ObjectReader, changes: dict[NodeId, VersionId | None]) -> dict[str, NodeId]:
    """The nodes that the changes leave under a key."""
    found = {}
    for node, version in changes.items():
        key = None if version is None else load_node(objects, version).key
        if key is not None:
            found[key] = node
    return found
