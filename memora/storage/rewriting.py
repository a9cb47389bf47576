"""Changing what is never changed otherwise: the two hash chains, and the rows that call things by their names.

For a purge alone, which may leave no trace of what it erases in any of them. The caller holds a write transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from memora.errors import Damaged
from memora.model.ids import ObjectId
from memora.model.names import fold_name
from memora.storage.database import Database
from memora.storage.operation_log import Operation, OperationLog, chain_hash
from memora.storage.refs import Workspace, format_head
from memora.storage.session_log import OUTSIDE, Session, SessionLog
from memora.storage.session_log import chain_hash as event_hash

EventChange = Callable[[str, dict[str, Any], bytes | None], tuple[str, dict[str, Any], bytes | None]]

_AT_ONCE: Final = 2_000


def rewrite_operations(database: Database, change: Callable[[Operation], Operation]) -> int:
    """Put another operation in the place of each, under the same number, and chain them anew; how many changed.

    An operation whose moves have all gone is passed over by ``undo`` and ``redo``. Raises Damaged.
    """
    log = OperationLog(database)
    emptied: dict[int, int] = {}
    changed, last = 0, b""
    for (number,) in database.all("SELECT number FROM operations ORDER BY number"):
        before = log.find(number)
        assert before is not None
        after = change(before)
        if before.moves and not after.moves:
            emptied[number] = emptied.get(before.previous, before.previous)
        after = after._replace(
            position=emptied.get(after.position, after.position),
            previous=emptied.get(after.previous, after.previous),
            redoable=tuple(item for item in after.redoable if item not in emptied),
        )
        is_anchor = not last and number > 1 and not before.moves
        found = log.hash_of(number)
        last = found if is_anchor and found else chain_hash(last, after)
        if after != before:
            changed += 1
            _write_operation(database, after)
        if last != found:
            database.execute("UPDATE operations SET hash = ? WHERE number = ?", (last, number))
    return changed


def _write_operation(database: Database, operation: Operation) -> None:
    database.execute(
        "UPDATE operations SET workspace = ?, author = ?, summary = ?, position = ?, previous = ?, redoable = ?"
        " WHERE number = ?",
        (
            operation.workspace,
            operation.author,
            operation.summary,
            operation.position,
            operation.previous,
            " ".join(map(str, operation.redoable)),
            operation.number,
        ),
    )
    database.execute("DELETE FROM moves WHERE operation = ?", (operation.number,))
    database.execute_many(
        "INSERT INTO moves(operation, pointer, before, after) VALUES(?, ?, ?, ?)",
        [(operation.number, *move) for move in operation.moves],
    )


def rewrite_sessions(database: Database, change: Callable[[Session], Session], event: EventChange) -> int:
    """Put other sessions and events in the places of all, and chain these anew; how many events say something else.

    What happened outside of sessions is a log, too. Raises Damaged where an event cannot be read.
    """
    sessions = [(before, change(before)) for before in SessionLog(database).newest_first()]
    for before, after in sessions:
        if after != before:
            database.execute(
                "UPDATE sessions SET id = ?, source = ?, workspace = ?, owner = ? WHERE number = ?",
                (after.id, after.source, after.workspace, after.owner, after.number),
            )
    logs = [(OUTSIDE, ""), *((after.number, after.id) for _, after in sessions)]
    return sum(_rewrite_events(database, number, name, event) for number, name in logs)


def remove_session(database: Database, number: int) -> None:
    """Take out a session with all its events."""
    database.execute("DELETE FROM events WHERE session = ?", (number,))
    database.execute("DELETE FROM sessions WHERE number = ?", (number,))


def _rewrite_events(database: Database, session: int, name: str, change: EventChange) -> int:
    changed, seq, last = 0, 0, b""
    while True:
        rows = database.all(
            "SELECT row, seq, at, event, data, tree, hash FROM events WHERE session = ? AND seq > ?"
            " ORDER BY seq LIMIT ?",
            (session, seq, _AT_ONCE),
        )
        if not rows:
            return changed
        updates = []
        for row, seq, at, event, text, tree, found in rows:
            said = _parse(session, seq, text)
            after = change(event, said, tree)
            is_same = after == (event, said, tree)
            written = text if is_same else SessionLog.encode(after[1])
            last = event_hash(last, name, seq, at, after[0], written, after[2])
            changed += not is_same
            if last != found:
                updates.append((after[0], written, after[2], last, row))
        database.execute_many("UPDATE events SET event = ?, data = ?, tree = ?, hash = ? WHERE row = ?", updates)


def _parse(session: int, seq: int, text: Any) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Damaged(f"event {seq} of log {session} cannot be read")
    return said


def replace_refs(database: Database, refs: Iterable[tuple[str, ObjectId]]) -> None:
    """Put other references in the place of all."""
    database.execute("DELETE FROM refs")
    database.execute_many(
        "INSERT INTO refs(name, folded, target) VALUES(?, ?, ?)",
        [(name, fold_name(name), target) for name, target in refs],
    )


def replace_workspace(database: Database, workspace: Workspace) -> None:
    """Put another name, head and working tree in the place of those of a workspace."""
    database.execute(
        "UPDATE workspaces SET name = ?, folded = ?, head = ?, tree = ? WHERE number = ?",
        (workspace.name, fold_name(workspace.name), format_head(workspace.head), workspace.tree, workspace.number),
    )


def inherit_arrivals(database: Database, places: Iterable[tuple[ObjectId, ObjectId]]) -> None:
    """Let objects count as having come from where those came whose places they took."""
    database.execute_many(
        "INSERT OR IGNORE INTO arrivals(object, remote) SELECT n.row, a.remote FROM arrivals a"
        " JOIN objects o ON o.row = a.object JOIN objects n ON n.id = ? WHERE o.id = ?",
        [(new, old) for old, new in places],
    )


def rename_remotes(
    database: Database, remote: Callable[[str], str], branch: Callable[[str], str], address: Callable[[str], str]
) -> int:
    """Give other names and addresses to remotes, and other names to branches that follow; how many rows changed.

    References that were seen at a remote are not renamed, they are its own: those that would be are forgotten.
    """
    changed = 0
    for number, name, place in database.all("SELECT number, name, address FROM remotes"):
        new, new_place = remote(name), address(place)
        if (new, new_place) != (name, place):
            changed += 1
            database.execute(
                "UPDATE remotes SET name = ?, folded = ?, address = ? WHERE number = ?",
                (new, fold_name(new), new_place, number),
            )
            database.execute("UPDATE arrivals SET remote = ? WHERE remote = ?", (new, name))
    for name, followed, other in database.all("SELECT branch, remote, remote_branch FROM upstreams"):
        names = (branch(name), remote(followed), branch(other))
        if names != (name, followed, other):
            changed += 1
            sql = "UPDATE upstreams SET branch = ?, remote = ?, remote_branch = ? WHERE branch = ?"
            database.execute(sql, (*names, name))
    for number, ref in database.all("SELECT remote, ref FROM remote_tips"):
        if branch(ref) != ref:
            changed += 1
            database.execute("DELETE FROM remote_tips WHERE remote = ? AND ref = ?", (number, ref))
    return changed
