"""The tree that two commits are merged against, also where history crossed over itself."""

from __future__ import annotations

from typing import Final

from memora.history.bases import joint_bases
from memora.history.graph import CommitGraph
from memora.history.load import load_commit
from memora.merge.plan import plan_merge
from memora.merge.result import apply_plan
from memora.model.ids import CommitId, TreeId
from memora.model.ports import ObjectWriter
from memora.tree.edit import write_empty

# Beyond that many crossings on top of each other the newest base is taken as it is.
DEEPEST: Final = 24


def find_base_tree(objects: ObjectWriter, graph: CommitGraph, ours: CommitId, theirs: CommitId) -> TreeId | None:
    """The tree of the best common ancestor; of several, the tree of their merge; None for unrelated commits.

    A virtual tree and its nodes are written to ``objects``, which may be an Overlay.
    """
    return _Bases(objects, graph).tree_between((ours,), (theirs,), 0)


# A commit, or several of which the merge is meant.
_Commits = tuple[CommitId, ...]


class _Bases:
    """Base trees that one merge asks for. Each pair is worked out once: in a braid of three lines they repeat."""

    def __init__(self, objects: ObjectWriter, graph: CommitGraph) -> None:
        self._objects = objects
        self._graph = graph
        self._known: dict[tuple[_Commits, _Commits], TreeId | None] = {}

    def tree_between(self, ours: _Commits, theirs: _Commits, depth: int) -> TreeId | None:
        pair = ours, theirs
        if pair not in self._known:
            self._known[pair] = self._merged(joint_bases(self._graph, ours, theirs), depth)
        return self._known[pair]

    def _merged(self, bases: list[CommitId], depth: int) -> TreeId | None:
        if not bases:
            return None
        objects = self._objects
        first, *others = bases
        tree = load_commit(objects, first).tree
        if depth >= DEEPEST:
            return tree
        done: _Commits = (first,)
        for other in others:
            below = self.tree_between(done, (other,), depth + 1) or write_empty(objects)
            tree = apply_plan(objects, tree, plan_merge(objects, below, tree, load_commit(objects, other).tree))
            done = (*done, other)
        return tree
