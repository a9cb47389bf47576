"""Which commits changed some nodes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from memora.history.load import load_commit
from memora.model.commit import Commit
from memora.model.ids import CommitId, NodeId, TreeId, VersionId
from memora.model.ports import ObjectReader
from memora.tree.lookup import lookup_many

_MOST_KEPT: Final = 1024


class Trail:
    """Tells of commit after commit whether it changed any of the nodes.

    A walk asks for most trees twice, as a parent's and as a commit's own, so the last few answers are kept.
    """

    def __init__(self, objects: ObjectReader, nodes: Collection[NodeId]) -> None:
        self._objects = objects
        self._nodes = nodes
        self._versions: dict[TreeId, dict[NodeId, VersionId]] = {}
        self._trees: dict[CommitId, TreeId] = {}

    def is_changed_by(self, commit: Commit) -> bool:
        """Whether the commit differs, about these nodes, from its parent; of a merge, from all its parents."""
        versions = self._versions_in(commit.tree)
        if not commit.parents:
            return bool(versions)
        return all(self._versions_in(self._tree_of(parent)) != versions for parent in commit.parents)

    def _versions_in(self, tree: TreeId) -> dict[NodeId, VersionId]:
        versions = self._versions.get(tree)
        if versions is None:
            if len(self._versions) > _MOST_KEPT:
                self._versions.clear()
            versions = self._versions[tree] = lookup_many(self._objects, tree, self._nodes)
        return versions

    def _tree_of(self, commit: CommitId) -> TreeId:
        tree = self._trees.get(commit)
        if tree is None:
            if len(self._trees) > _MOST_KEPT:
                self._trees.clear()
            tree = self._trees[commit] = load_commit(self._objects, commit).tree
        return tree
