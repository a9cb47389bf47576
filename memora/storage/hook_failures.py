"""The last failures of hooks, which say nothing themselves: a file beside the store, bounded in size."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Final

FILE: Final = "hook.log"
LARGEST_BYTES: Final = 64 * 1024

_APPEND: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def append_failure(store: str, line: str) -> None:
    """Add a line; the older half goes where the file has grown too large. Raises OSError."""
    descriptor = os.open(os.path.join(store, FILE), _APPEND, 0o600)
    try:
        os.write(descriptor, (line.replace("\n", " ")[:1000] + "\n").encode("utf-8", "replace"))
        size = os.fstat(descriptor).st_size
        if size > LARGEST_BYTES:
            os.lseek(descriptor, size - LARGEST_BYTES // 2, os.SEEK_SET)
            kept = os.read(descriptor, LARGEST_BYTES // 2).partition(b"\n")[2]
            os.ftruncate(descriptor, 0)
            os.write(descriptor, kept)
    finally:
        os.close(descriptor)


def read_failures(store: str) -> list[str]:
    """The lines, the oldest first; none where there is no file that can be read."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(os.path.join(store, FILE), flags), encoding="utf-8", errors="replace") as file:
            return file.read(2 * LARGEST_BYTES).splitlines()
    except OSError:
        return []


def rewrite_failures(store: str, change: Callable[[str], str]) -> None:
    """Put another line in the place of each. For a purge, which may leave nothing behind."""
    lines = read_failures(store)
    changed = [change(line) for line in lines]
    if changed != lines:
        with suppress(OSError), open(os.path.join(store, FILE), "r+b") as file:
            file.write(b"".join(line.encode("utf-8", "replace") + b"\n" for line in changed))
            file.truncate()
            os.fsync(file.fileno())
