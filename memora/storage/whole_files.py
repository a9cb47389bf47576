"""Files that are there whole or not at all, and the names of files, durable."""

from __future__ import annotations

import os
from contextlib import suppress

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)


def replace_file(path: str, content: bytes, check: Callable[[str], None] | None = None) -> None:
    """Put content in the place of a file, or make it; its permissions stay. Its folder must be there.

    ``check`` gets the path of the new file before that takes the place, and may raise. Raises OSError. A reader finds
    the old content or the new one, never half of either; after an exception the file is as it was.
    """
    folder = os.path.dirname(path)
    beside = os.path.join(folder, f".memora-{os.getpid()}.new")
    with suppress(FileNotFoundError):
        os.unlink(beside)
    try:
        # A link that somebody laid there would lead the content elsewhere, so the file has to be new.
        with open(os.open(beside, _NEW_FILE, 0o666), "wb") as file:
            if os.path.exists(path):
                os.chmod(beside, os.stat(path).st_mode & 0o7777)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if check is not None:
            check(beside)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
    sync_folder(folder)


def fill_file(descriptor: int, chunks: Iterable[bytes], mode: int | None = None) -> int:
    """Write and sync a new file, and close it; how many bytes it has. Raises OSError, and what ``chunks`` raises."""
    size = 0
    with open(descriptor, "wb", buffering=0) as file:
        if mode is not None:
            os.fchmod(descriptor, mode)
        for chunk in chunks:
            rest = memoryview(chunk)
            while rest:
                rest = rest[file.write(rest) :]
            size += len(chunk)
        os.fsync(descriptor)
    return size


def sync_folder(path: str) -> None:
    """Make the names in a folder durable, where the system can."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
