"""Making a store."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection
from contextlib import suppress
from typing import Final

from memora.errors import BadInput, MemoraError
from memora.errors.store import ReadOnly, StoreExists
from memora.errors.system import write_failure
from memora.model.names import clean_ref_name
from memora.repository.repository import Repository
from memora.storage import place
from memora.storage.database import Database, check_path
from memora.storage.lock import WriterLock
from memora.storage.objects import SqliteObjects
from memora.storage.refs import Head, Workspaces
from memora.storage.schema import create_schema, is_blank
from memora.storage.whole_files import sync_folder
from memora.storage.witness import Seen, reset_witness
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
    check_path(path)
    if os.path.lexists(directory) and not os.path.isdir(directory):
        raise BadInput("DIR", f"{directory} is not a directory")
    try:
        os.makedirs(directory, exist_ok=True)
        os.mkdir(path)
    except FileExistsError:
        place.check_folder(path, trusted)
    except OSError as error:
        raise _failure(path, error) from None
    if not place.check_database_file(path, trusted) and os.path.lexists(os.path.join(path, place.WITNESS)):
        # What was in its database is lost; a new one would hide that.
        raise StoreExists(path)
    with WriterLock(os.path.join(path, place.LOCK)):
        _create(path, branch)
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
        reset_witness(os.path.join(path, place.WITNESS), Seen(0, b""))
        sync_folder(path)
        sync_folder(os.path.dirname(path))
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    finally:
        database.close()


def discard_store(path: str) -> None:
    """Remove a ``.memora`` folder that came to nothing, as far as that can be done."""
    import shutil

    with suppress(OSError):  # first: without its database it would tell of a store that was lost
        os.unlink(os.path.join(path, place.WITNESS))
    shutil.rmtree(path, ignore_errors=True)


def _write_new(path: str, text: str) -> None:
    """Write a file unless one is there that holds something; an ``init`` that was killed may leave an empty one."""
    try:
        if os.path.lexists(path) and os.lstat(path).st_size:
            return
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, flags, 0o666)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise _failure(path, error) from None


def _failure(path: str, error: OSError) -> MemoraError:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnly(os.path.dirname(path))
    return write_failure(path, error)
