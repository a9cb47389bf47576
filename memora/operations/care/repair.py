"""Mend what can be mended without inventing anything: all that is derived, and the witness.

Nothing that is truth is moved or changed. A damaged object stays as it is: a good copy of it may still come from
somewhere, and what it says may be read by eye.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Final, NamedTuple

from memora.errors import ReadOnly
from memora.operations.care.fsck import Checked, fsck
from memora.operations.care.inspection.log import describe_loss
from memora.operations.care.problems import Problem
from memora.operations.care.projection import Progress
from memora.operations.care.reindex import rebuild
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


class Repaired(NamedTuple):
    """What was done, in words; where the database was copied before; and what is wrong still."""

    actions: tuple[str, ...]
    copy: str | None
    checked: Checked
    problems: tuple[Problem, ...]


def repair(
    path: str,
    found: Checked,
    *,
    workspace: str = place.DEFAULT_WORKSPACE,
    trusted: Collection[str] = (),
    progress: Progress | None = None,
) -> Repaired:
    """Repair what ``fsck`` found and can be repaired, and check again.

    The database is copied aside first. Raises Damaged where what nobody else has cannot be read to the end, and
    ReadOnly, Busy, DiskFull; nothing has changed then.
    """
    actions: list[str] = []
    copy: str | None = None
    problems: list[Problem] = []
    for _ in range(_MOST_ROUNDS):  # what was hidden behind one damage may be another that can be repaired too
        if not found.rules & REPAIRABLE:
            break
        with WriterLock(os.path.join(path, place.LOCK)):
            if copy is None:
                copy = copy_aside(os.path.join(path, place.DATABASE))
            actions += [action for action in _mend(path, found.rules, workspace, progress) if action not in actions]
        problems.clear()
        rules = found.rules
        found = fsck(path, report=problems.append, workspace=workspace, trusted=trusted, progress=progress)
        if found.rules == rules:
            break
    return Repaired(tuple(actions), copy, found, tuple(problems))


def _mend(path: str, rules: frozenset[str], workspace: str, progress: Progress | None) -> list[str]:
    actions = []
    database = Database(os.path.join(path, place.DATABASE))
    try:
        if database.read_only:
            raise ReadOnly(path)
        if rules & _BY_SALVAGE:

            def project(fresh: Database) -> None:
                rebuild(Repository(path, fresh, workspace), progress)

            salvage(database, project)
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


def _reset_witness(path: str, log: OperationLog) -> str:
    """Make the witness see what is there; say what that gives up."""
    witness = os.path.join(path, place.WITNESS)
    seen, head = read_witness(witness), log.head()
    reset_witness(witness, head)
    if seen is not None and seen.number > head.number:
        return f"the loss is accepted: {describe_loss(seen, head)}"
    return f"the witness is written anew, at operation {head.number}"
