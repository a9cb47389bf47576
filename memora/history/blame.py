"""Which commit each thing that a memory says comes from.

A value is followed from a commit to the first parent that has it too; where no parent has it, that commit set it.
So what a merge took from one side is traced along that side, and what the merge made is its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from memora.history.graph import CommitGraph
from memora.history.load import load_commit, load_node
from memora.model.commit import Commit
from memora.model.ids import CommitId, NodeId, VersionId
from memora.model.node import Node, Observation
from memora.model.ports import ObjectReader
from memora.tree.follow import Follower

SINGLE_FIELDS: Final = ("content", "type", "key", "confidence", "status")
SET_FIELDS: Final = ("tags", "applies_to", "links", "observations")
OPTIONAL_FIELDS: Final = ("pinned", "expires_at", "valid_from", "valid_to", "dispute")

_MOST_KEPT: Final = 256

Item = tuple[str, Any]


class Origin(NamedTuple):
    """One value of a node, one of a set's, and the commit that set it: None where none has yet.

    ``session`` is that of the observation, or of the newest one that came with the commit and names one.
    """

    field: str
    value: Any
    commit: CommitId | None
    session: str | None


def blame(objects: ObjectReader, graph: CommitGraph, node: Node, commits: Sequence[CommitId]) -> list[Origin]:
    """The origin of every value that is set, in order of the fields; of sets, of every member.

    ``commits`` are those that this state of the node was made from, and may be where it was recorded. Every commit
    is looked at that may have set a value which is still to be placed; the rest of history is not.
    """
    past = _Past(objects, node.id)
    found: dict[Item, Origin] = {}
    items = list_items(node)
    pending = _hand_down(past, None, node, None, set(items), commits, found)
    while pending:
        commit = next(iter(pending)) if len(pending) == 1 else max(pending, key=lambda one: _time_of(graph, one))
        left = pending.pop(commit)
        version = past.version_in(commit)
        for parent, held in _hand_down(past, commit, None, version, left, past.commit(commit).parents, found).items():
            pending.setdefault(parent, set()).update(held)
    return [found[item] for item in items]


def list_items(node: Node) -> list[Item]:
    """Every value that is set in a node, with its field; of sets, every member."""
    items: list[Item] = [(name, getattr(node, name)) for name in SINGLE_FIELDS]
    items += [(name, member) for name in SET_FIELDS for member in getattr(node, name)]
    items += [(name, getattr(node, name)) for name in OPTIONAL_FIELDS]
    return [(name, value) for name, value in items if value is not None and value is not False]


def _hand_down(
    past: _Past,
    commit: CommitId | None,
    node: Node | None,
    version: VersionId | None,
    items: set[Item],
    parents: Sequence[CommitId],
    found: dict[Item, Origin],
) -> dict[CommitId, set[Item]]:
    """Which parent has which items too; the origin of what none has goes into ``found``."""
    passed: dict[CommitId, set[Item]] = {}
    for parent in parents:
        theirs = past.version_in(parent)
        if theirs is not None and theirs == version:
            held = items
        else:
            held = set() if theirs is None else _held_by(past.node(theirs), items)
        if held:
            passed[parent] = held
            items = items - held
            if not items:
                return passed
    if node is None and version is not None:
        node = past.node(version)
    assert node is not None  # items are of a version that is there
    new = _new_observations(past, node, parents)
    for name, value in items:
        session = value.session if isinstance(value, Observation) else _session_of(new)
        found[name, value] = Origin(name, value, commit, session)
    return passed


def _held_by(node: Node, items: set[Item]) -> set[Item]:
    return {
        (name, value)
        for name, value in items
        if (value in getattr(node, name) if name in SET_FIELDS else getattr(node, name) == value)
    }


def _new_observations(past: _Past, node: Node, parents: Iterable[CommitId]) -> set[Observation]:
    """The sightings that no parent has."""
    new = set(node.observations)
    for parent in parents:
        version = past.version_in(parent)
        if version is not None:
            new.difference_update(past.node(version).observations)
    return new


def _session_of(observations: Iterable[Observation]) -> str | None:
    """The session of the newest sighting that names one."""
    named = [(item.at, item.session) for item in observations if item.session is not None]
    return max(named)[1] if named else None


def _time_of(graph: CommitGraph, commit: CommitId) -> int:
    entry = graph.find(commit)
    return 0 if entry is None else entry.at


class _Past:
    """One node in commit after commit, each object read once while it is near."""

    def __init__(self, objects: ObjectReader, node: NodeId) -> None:
        self._objects = objects
        self._follower = Follower(objects, node)
        self._commits: dict[CommitId, Commit] = {}
        self._versions: dict[CommitId, VersionId | None] = {}
        self._nodes: dict[VersionId, Node] = {}

    def commit(self, commit_id: CommitId) -> Commit:
        commit = self._commits.get(commit_id)
        if commit is None:
            if len(self._commits) >= _MOST_KEPT:
                self._commits.clear()
            commit = self._commits[commit_id] = load_commit(self._objects, commit_id)
        return commit

    def version_in(self, commit_id: CommitId) -> VersionId | None:
        if commit_id not in self._versions:
            if len(self._versions) >= _MOST_KEPT:
                self._versions.clear()
            self._versions[commit_id] = self._follower.version_in(self.commit(commit_id).tree)
        return self._versions[commit_id]

    def node(self, version: VersionId) -> Node:
        node = self._nodes.get(version)
        if node is None:
            if len(self._nodes) >= _MOST_KEPT:
                self._nodes.clear()
            node = self._nodes[version] = load_node(self._objects, version)
        return node
