"""Take back the newest operation that stands, and take that back again.

The operations of a workspace are a stack (see ``memora.storage.operation_log.Operation``): an undo steps down and
remembers what it stepped over, a redo steps up again, anything else that is done forgets what could be redone.
"""

from __future__ import annotations

from typing import NamedTuple

from memora.errors.history import PurgeStands
from memora.operations.history.pointers import put_back
from memora.repository import Repository
from memora.storage.operation_log import PURGE, Move, Operation


class Step(NamedTuple):
    """The operation that an undo or redo was, and the one that it took back or did again."""

    operation: Operation
    target: Operation


class NothingLeft(NamedTuple):
    """There is nothing to undo or redo. ``forgotten`` where there was, and ``prune`` did not keep it."""

    forgotten: bool


def undo(repository: Repository, *, author: str, now: int) -> Step | NothingLeft:
    """Put every pointer that the newest standing operation of this workspace moved back to where it was.

    Another undo goes further back. Raises MovedSince where another workspace has moved one of these pointers,
    BranchInUse where a branch would go that another workspace is on, PurgeStands, NoWorkspace.
    """
    workspace = repository.workspace.name  # A transaction would make one that is not there.
    with repository.transaction("undo", author=author, now=now) as transaction:
        last = repository.log.last_of(workspace)
        if last is None or not last.position:
            return NothingLeft(forgotten=False)
        target = _find_kept(repository, last.position)
        if target is None:
            return NothingLeft(forgotten=True)
        put_back(repository, transaction, [Move(name, new, old) for name, old, new in target.moves])
        transaction.stand_on(target.previous, target.number, (target.number, *last.redoable))
        transaction.summary = _describe(target)
        number = repository.log.head().number + 1
    return Step(_recorded(repository, number), target)


def redo(repository: Repository, *, author: str, now: int) -> Step | NothingLeft:
    """Do again what the newest undo of this workspace took back. Raises as ``undo``."""
    workspace = repository.workspace.name
    with repository.transaction("redo", author=author, now=now) as transaction:
        last = repository.log.last_of(workspace)
        if last is None or not last.redoable:
            return NothingLeft(forgotten=False)
        target = _find_kept(repository, last.redoable[0])
        if target is None:
            return NothingLeft(forgotten=True)
        put_back(repository, transaction, target.moves)
        transaction.stand_on(target.number, last.position, last.redoable[1:])
        transaction.summary = _describe(target)
        number = repository.log.head().number + 1
    return Step(_recorded(repository, number), target)


def _find_kept(repository: Repository, number: int) -> Operation | None:
    """An operation whose moves are known; None for one that ``prune`` forgot or kept as the log's anchor only.

    Raises PurgeStands.
    """
    found = repository.log.find(number)
    if found is not None and found.command == PURGE:
        raise PurgeStands(number)
    return found if found is not None and found.moves else None


def _describe(target: Operation) -> str:
    return f"{target.number}: {target.command} {target.summary}"


def _recorded(repository: Repository, number: int) -> Operation:
    operation = repository.log.find(number)
    assert operation is not None  # An operation has moves, so taking it back moves pointers, which is recorded.
    return operation
