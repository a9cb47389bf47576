"""Events that wait beside a store that was busy: a folder with a file for each, which whoever comes next takes in.

A file is complete or not there. It goes only when what it says is durable in the store, so a process that dies between
leaves it to be taken in once more; whoever does that has to see that it was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

from memora.storage.place import SPOOL
from memora.storage.whole_files import sync_folder

# So many are taken in at once, the oldest first; the rest waits for the next call.
MOST_AT_ONCE: Final = 500

_LARGEST_BYTES: Final = 1024 * 1024
_SUFFIX: Final = ".json"
_BAD: Final = ".bad"
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


def put(store: str, at: int, data: dict[str, Any]) -> None:
    """Keep an event of a moment, as ``at`` and ``data``, durable when this returns. Raises OSError."""
    folder = os.path.join(store, SPOOL)
    os.makedirs(folder, exist_ok=True)
    raw = json.dumps({"at": at, **data}, separators=(",", ":")).encode()
    for counter in range(1_000):
        name = f"{at:020d}-{os.getpid()}-{counter}"
        path = os.path.join(folder, name + _SUFFIX)
        if os.path.lexists(path):
            continue
        beside = os.path.join(folder, f".{name}")
        with suppress(FileNotFoundError):
            os.unlink(beside)
        descriptor = os.open(beside, _NEW_FILE, 0o600)
        try:
            os.write(descriptor, raw)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(beside, path)
        sync_folder(folder)
        return
    raise FileExistsError(folder)


def count(store: str) -> int:
    """How many events wait."""
    return sum(1 for _ in _names(store))


def waiting(store: str) -> list[tuple[str, dict[str, Any]]]:
    """What waits, the oldest first, as the path of each file and what it says; what cannot be read is set aside."""
    found = []
    folder = os.path.join(store, SPOOL)
    for name in sorted(_names(store))[:MOST_AT_ONCE]:
        path = os.path.join(folder, name)
        data = _read(path)
        if data is None:
            set_aside(path)
        else:
            found.append((path, data))
    return found


def remove(path: str) -> None:
    """Forget an event that the store has taken in."""
    with suppress(OSError):
        os.unlink(path)


def set_aside(path: str) -> None:
    """Keep an event that cannot be taken in, where it is in nobody's way."""
    with suppress(OSError):
        os.rename(path, path.removesuffix(_SUFFIX) + _BAD)


def count_aside(store: str) -> int:
    """How many events were set aside."""
    return sum(1 for _ in _names(store, _BAD))


def _names(store: str, suffix: str = _SUFFIX) -> Iterator[str]:
    try:
        names = os.listdir(os.path.join(store, SPOOL))
    except OSError:
        return
    yield from (name for name in names if name.endswith(suffix) and not name.startswith("."))


def _read(path: str) -> dict[str, Any] | None:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            data = json.loads(file.read(_LARGEST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and isinstance(data.get("at"), int) else None


def rewrite(store: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Put another event in the place of each that waits. What cannot be read stays as it is."""
    for name in sorted(_names(store)):
        path = os.path.join(store, SPOOL, name)
        data = _read(path)
        changed = data if data is None else change(data)
        if data is None or changed is None or changed == data:
            continue
        put(store, changed["at"], {name: value for name, value in changed.items() if name != "at"})
        remove(path)
