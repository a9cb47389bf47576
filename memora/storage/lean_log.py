"""The sessions of a store, opened for one event and by themselves.

A hook runs at every step of an agent, so it opens the database without the rest of a repository. What must hold all
the same: the store is this user's own, nobody planted a trigger or view in it, and writes happen under the writer lock.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from memora.errors import Damaged
from memora.errors.store import NewerFormat, NoWorkspace, ReadOnly, UnsafeStore
from memora.storage import place
from memora.storage.database import Database
from memora.storage.lock import WriterLock
from memora.storage.session_log import SessionLog

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Final

# As in ``memora.storage.schema``, which costs more to import than all else here; a test compares the two.
FORMAT: Final = 1
APPLICATION_ID: Final = 0x6D656D6F


class LeanLog:
    """The log of sessions inside a write transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.sessions = SessionLog(database)

    def tree_of(self, workspace: str) -> bytes:
        """The working tree of a workspace. Raises NoWorkspace."""
        row = self._database.one("SELECT tree FROM workspaces WHERE name = ?", (workspace,))
        if row is None:
            raise NoWorkspace(workspace)
        return bytes(row[0])


@contextmanager
def write_sessions(path: str, *, patience_seconds: float, trusted: Collection[str] = ()) -> Iterator[LeanLog]:
    """Open the store in a ``.memora`` folder, and commit what is done inside; after any exception nothing has changed.

    Raises NoStore, UnsafeStore, NewerFormat, Damaged, ReadOnly, and Busy when patience ends.
    """
    place.check_place(path, trusted)
    database = Database(os.path.join(path, place.DATABASE))
    try:
        if database.read_only:
            raise ReadOnly(path)
        database.connection.set_busy_timeout(round(patience_seconds * 1000))
        _check(database)
        with WriterLock(os.path.join(path, place.LOCK), patience_seconds):
            database.execute("BEGIN IMMEDIATE")
            try:
                yield LeanLog(database)
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise
            database.commit()
            database.checkpoint(whole=False)
    finally:
        database.close()


def _check(database: Database) -> None:
    """Raise unless the database is a store of this format in which nothing runs by itself."""
    row = database.one("SELECT application_id, user_version FROM pragma_application_id, pragma_user_version")
    application, version = row or (0, 0)
    if application != APPLICATION_ID:
        raise UnsafeStore(database.path, "is not a database of memora")
    if version != FORMAT:
        if version > FORMAT:
            raise NewerFormat(version, FORMAT)
        raise Damaged(f"the database {database.path} says that it has format {version}, which never was")
    strange = database.one("SELECT type, name FROM sqlite_master WHERE type NOT IN ('table', 'index') LIMIT 1")
    if strange is not None:
        raise UnsafeStore(database.path, f"holds {strange[0]} {strange[1]!r}, which memora did not make so")
