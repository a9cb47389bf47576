"""The bytes of what was taken out of a store: gone from its files, and looked for in them.

A row that is deleted leaves no bytes where ``secure_delete`` is on, but the write-ahead log, copies of the database
and files beside it know nothing of that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Final

from memora.errors.store import DiskFull
from memora.storage.database import Database
from memora.storage.salvage import SCRATCH
from memora.storage.whole_files import sync_folder

# An empty file that is there while what a purge took out may still lie somewhere in the folder.
MARK: Final = "purging"

_CHUNK_BYTES: Final = 1024 * 1024
_COPY = re.compile(rf"(.+-before-.+\.db|{re.escape(SCRATCH)})(-wal|-shm|-journal)?")


def mark_unfinished(store: str) -> None:
    """Leave a mark, durable when this returns, that a purge has yet to clean up. Raises DiskFull."""
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(os.path.join(store, MARK), flags, 0o666)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(store)
    except OSError as error:
        raise DiskFull(f"the mark of a purge cannot be written: {error.strerror}") from None


def mark_finished(store: str) -> None:
    """Take the mark away."""
    with suppress(OSError):
        os.unlink(os.path.join(store, MARK))
        sync_folder(store)


def is_unfinished(store: str) -> bool:
    """Whether a purge has yet to clean up, or was killed before it did anything."""
    return os.path.lexists(os.path.join(store, MARK))


def rewrite_file(database: Database) -> bool:
    """Write the database anew from what is in it, and empty its log; False where a reader keeps that from happening.

    The caller holds the writer lock and no transaction. Needs the size of the database once more, or twice. Waits for
    readers as long as the connection does for writers.
    """
    database.execute("VACUUM")
    row = database.one("PRAGMA wal_checkpoint(TRUNCATE)")
    return row is not None and row[0] == 0


def remove_copies(store: str) -> list[str]:
    """Remove what repairs and upgrades kept of the database as it was before; give the names of the files."""
    gone = []
    for name in sorted(os.listdir(store)):
        path = os.path.join(store, name)
        if _COPY.fullmatch(name) and os.path.isfile(path) and not os.path.islink(path):
            with suppress(OSError):
                os.unlink(path)
                gone.append(name)
    if gone:
        sync_folder(store)
    return gone


def copies(store: str) -> list[str]:
    """The names of the files that ``remove_copies`` would remove."""
    return sorted(name for name in os.listdir(store) if _COPY.fullmatch(name))


def find_in_files(store: str, needles: Collection[bytes]) -> list[str]:
    """The files in the folder of a store that hold one of some byte strings, by their paths in it.

    Links are not followed. A file that cannot be read counts as one that does: nobody knows.
    """
    wanted = _any_of(needles)
    if wanted is None:
        return []
    longest = max(map(len, needles))
    return [os.path.relpath(path, store) for path in _files(store) if _holds(path, wanted, longest)]


def find_in_tables(database: Database, needles: Collection[bytes]) -> list[str]:
    """The tables that hold one of some byte strings, also where it is cut in two in the file."""
    found = []
    for (table,) in database.all("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name"):
        names = [row[0] for row in database.all("SELECT name FROM pragma_table_info(?)", (table,))]
        for needle in needles:
            condition = " OR ".join(f'instr(CAST("{name}" AS BLOB), ?1)' for name in names)
            if database.one(f'SELECT 1 FROM "{table}" WHERE {condition} LIMIT 1', (needle,)) is not None:
                found.append(str(table))
                break
    return found


def _any_of(needles: Collection[bytes]) -> re.Pattern[bytes] | None:
    return re.compile(b"|".join(sorted(map(re.escape, needles)))) if needles else None


def _files(store: str) -> Iterator[str]:
    for folder, folders, names in os.walk(store):
        folders.sort()
        yield from (os.path.join(folder, name) for name in sorted(names))


def _holds(path: str, wanted: re.Pattern[bytes], longest: int) -> bool:
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            kept = b""
            while chunk := file.read(_CHUNK_BYTES):
                if wanted.search(kept + chunk):
                    return True
                kept = (kept + chunk)[1 - longest :] if longest > 1 else b""
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
