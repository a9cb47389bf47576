"""Where a store lies, and whether that place may be trusted.

A store is a real folder named ``.memora`` that belongs to whoever runs memora: a link, a file or somebody
else's folder could make memora read or write what its user never meant.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection

from memora.errors import Damaged, Unavailable
from memora.errors.store import NoStore, NotAStore, UnsafeStore

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Final

FOLDER: Final = ".memora"
DATABASE: Final = "memora.db"
LOCK: Final = "lock"
WITNESS: Final = "witness"
CONFIG: Final = "config.toml"
SPOOL: Final = "spool"
DEFAULT_WORKSPACE: Final = "default"
_OTHER_FILES: Final = (LOCK, WITNESS, CONFIG, DATABASE + "-wal", DATABASE + "-shm")


def find_store(directory: str, ceilings: Collection[str] = ()) -> str:
    """The path of the ``.memora`` folder in a directory or the nearest one above it.

    The search ends below any directory in ``ceilings``. Raises NoStore, or UnsafeStore where something
    of that name is no folder.
    """
    current = os.path.abspath(directory)
    while current not in ceilings:
        candidate = os.path.join(current, FOLDER)
        if os.path.lexists(candidate):
            return candidate
        parent = os.path.dirname(current)
        if parent == current:
            break
        current = parent
    raise NoStore(directory)


def check_place(path: str, trusted: Collection[str] = ()) -> None:
    """Raise UnsafeStore unless the folder is real, belongs to this user and holds its own files and no links.

    ``trusted`` paths may be anyone's.

    Raises NoStore where there is nothing, or a folder that never became a store, and Damaged where the
    database of a store is gone.
    """
    check_folder(path, trusted)
    if not check_database_file(path, trusted):
        if os.path.lexists(os.path.join(path, WITNESS)):
            raise Damaged(f"the database {os.path.join(path, DATABASE)} is gone or empty")
        raise no_store(path)


def no_store(path: str) -> NoStore:
    """The error for a path with no store: the folder that would hold ``.memora``, or the path where it ends otherwise.

    Somebody may have named the project itself, and should hear of that and not of the folder above it.
    """
    folder, name = os.path.split(os.path.abspath(path))
    return NoStore(folder) if name == FOLDER else NotAStore(path)


def check_database_file(path: str, trusted: Collection[str] = ()) -> bool:
    """Whether the folder has a database that holds anything. Raises UnsafeStore for a link or somebody else's."""
    database = os.path.join(path, DATABASE)
    entry = _look_at_file(database)
    if entry is None:
        return False
    _check_owner(database, entry, trusted)
    return entry.st_size > 1  # SQLite takes a single byte for nothing


def _look_at_file(path: str) -> os.stat_result | None:
    """What is known of a file of the store; None where there is none.

    Raises UnsafeStore for a link, a second name of a file that lies elsewhere, and for a pipe or device: opened or
    written they would hang memora or reach what is not the store's.
    """
    try:
        entry = os.lstat(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"{path} cannot be looked at: {error.strerror}") from None
    if not stat.S_ISREG(entry.st_mode):
        raise UnsafeStore(path, "is not a regular file")
    if entry.st_nlink > 1:
        raise UnsafeStore(path, "is one file with another name elsewhere, a hard link")
    return entry


def check_folder(path: str, trusted: Collection[str] = ()) -> None:
    """Raise NoStore where there is nothing, UnsafeStore unless the folder is real, this user's and holds no links."""
    try:
        entry = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise no_store(path) from None
    except OSError as error:
        raise Unavailable(f"{path} cannot be looked at: {error.strerror}") from None
    if stat.S_ISLNK(entry.st_mode):
        raise UnsafeStore(path, "is a symbolic link, not a folder")
    if not stat.S_ISDIR(entry.st_mode):
        raise UnsafeStore(path, "is a file, not a folder")
    _check_owner(path, entry, trusted)
    for name in _OTHER_FILES:
        _look_at_file(os.path.join(path, name))


def _check_owner(path: str, entry: os.stat_result, trusted: Collection[str]) -> None:
    if not hasattr(os, "geteuid") or entry.st_uid == os.geteuid():
        return
    folder = os.path.dirname(path) if os.path.basename(path) == DATABASE else path
    if "*" not in trusted and os.path.dirname(os.path.abspath(folder)) not in trusted:
        raise UnsafeStore(path, "belongs to another user")
