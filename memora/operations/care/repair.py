"""Mend what can be mended without inventing anything: all that is derived, the witness, objects of which a copy is.

Nothing else that is truth is moved or changed. A damaged object without a copy stays as it is: one may still come from
somewhere, and what it says may be read by eye.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from memora.errors.store import ReadOnly
from memora.model.ids import ObjectId
from memora.operations.care.fsck import Checked, fsck
from memora.operations.care.inspection.log import describe_loss
from memora.operations.care.problems import Problem
from memora.operations.care.projection import Progress
from memora.operations.care.reindex import rebuild
from memora.remotes.ports import Packable
from memora.repository import Repository
from memora.storage import place
from memora.storage.database import Database
from memora.storage.lock import WriterLock
from memora.storage.operation_log import OperationLog
from memora.storage.salvage import copy_aside, salvage
from memora.storage.witness import read_witness, reset_witness

_BY_SALVAGE: Final = frozenset({"database", "schema", "index"})
_BY_WITNESS: Final = frozenset({"lost-operations", "witness"})
_BY_JOURNAL: Final = frozenset({"journal"})
REPAIRABLE: Final = _BY_SALVAGE | _BY_WITNESS | _BY_JOURNAL

_MOST_ROUNDS: Final = 3
_MOST_ROUNDS_WITH_COPIES: Final = 20


class Repaired(NamedTuple):
    """What was done, in words; where the database was copied before; and what is wrong still.

    ``restored`` counts the objects put back from a remote, ``not_found`` are those that it does not have.
    """

    actions: tuple[str, ...]
    copy: str | None
    checked: Checked
    problems: tuple[Problem, ...]
    restored: int = 0
    not_found: tuple[ObjectId, ...] = ()


class Copies(NamedTuple):
    """Sound objects for those that are lost here, the remote they are of, and what it does not have either."""

    remote: str
    items: tuple[Packable, ...]
    not_found: tuple[ObjectId, ...]


FindCopies = Callable[[Sequence[Problem]], Copies]


def repair(
    path: str,
    found: Checked,
    problems: Sequence[Problem] = (),
    *,
    find_copies: FindCopies | None = None,
    workspace: str = place.DEFAULT_WORKSPACE,
    trusted: Collection[str] = (),
    progress: Progress | None = None,
) -> Repaired:
    """Repair what ``fsck`` found and can be repaired, and check again.

    ``find_copies`` is asked for what is lost by the ``problems``. The database is copied aside first. Raises Damaged
    where what nobody else has cannot be read to the end, ReadOnly, Busy, DiskFull, and as ``find_copies`` does;
    nothing has changed then.
    """
    actions: list[str] = []
    copy: str | None = None
    left = list(problems)
    copies = Copies("", (), ())
    restored: set[ObjectId] = set()
    # What was hidden behind one damage may be another that can be repaired too.
    for _ in range(_MOST_ROUNDS if find_copies is None else _MOST_ROUNDS_WITH_COPIES):
        if find_copies is not None:
            copies = find_copies(left)
        if not copies.items and not found.rules & REPAIRABLE:
            break
        with WriterLock(os.path.join(path, place.LOCK)):
            if copy is None:
                copy = copy_aside(os.path.join(path, place.DATABASE))
            done = _mend(path, found.rules, copies, workspace, progress)
            actions += [action for action in done if action not in actions]
        restored.update(item.id for item in copies.items)
        left.clear()
        rules = found.rules
        found = fsck(path, report=left.append, workspace=workspace, trusted=trusted, progress=progress)
        if found.rules == rules and not copies.items:
            break
    return Repaired(tuple(actions), copy, found, tuple(left), len(restored), copies.not_found)


def _mend(path: str, rules: frozenset[str], copies: Copies, workspace: str, progress: Progress | None) -> list[str]:
    actions = []
    database = Database(os.path.join(path, place.DATABASE))
    try:
        if database.read_only:
            raise ReadOnly(path)
        if rules & _BY_SALVAGE or copies.items:

            def project(fresh: Database) -> None:
                repository = Repository(path, fresh, workspace)
                _put_back(repository, copies)
                rebuild(repository, progress)

            salvage(database, project)
            if copies.items:
                count = len(copies.items)
                actions.append(
                    f"{'1 object was' if count == 1 else f'{count:,} objects were'} put back from {copies.remote}"
                )
            actions.append("everything that is derived was made anew from objects, references and events")
        if rules & _BY_JOURNAL:
            database.all("PRAGMA journal_mode=WAL")
            actions.append("the write-ahead log is in use again")
        if rules & _BY_WITNESS:
            actions.append(_reset_witness(path, OperationLog(database)))
        database.checkpoint(whole=True)
    finally:
        database.close()
    return actions


def _put_back(repository: Repository, copies: Copies) -> None:
    """Store copies of objects that are lost. Rows may have been used again, so what remotes hold is forgotten."""
    if not copies.items:
        return
    stored = [(item, repository.objects.put_back(*item)) for item in copies.items]
    remotes = repository.refs.remotes
    remotes.mark_arrivals([row for item, row in stored if row is not None and item.kind == "node"], copies.remote)
    for remote in remotes.list():
        remotes.forget_objects(remote)


def _reset_witness(path: str, log: OperationLog) -> str:
    """Make the witness see what is there; say what that gives up."""
    witness = os.path.join(path, place.WITNESS)
    seen, head = read_witness(witness), log.head()
    reset_witness(witness, head)
    if seen is not None and seen.number > head.number:
        return f"the loss is accepted: {describe_loss(seen, head)}"
    return f"the witness is written anew, at operation {head.number}"
