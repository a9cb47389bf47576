"""The record of an operation."""

from __future__ import annotations

from typing import Any

from memora.operations.history.op import LogEntry, OperationDetail
from memora.records.changes import change_record
from memora.storage.operation_log import Move, Operation


def operation_record(operation: Operation) -> dict[str, Any]:
    """``memora.operation/v1``; ``undid`` or ``redid`` is the number of the operation that it took back or did again."""
    record: dict[str, Any] = {
        "schema": "memora.operation/v1",
        "operation": operation.number,
        "at": operation.at,
        "workspace": operation.workspace,
        "author": operation.author,
        "command": operation.command,
        "summary": operation.summary,
        "moves": [move_fields(move) for move in operation.moves],
    }
    if operation.command == "undo" and operation.redoable:
        record["undid"] = operation.redoable[0]
    if operation.command == "redo":
        record["redid"] = operation.position
    return record


def log_entry_record(entry: LogEntry) -> dict[str, Any]:
    """``memora.operation/v1`` with ``current``, whether its effect is the newest that stands, and ``undone``."""
    return {**operation_record(entry.operation), "current": entry.is_position, "undone": entry.is_undone}


def operation_detail_record(detail: OperationDetail) -> dict[str, Any]:
    """``memora.operation/v1`` with ``nodes``: a ``memora.change/v1`` for each node of the working tree it changed."""
    nodes = [change_record(change) for change in detail.nodes]
    return {**operation_record(detail.operation), "nodes": nodes}


def move_fields(move: Move) -> dict[str, Any]:
    """A pointer before and after, null for nothing. Heads read ``BRANCH COMMIT``, ``-`` for none; others are ids."""
    is_head = move.pointer.startswith("workspace/") and move.pointer.endswith("/head")
    before, after = (
        value if value is None else value.decode() if is_head else value.hex() for value in (move.before, move.after)
    )
    return {"pointer": move.pointer, "before": before, "after": after}
