"""The repository: an opened store, which hands out its parts and knows no verbs."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from memora.errors import MemoraError, Refused
from memora.errors.store import Busy, LostOperations, NoWorkspace, ReadOnly
from memora.repository.index import Index
from memora.storage import place
from memora.storage.database import Database
from memora.storage.lock import PATIENCE_SECONDS, WriterLock
from memora.storage.objects import SqliteObjects
from memora.storage.operation_log import OperationLog
from memora.storage.refs import Refs, Workspace
from memora.storage.schema import check_schema, is_blank
from memora.storage.session_log import SessionLog
from memora.storage.witness import Seen, read_witness, write_witness

if TYPE_CHECKING:
    from memora.repository.transaction import Transaction


class Repository:
    """A store that is open, seen from one of its workspaces. Close it, or use it in a ``with``."""

    def __init__(
        self,
        path: str,
        database: Database,
        workspace: str,
        session: str | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._workspace_name = workspace
        self._lock = WriterLock(os.path.join(path, place.LOCK), patience_seconds)
        self._wrote = False
        self._database = database
        self.path = path
        self.objects = SqliteObjects(database)
        self.refs = Refs(database)
        self.log = OperationLog(database)
        self.sessions = SessionLog(database, session)
        self.index = Index(database)

    @classmethod
    def open(
        cls,
        path: str,
        *,
        workspace: str = place.DEFAULT_WORKSPACE,
        session: str | None = None,
        trusted: Collection[str] = (),
        tolerate_loss: bool = False,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> Repository:
        """Open the store in a ``.memora`` folder; nothing is written.

        ``workspace`` need not exist yet: the first transaction makes it. ``session`` is the session that everything
        done is counted to while it is active; None for the one of the workspace. Raises NoStore, UnsafeStore,
        NewerFormat, Damaged. A database behind its witness raises LostOperations, unless ``tolerate_loss``. Writes
        wait ``patience_seconds`` for other writers.
        """
        place.check_place(path, trusted)
        witnessed = read_witness(os.path.join(path, place.WITNESS))
        database = Database(os.path.join(path, place.DATABASE))
        try:
            if witnessed is None and is_blank(database):
                raise place.no_store(path)  # an ``init`` was killed, or runs at this moment
            check_schema(database)
            lost = None if tolerate_loss else find_loss(witnessed, OperationLog(database).head())
            if lost is not None:
                raise lost
        except BaseException:
            database.close()
            raise
        database.connection.set_busy_timeout(round(patience_seconds * 1000))
        return cls(path, database, workspace, session, patience_seconds)

    @property
    def workspace(self) -> Workspace:
        """The workspace this repository was opened for, as it is now.

        Raises NoWorkspace for one that no command has written to yet.
        """
        found = self.refs.workspaces.find(self._workspace_name)
        if found is None:
            raise NoWorkspace(self._workspace_name)
        return found

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside sees the store at one moment. May be nested, and used inside a transaction."""
        if self._database.in_transaction:
            yield
            return
        self._database.execute("BEGIN")
        try:
            yield
        finally:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")

    @contextmanager
    def transaction(self, command: str, *, author: str, now: int) -> Iterator[Transaction]:
        """Everything written inside is one operation, done whole or not at all.

        Waits up to 30 seconds for other writers. Raises Busy, ReadOnly, DiskFull, and Refused inside of a snapshot
        or another transaction; after any exception the store is as it was.
        """
        from memora.repository.transaction import Transaction

        with self.exclusive():
            transaction = Transaction(self, self._workspace_name, command, author, now)
            yield transaction
            transaction.finish()

    @contextmanager
    def exclusive(self, *, wait: bool = True) -> Iterator[None]:
        """Hold the writer lock and a write transaction, for work that is no operation, such as ``reindex``.

        Raises as ``transaction``; Busy at once unless it may ``wait``.
        """
        if self._database.read_only:
            raise ReadOnly(self.path)
        if self._database.in_transaction:
            raise Refused("a snapshot, a list that is being read or another transaction is still open here")
        if not self._lock.try_acquire():
            if not wait:
                raise Busy(0)
            self._lock.acquire()
        try:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                head = self.log.head()
                self.index.text.begin()
                yield
                self.index.text.settle()
            except BaseException:
                if self._database.in_transaction:  # SQLite rolls some failures back by itself
                    self._database.execute("ROLLBACK")
                raise
            self._database.commit()
            self._wrote = True
            seen = self.log.head()
            if seen != head:
                # The change is durable, so this must not fail it: a witness that is behind only sees less.
                with suppress(MemoraError):
                    write_witness(os.path.join(self.path, place.WITNESS), seen)
            self._database.checkpoint(whole=False)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Empty the write-ahead log if something was written and nobody waits, and close. Safe to call twice."""
        try:
            if self._wrote and not self._database.in_transaction and self._lock.try_acquire():
                try:
                    self._database.checkpoint(whole=True)
                finally:
                    self._lock.release()
        finally:
            self._wrote = False
            self._database.close()

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def find_loss(witnessed: Seen | None, head: Seen) -> LostOperations | None:
    """What the witness saw and the log no longer holds, if anything. Read the witness before the log."""
    if witnessed is None or not witnessed.number:
        return None
    if head.number < witnessed.number:
        return LostOperations(witnessed.number, head.number)
    if head.number == witnessed.number and head.hash != witnessed.hash:
        return LostOperations(witnessed.number, head.number - 1)
    return None
