"""A damaged database made whole around the rows that nobody else has.

Whatever can be derived may be damaged in any way: pages, indexes, even the statements of the schema. Only the tables
of the truth must still be readable to the end; every row of them is kept, damaged or not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from memora.errors.store import DiskFull
from memora.storage.database import Database, failures
from memora.storage.schema import TRUTH_TABLES, create_schema

SCRATCH: Final = "repair.db"


def copy_aside(path: str) -> str:
    """Copy a database and its log to new names beside it, synced; give the name. The caller holds the writer lock."""
    number = 1
    while os.path.lexists(aside := f"{path.removesuffix('.db')}-before-repair-{number}.db"):
        number += 1
    try:
        for ending in ("", "-wal"):
            if os.path.exists(path + ending):
                _copy_file(path + ending, aside + ending)
    except OSError as error:
        for ending in ("", "-wal"):
            with suppress(OSError):
                os.unlink(aside + ending)
        raise DiskFull(f"the database could not be copied aside: {error.strerror}") from None
    return aside


def salvage(database: Database, rebuild: Callable[[Database], None]) -> None:
    """Replace everything but the truth: ``rebuild`` fills the derived tables of the new database it is given.

    Needs the size of the database once more on the disk. One transaction: readers see the store before or after.
    Raises Damaged where the truth cannot be read to the end; nothing has changed then. The caller holds the lock.
    """
    with _scratch(os.path.join(os.path.dirname(database.path), SCRATCH)) as fresh:
        fresh.execute("BEGIN")
        create_schema(fresh)
        for table in TRUTH_TABLES:
            columns = ", ".join(str(row[0]) for row in fresh.all("SELECT name FROM pragma_table_info(?)", (table,)))
            places = ", ".join("?" * (columns.count(",") + 1))
            rows = database.stream(f"SELECT {columns} FROM {table} NOT INDEXED")
            fresh.execute_many(f"INSERT INTO {table}({columns}) VALUES({places})", rows)
        rebuild(fresh)
        fresh.execute("COMMIT")
        with failures(database.path), database.connection.backup("main", fresh.connection, "main") as backup:
            backup.step(-1)


@contextmanager
def _scratch(path: str) -> Iterator[Database]:
    """A new database that nobody waits for: it is gone after use, and after a crash the next one replaces it."""
    _remove(path)
    fresh = Database(path, create=True)
    try:
        fresh.all("PRAGMA journal_mode=MEMORY")
        fresh.execute("PRAGMA synchronous=OFF")
        yield fresh
    finally:
        fresh.close()
        _remove(path)


def _remove(path: str) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            os.unlink(path + ending)


def _copy_file(source: str, target: str) -> None:
    import shutil

    with open(source, "rb") as original, open(target, "xb") as copy:
        shutil.copyfileobj(original, copy)
        copy.flush()
        os.fsync(copy.fileno())
