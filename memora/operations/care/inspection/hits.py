"""Whom damage hits: the node that a bad object is a version of, and the revisions that a reader would stumble in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from memora.errors import Damaged
from memora.history.load import load_commit, load_tag
from memora.model.ids import NODE_ID_BYTES, CommitId, NodeId, ObjectId, TagId, TreeId
from memora.operations.care.reachable import Root
from memora.repository import Repository
from memora.tree.encoding import is_leaf, slot_tree, split_inner, split_leaf

MOST_REVISIONS = 20
_NOTHING: frozenset[ObjectId] = frozenset()


class Hit(NamedTuple):
    """Whom one bad object hits. ``revisions`` holds at most twenty: places by name first, then commits."""

    node: NodeId | None
    revisions: tuple[str, ...]


class Hits:
    """Finds whom some bad objects hit, reading each tree object and commit once."""

    def __init__(self, repository: Repository, bad: set[ObjectId]) -> None:
        self._repository = repository
        self._bad = bad
        self._trees: dict[TreeId, frozenset[ObjectId]] = {}
        self._nodes: dict[ObjectId, NodeId] = {}
        self._revisions: dict[ObjectId, list[str]] = {}
        self.whole: list[str] = []

    def find(self, places: list[Root]) -> None:
        """Look from some places; ``whole`` then names those that read without a stumble."""
        commits: dict[CommitId, None] = {}
        for place in places:
            kind = self._repository.objects.kind_of(place.target)
            if kind == "tree":
                met = self._below(TreeId(place.target))
            else:
                commit = self._commit_of(place.target)
                met = frozenset((place.target,)) & self._bad if commit is None else self._at(commit)
                if commit is not None:
                    commits.update(dict.fromkeys(self._history(commit)))
            if met or kind is None:
                self._note(place.name, met)
            elif place.name not in self.whole:
                self.whole.append(place.name)
        for commit in commits:
            self._note(commit.hex()[:12], self._at(commit))
        self.whole = [name for name in self.whole if not any(name in names for names in self._revisions.values())]

    def of(self, object_id: ObjectId) -> Hit:
        """Whom one of the bad objects hits."""
        return Hit(self._nodes.get(object_id), tuple(self._revisions.get(object_id, ())[:MOST_REVISIONS]))

    def _note(self, name: str, met: frozenset[ObjectId]) -> None:
        for object_id in met:
            names = self._revisions.setdefault(object_id, [])
            if name not in names:
                names.append(name)

    def _commit_of(self, target: ObjectId) -> CommitId | None:
        """The commit that a reference names, through a tag; None where that cannot be told."""
        try:
            if self._repository.objects.kind_of(target) == "tag":
                return load_tag(self._repository.objects, TagId(target)).commit
        except Damaged:
            return None
        return CommitId(target)

    def _at(self, commit: CommitId) -> frozenset[ObjectId]:
        """The bad objects that reading one commit meets."""
        own = frozenset((commit,)) & self._bad
        try:
            return own | self._below(load_commit(self._repository.objects, commit).tree)
        except Damaged:
            return own

    def _history(self, tip: CommitId) -> Iterator[CommitId]:
        seen, pending = {tip}, [tip]
        while pending:
            commit = pending.pop()
            yield commit
            try:
                parents = load_commit(self._repository.objects, commit).parents
            except Damaged:
                continue
            pending += [parent for parent in parents if parent not in seen]
            seen.update(parents)

    def _below(self, root: TreeId) -> frozenset[ObjectId]:
        """The bad objects in a tree. Depth first, children before parents, each tree object once."""
        pending = [(root, False)]
        opened: dict[TreeId, list[TreeId]] = {}
        while pending:
            tree, is_open = pending.pop()
            if tree in self._trees:
                continue
            if is_open:
                self._trees[tree] = _NOTHING.union(*(self._trees.get(child, _NOTHING) for child in opened[tree]))
                continue
            try:
                body = self._repository.objects.read(tree, "tree")
                children = [] if is_leaf(body) else [slot_tree(slot) for slot in split_inner(body)]
            except Damaged:
                self._trees[tree] = frozenset((tree,)) & self._bad
                continue
            if is_leaf(body):
                self._trees[tree] = self._in_leaf(body)
            elif tree not in opened:
                opened[tree] = children
                pending.append((tree, True))
                pending += [(child, False) for child in children if child not in opened]
        return self._trees[root]

    def _in_leaf(self, body: bytes) -> frozenset[ObjectId]:
        met = []
        for entry in split_leaf(body):
            version = ObjectId(entry[NODE_ID_BYTES:])
            if version in self._bad:
                met.append(version)
                self._nodes.setdefault(version, NodeId(entry[:NODE_ID_BYTES]))
        return frozenset(met)
