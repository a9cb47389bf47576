"""The tree that two commits are merged against, also where history crossed over itself."""

from __future__ import annotations

from typing import Final

from memora.history.bases import merge_bases
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
    return _tree_of_bases(objects, graph, merge_bases(graph, ours, theirs), 0)


def _tree_of_bases(objects: ObjectWriter, graph: CommitGraph, bases: list[CommitId], depth: int) -> TreeId | None:
    if not bases:
        return None
    first, *others = bases
    tree = load_commit(objects, first).tree
    if depth >= DEEPEST:
        return tree
    for other in others:
        below = _tree_of_bases(objects, graph, merge_bases(graph, first, other), depth + 1)
        theirs = load_commit(objects, other).tree
        plan = plan_merge(objects, below or write_empty(objects), tree, theirs)
        tree = apply_plan(objects, tree, plan)
    return tree
