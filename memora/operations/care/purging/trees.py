"""Trees without the versions that go, and with those that stand in others' places."""

from __future__ import annotations

from collections.abc import Mapping

from memora.errors import MissingObject
from memora.model.ids import NODE_ID_BYTES, NodeId, ObjectId, TreeId, VersionId
from memora.model.ports import ObjectWriter
from memora.tree.edit import edit
from memora.tree.encoding import is_leaf, read_tree, split_leaf
from memora.tree.walk import children

_NONE: Mapping[NodeId, VersionId | None] = {}


class TreeRewriting:
    """Rewrites trees one by one. Each part that trees share is read once, whatever their number."""

    def __init__(self, objects: ObjectWriter, versions: Mapping[VersionId, VersionId | None]) -> None:
        self._objects = objects
        self._versions = versions
        self._changes: dict[TreeId, Mapping[NodeId, VersionId | None]] = {}
        self._done: dict[TreeId, TreeId] = {}
        self._clean: set[TreeId] = set()

    def rewrite(self, tree: TreeId) -> TreeId:
        """The tree in the place of one, which is written; the same where nothing of it changes. Raises Damaged."""
        if not self._versions:
            return tree
        found = self._done.get(tree)
        if found is None:
            found = self._done[tree] = edit(self._objects, tree, self.changes(tree))
        return found

    def changes(self, tree: TreeId) -> Mapping[NodeId, VersionId | None]:
        """Of each node of a tree, or of a part of one, that does not keep its version the version it gets, or None."""
        if tree in self._clean:
            return _NONE
        found = self._changes.get(tree)
        if found is not None:
            return found
        body = read_tree(self._objects, tree)
        changes: dict[NodeId, VersionId | None] = {}
        if is_leaf(body):
            for entry in split_leaf(body):
                version = VersionId(ObjectId(entry[NODE_ID_BYTES:]))
                if version in self._versions:
                    changes[NodeId(entry[:NODE_ID_BYTES])] = self._versions[version]
        else:
            for child in children(body):
                changes |= self.changes(child)
        if not changes:
            self._clean.add(tree)
            return _NONE
        self._changes[tree] = changes
        return changes

    def is_hit(self, tree: TreeId) -> bool:
        """Whether a tree, or a part of one, names what goes. One that cannot be followed to its end leads nowhere."""
        try:
            return bool(self._versions and self.changes(tree))
        except MissingObject:
            return False
