"""Making a store."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Final

from memora.errors import StoreExists, Unavailable, UnsafeStore
from memora.model.names import clean_ref_name
from memora.repository.repository import Repository
from memora.storage import place
from memora.storage.database import Database
from memora.storage.lock import WriterLock
from memora.storage.objects import SqliteObjects
from memora.storage.refs import Head, Workspaces
from memora.storage.schema import create_schema, is_blank
from memora.storage.witness import Seen, write_witness
from memora.tree.edit import write_empty

DEFAULT_BRANCH: Final = "main"

_CONFIG: Final = """\
# Settings of this store. `memora config list` shows every setting and its value;
# `memora config set NAME VALUE` writes one here.
"""


def create_store(directory: str, *, branch: str = DEFAULT_BRANCH, trusted: Collection[str] = ()) -> Repository:
    """Make a store in a directory, which is made too, and open it.

    Of two processes that do this at the same moment one succeeds. Raises StoreExists, and UnsafeStore where
    ``.memora`` is no folder; a store that is there is not touched.
    """
    branch = clean_ref_name("branch", branch)
    path = os.path.join(os.path.abspath(directory), place.FOLDER)
    try:
        os.makedirs(directory, exist_ok=True)
        os.mkdir(path)
    except FileExistsError:
        place.check_folder(path, trusted)
    except OSError as error:
        raise Unavailable(f"cannot make {path}: {error.strerror}") from None
    if os.path.lexists(os.path.join(path, place.DATABASE)):
        place.check_place(path, trusted)
    elif os.path.lexists(os.path.join(path, place.WITNESS)):
        raise StoreExists(path)
    lock = WriterLock(os.path.join(path, place.LOCK))
    lock.acquire()
    try:
        _create(path, branch)
    finally:
        lock.release()
    return Repository.open(path, trusted=trusted)


def _create(path: str, branch: str) -> None:
    """Write the schema, the empty tree and the first workspace, unless another process did."""
    database = Database(os.path.join(path, place.DATABASE), create=True)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("BEGIN IMMEDIATE")
        if not is_blank(database):
            raise StoreExists(path)
        create_schema(database)
        Workspaces(database).add(place.DEFAULT_WORKSPACE, Head(branch), write_empty(SqliteObjects(database)))
        _write_new(os.path.join(path, ".gitignore"), "*\n")
        _write_new(os.path.join(path, place.CONFIG), _CONFIG)
        database.execute("COMMIT")
        write_witness(os.path.join(path, place.WITNESS), Seen(0, b""))
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    finally:
        database.close()


def _write_new(path: str, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        pass
    except OSError as error:
        raise UnsafeStore(path, f"cannot be written: {error.strerror}") from None
