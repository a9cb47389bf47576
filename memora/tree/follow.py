"""Following one node through many trees: what two trees share is read once."""

from __future__ import annotations

from typing import Final

from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.ports import ObjectReader
from memora.tree.encoding import find_slot, is_leaf, read_child, read_tree, require_depth
from memora.tree.keys import digit_at
from memora.tree.lookup import find_version

_MOST_KEPT: Final = 4096


class Follower:
    """Tells which version tree after tree has of a node.

    Trees that differ elsewhere cost one read, of the root: the answer for a subtree is remembered.
    """

    def __init__(self, objects: ObjectReader, node: NodeId) -> None:
        self._objects = objects
        self._node = node
        self._known: dict[tuple[int, bytes], VersionId | None] = {}
        self._last: tuple[TreeId | None, VersionId | None] = (None, None)

    def version_in(self, tree: TreeId) -> VersionId | None:
        """The version that a tree has of the node, None where it has none."""
        if tree != self._last[0]:
            self._last = tree, self._find(read_tree(self._objects, tree), 0)
        return self._last[1]

    def _find(self, body: bytes, depth: int) -> VersionId | None:
        if is_leaf(body):
            return find_version(body, self._node)
        require_depth(body, depth)
        slot = find_slot(body, digit_at(self._node, depth))
        if slot is None:
            return None
        # The same subtree at another depth, in a hostile tree, is searched for another digit.
        place = depth, slot
        if place not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[place] = self._find(read_child(self._objects, slot), depth + 1)
        return self._known[place]
