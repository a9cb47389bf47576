"""What a session itself changed in memory: of each node the version it had, and the one it got."""

from __future__ import annotations

from collections.abc import Iterator

from memora.errors import Damaged
from memora.history.changes import VersionChange, version_changes
from memora.model.ids import NODE_ID_BYTES, OBJECT_ID_BYTES, CommitId, NodeId, ObjectId, TreeId, VersionId
from memora.repository import Repository
from memora.storage.session_event import Event
from memora.storage.session_log import COMMITTED, Session

_OF_OTHERS = frozenset({"branch_switched", "merge_completed", COMMITTED})
_WHOLE = frozenset({"nodes_changed", "rolled_back", "undone", "redone"})


def own_changes(repository: Repository, session: Session) -> Iterator[list[VersionChange]]:
    """The changes of each event, in order, streaming; no two of one event are about the same node.

    What a switch put in place and a merge brought in is the work of others, and taking that back is, too; so is what
    ``commit`` brought in where its branch had moved. Raises Damaged.
    """
    passed_over: set[object] = set()
    for event in repository.sessions.events(session):
        data = event.data
        if is_about_node(event):
            yield [node_change(event)]
        elif event.event in _OF_OTHERS:
            passed_over.add(data.get("operation"))
        elif event.event in _WHOLE and data.get("target") not in passed_over and "before" in data:
            yield list(version_changes(repository.objects, _tree(data["before"]), _tree(event.tree)))


def net_changes(repository: Repository, session: Session) -> dict[NodeId, tuple[VersionId | None, VersionId | None]]:
    """Of each node that a session changed the version before the session, and the one that it left."""
    net: dict[NodeId, tuple[VersionId | None, VersionId | None]] = {}
    for changes in own_changes(repository, session):
        for node, old, new in changes:
            net[node] = (net[node][0] if node in net else old, new)
    return {node: change for node, change in net.items() if change[0] != change[1]}


def own_commits(repository: Repository, session: Session) -> list[CommitId]:
    """The commits that were made in a session, in order."""
    events = repository.sessions.events(session, types=(COMMITTED, "merge_completed", "rolled_back"))
    return [CommitId(_object_id(event.data["commit"])) for event in events if "commit" in event.data]


def is_about_node(event: Event) -> bool:
    """Whether an event tells what became of one node."""
    return event.event.startswith("node_") and "node" in event.data


def node_change(event: Event) -> VersionChange:
    """The change that an event about one node tells. Raises Damaged."""
    data = event.data
    try:
        node = bytes.fromhex(data["node"])
    except (TypeError, ValueError):
        node = b""
    if len(node) != NODE_ID_BYTES:
        raise Damaged(f"event {event.seq} of session {event.session} names no node")
    old, new = (VersionId(_object_id(data[key])) if key in data else None for key in ("was", "version"))
    return NodeId(node), old, new


def _tree(value: object) -> TreeId:
    return TreeId(_object_id(value))


def _object_id(value: object) -> ObjectId:
    try:
        found = value if isinstance(value, bytes) else bytes.fromhex(str(value))
    except ValueError:
        found = b""
    if len(found) != OBJECT_ID_BYTES:
        raise Damaged(f"an event names {value!r} where the id of an object belongs")
    return ObjectId(found)
