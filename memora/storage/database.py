"""One SQLite connection, opened the only way memora opens one, and its failures in memora's own words.

Each setting below was learnt from an experiment; ``docs/design/0002-sqlite.md`` tells which.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress

import apsw

from memora.errors import Damaged, MemoraError, Unavailable
from memora.errors.store import Busy, DiskFull, ReadOnly

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Any, Final, TypeAlias

BUSY_MILLISECONDS: Final = 30_000
_CACHE_KIB: Final = 32_000
_CHECKPOINT_PAGES: Final = 4_000

_SETTINGS: Final = f"""
PRAGMA foreign_keys=ON;
PRAGMA secure_delete=ON;
PRAGMA cell_size_check=ON;
PRAGMA trusted_schema=OFF;
PRAGMA mmap_size=0;
PRAGMA synchronous=FULL;
PRAGMA wal_autocheckpoint=0;
PRAGMA cache_size=-{_CACHE_KIB};
"""

# SQLite's errors, and what text and numbers raise that were damaged.
_FAILURES: Final = (apsw.Error, UnicodeDecodeError, OverflowError)

Row: TypeAlias = "tuple[Any, ...]"


class Database:
    """A connection. ``read_only`` says that it cannot write, whatever the file's permissions say later."""

    def __init__(self, path: str, *, create: bool = False) -> None:
        check_path(path)
        self.path = path
        self._copy: str | None = None
        self._wal_pages = 0
        self.read_only = not create and not _is_writable(path)
        if not create:
            _require_content(path)
        try:
            if self.read_only:
                self._connection = self._open_read_only(path)
            else:
                flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
                self._connection = _connect(path, flags)
                self._connection.set_wal_hook(self._note_wal)
            # One cursor for all statements that are over when their method returns: making one takes as long again.
            self._cursor = self._connection.cursor()
        except _FAILURES as error:
            self._remove_copy()
            raise translate(error, path) from error

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> None:
        """Run one statement for its effect."""
        try:
            self._cursor.execute(sql, values)
        except _FAILURES as error:
            raise translate(error, self.path) from error

    def execute_many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run one statement for each row of values."""
        with failures(self.path):
            self._connection.executemany(sql, rows)

    def one(self, sql: str, values: tuple[Any, ...] = ()) -> Row | None:
        """The row of a query that finds one at most, or None."""
        try:
            rows = self._cursor.execute(sql, values).fetchall()
            return rows[0] if rows else None
        except _FAILURES as error:
            raise translate(error, self.path) from error

    def all(self, sql: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """All rows."""
        try:
            return self._cursor.execute(sql, values).fetchall()
        except _FAILURES as error:
            raise translate(error, self.path) from error

    def stream(self, sql: str, values: tuple[Any, ...] = ()) -> Generator[Row, None, None]:
        """The rows one after the other; their tables must not be written meanwhile by this connection."""
        with failures(self.path):
            yield from self._connection.execute(sql, values)

    def last_row(self) -> int:
        """The rowid that the last insert of this connection made."""
        return self._connection.last_insert_rowid()

    def changed_rows(self) -> int:
        """How many rows the last statement changed."""
        return self._connection.changes()

    @property
    def connection(self) -> apsw.Connection:
        """The bare connection, for the derived index and for ``fsck``."""
        return self._connection

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open on this connection."""
        return self._connection.in_transaction

    def commit(self) -> None:
        """Make the open transaction durable, or undo it and raise; the caller holds the writer lock."""
        try:
            self.execute("COMMIT")
        except MemoraError:
            if self.in_transaction:
                self.execute("ROLLBACK")
            # What had reached the log before its last sync failed would look committed to whoever reads the log
            # next from the disk. Where the disk takes nothing at all, this cannot help.
            with suppress(MemoraError):
                self.checkpoint(whole=True)
            raise

    def checkpoint(self, *, whole: bool) -> None:
        """Copy the write-ahead log into the database; the caller holds the writer lock.

        ``whole`` also empties the log file, where no reader is in the way. Without it nothing is done
        until the log has grown to four thousand pages.
        """
        if not whole and self._wal_pages < _CHECKPOINT_PAGES:
            return
        mode = apsw.SQLITE_CHECKPOINT_TRUNCATE if whole else apsw.SQLITE_CHECKPOINT_PASSIVE
        self._connection.set_busy_timeout(0)
        try:
            self._connection.wal_checkpoint(mode=mode)
        except (apsw.BusyError, apsw.FullError, apsw.IOError):
            # A reader is in the way, or the disk is full. What was committed is safe in the log, and was
            # acknowledged: it must not look like a failure now. The next writer's checkpoint will do.
            pass
        except apsw.Error as error:
            raise translate(error, self.path) from error
        finally:
            self._connection.set_busy_timeout(BUSY_MILLISECONDS)

    def close(self) -> None:
        """Close the connection and remove what was copied in order to read. Calling twice is safe."""
        self._connection.close()
        self._remove_copy()

    def _note_wal(self, connection: apsw.Connection, name: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _open_read_only(self, path: str) -> apsw.Connection:
        """Open where nothing may be written: in place, or as a copy when the log still holds changes.

        ``immutable=1`` ignores a log that was left over, so it is right only where there is none.
        """
        log = path + "-wal"
        if os.path.exists(log) and os.path.getsize(log):
            from memora.storage.read_copy import copy_for_reading

            self._copy = copy_for_reading(path)
            return _connect(os.path.join(self._copy, os.path.basename(path)), apsw.SQLITE_OPEN_READWRITE)
        from urllib.parse import quote

        uri = f"file:{quote(os.path.abspath(path))}?immutable=1"
        return _connect(uri, apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)

    def _remove_copy(self) -> None:
        if self._copy is not None:
            import shutil

            shutil.rmtree(self._copy, ignore_errors=True)
            self._copy = None


@contextmanager
def failures(path: str) -> Iterator[None]:
    """Turn SQLite's errors into memora's."""
    try:
        yield
    except _FAILURES as error:
        raise translate(error, path) from error


def translate(error: Exception, path: str) -> MemoraError:
    """The error of memora that stands for one of SQLite's, or for stored text that is no text."""
    detail = str(error)
    if isinstance(error, apsw.BusyError):
        return Busy(BUSY_MILLISECONDS / 1000)
    if isinstance(error, apsw.LockedError):  # another statement of this process, for which nobody waited
        return Unavailable(f"{path} is in use by something else in this process: {detail}")
    if isinstance(error, apsw.FullError):
        return DiskFull(detail)
    if isinstance(error, apsw.IOError):
        return DiskFull(detail) if _is_write_failure(error) else Unavailable(f"{path} cannot be read: {detail}")
    if isinstance(error, apsw.ReadOnlyError | apsw.PermissionsError):
        return ReadOnly(os.path.dirname(path))
    if isinstance(error, apsw.CorruptError | apsw.NotADBError):
        return Damaged(f"the database {path} is damaged: {detail}")
    if isinstance(error, apsw.CantOpenError):
        return Unavailable(f"{path} cannot be opened: {detail}")
    return Damaged(f"the database {path} does not answer as it should: {detail}")


def check_path(path: str) -> None:
    """Raise Unavailable for a path that SQLite cannot be told: its names must be UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        raise Unavailable(f"{path!r} is not valid UTF-8, so SQLite cannot open anything in it") from None


def _require_content(path: str) -> None:
    """Raise Damaged for an empty database, before SQLite sees it and deletes its log as stale.

    SQLite takes a single byte for nothing, too.
    """
    try:
        size = os.path.getsize(path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}") from None
    if size <= 1:
        raise Damaged(f"the database {path} is empty")


def _is_write_failure(error: apsw.Error) -> bool:
    code = getattr(error, "extendedresult", 0)
    return code not in (apsw.SQLITE_IOERR_READ, apsw.SQLITE_IOERR_SHORT_READ, apsw.SQLITE_IOERR_CORRUPTFS)


def _is_writable(path: str) -> bool:
    return os.access(path, os.W_OK) and os.access(os.path.dirname(path), os.W_OK)


def _connect(path: str, flags: int) -> apsw.Connection:
    connection = apsw.Connection(path, flags=flags)
    connection.set_busy_timeout(BUSY_MILLISECONDS)
    # The last connection to close would checkpoint without the writer lock.
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    # Without it FTS5 prepares its lookup anew for every term: recall takes twice as long (docs/recall.md).
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    connection.execute(_SETTINGS).fetchall()  # to the end: it would stop at the first setting that answers
    return connection
