"""What an operation is in the log of a session: which nodes it changed, and what it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from memora.history.changes import VersionChange, count_changes, load_change, version_changes
from memora.model.ids import CommitId, TreeId
from memora.model.ports import ObjectReader
from memora.sessions.events import clean_data
from memora.storage.operation_log import Operation

# So many nodes have an event each; what changes more is counted in one.
MOST_NODE_EVENTS: Final = 100

# Commands that put another tree in place, or none: what they did to single nodes is not what they are about.
_WHOLE: Final = {
    "commit": "commit_created",
    "merge": "merge_completed",
    "switch": "branch_switched",
    "rollback": "rolled_back",
    "undo": "undone",
    "redo": "redone",
}
# Their events are written as they happen.
_OF_SESSIONS: Final = frozenset({"session start", "session end"})
_EFFECTS: Final = {
    "promoted": "node_promoted",
    "changed": "node_updated",
    "conflicted": "node_updated",
}

Said = tuple[str, dict[str, Any]]


def events_of_operation(
    objects: ObjectReader,
    operation: Operation,
    before: TreeId,
    after: TreeId,
    branch: str | None,
    commits: Sequence[CommitId],
) -> list[Said]:
    """The events of an operation, in order, as type and data (SPEC.md, "Sessions and events").

    ``commits`` are those that it made, the last one what it was about. Cost follows the change.
    """
    if operation.command in _OF_SESSIONS:
        return []
    whole = _WHOLE.get(operation.command)
    found = [] if whole or before == after else _node_events(objects, operation, before, after)
    if whole or commits or not found:
        found.append((whole or ("commit_created" if commits else "operation_done"), _said(operation)))
        said = found[-1][1]
        if whole and before != after:
            said["changes"] = _without_zeros(count_changes(objects, before, after)._asdict())
            said["before"] = before.hex()
        if operation.command in ("undo", "redo"):
            said["target"] = operation.redoable[0] if operation.command == "undo" else operation.position
        if commits:
            said["commit"] = commits[-1].hex()
        if branch is not None:
            said["branch"] = branch
    return found


def _node_events(objects: ObjectReader, operation: Operation, before: TreeId, after: TreeId) -> list[Said]:
    changes = list(islice(version_changes(objects, before, after), MOST_NODE_EVENTS + 1))
    if len(changes) > MOST_NODE_EVENTS:
        counts = _without_zeros(count_changes(objects, before, after)._asdict())
        return [("nodes_changed", {"operation": operation.number, "changes": counts, "before": before.hex()})]
    return list(_single(objects, operation, changes))


def _single(objects: ObjectReader, operation: Operation, changes: Sequence[VersionChange]) -> Iterator[Said]:
    for change in changes:
        node, old, new = change
        said: dict[str, Any] = {"node": node.hex(), "operation": operation.number}
        if old is not None:
            said["was"] = old.hex()
        if new is not None:
            said["version"] = new.hex()
        if old is None or new is None:
            yield "node_added" if old is None else "node_removed", said
        else:
            yield _EFFECTS[load_change(objects, change).effect], said


def _said(operation: Operation) -> dict[str, Any]:
    said = {"operation": operation.number, "command": operation.command}
    return clean_data({**said, "summary": operation.summary} if operation.summary else said)


def _without_zeros(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}
