"""Look at the operation log: what was done, and what each operation changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from memora.errors import NotFound
from memora.history.changes import NodeChange, node_changes
from memora.model.ids import ObjectId, TreeId
from memora.repository import Repository
from memora.storage.operation_log import Operation


class LogEntry(NamedTuple):
    """One operation. ``is_position``: its effect is the newest that stands; ``is_undone``: ``redo`` brings it back."""

    operation: Operation
    is_position: bool
    is_undone: bool


class OperationDetail(NamedTuple):
    """An operation, and what it did to the nodes of the working tree, in order of their ids."""

    operation: Operation
    nodes: tuple[NodeChange, ...]


def op_log(repository: Repository, *, everywhere: bool = False, limit: int | None = None) -> Iterator[LogEntry]:
    """What was done in this workspace, or in all, newest first, streaming. Raises NoWorkspace at the first entry."""
    with repository.snapshot():
        workspace = None if everywhere else repository.workspace.name
        newest: dict[str, Operation] = {}
        for operation in islice(repository.log.newest_first(workspace), limit):
            last = newest.setdefault(operation.workspace, operation)
            yield LogEntry(operation, operation.number == last.position, operation.number in last.redoable)


def op_show(repository: Repository, number: int | None = None) -> OperationDetail:
    """One operation, of whatever workspace, with the nodes it changed; without a number the newest of this one.

    Raises NotFound.
    """
    with repository.snapshot():
        log = repository.log
        operation = log.last_of(repository.workspace.name) if number is None else log.find(number)
        if operation is None:
            raise NotFound("operation", "the newest" if number is None else str(number))
        pointer = f"workspace/{operation.workspace}/tree"
        moved = (move for move in operation.moves if move.pointer == pointer)
        trees = next(((_tree_id(move.before), _tree_id(move.after)) for move in moved), None)
        nodes = () if trees is None else tuple(node_changes(repository.objects, *trees))
        return OperationDetail(operation, nodes)


def _tree_id(value: bytes | None) -> TreeId | None:
    return None if value is None else TreeId(ObjectId(value))
