"""A folder for temporary files of this process, and those that killed processes left cleared away."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from typing import Final

_LOCK: Final = "in-use"
_FLAGS: Final = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class TemporaryFolder:
    """A new folder, which nobody else can look into, until ``remove``.

    A lock in it dies with its process. Making one removes those of the same prefix and user in which nobody holds it,
    where the system has such locks.
    """

    def __init__(self, prefix: str) -> None:
        self.path = tempfile.mkdtemp(prefix=prefix)
        # Whoever clears must not come between its making and its taking, so it gets its name when it is held.
        unnamed = os.path.join(self.path, f"{_LOCK}.new")
        self._lock: int | None = os.open(unnamed, _FLAGS | os.O_CREAT, 0o600)
        _is_free(self._lock)
        with suppress(OSError):  # a system that cannot rename what is open has no such locks either
            os.rename(unnamed, os.path.join(self.path, _LOCK))
        _clear(os.path.dirname(self.path), prefix, but=os.path.basename(self.path))

    def remove(self) -> None:
        """Remove it with all that is in it. Safe to call twice."""
        if self._lock is not None:
            os.close(self._lock)  # first: some systems remove no file that is open
            self._lock = None
        shutil.rmtree(self.path, ignore_errors=True)


def _clear(directory: str, prefix: str, but: str) -> None:
    with suppress(OSError):
        for name in os.listdir(directory):
            path = os.path.join(directory, name)
            if name.startswith(prefix) and name != but and _is_ours(path) and _is_left(path):
                shutil.rmtree(path, ignore_errors=True)


def _is_ours(path: str) -> bool:
    with suppress(OSError, AttributeError):
        found = os.lstat(path)
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return False


def _is_left(path: str) -> bool:
    """Whether who made a folder is gone. Not where there is no lock yet: somebody makes it just now."""
    with suppress(OSError):
        descriptor = os.open(os.path.join(path, _LOCK), _FLAGS)
        try:
            return _is_free(descriptor)
        finally:
            os.close(descriptor)
    return False


def _is_free(descriptor: int) -> bool:
    """Take a lock that nobody holds; whether it was taken."""
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True
