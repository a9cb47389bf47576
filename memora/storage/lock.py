"""The writer lock: one file that the kernel locks, queues waiters for, and frees when its owner dies."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from memora.errors import Unavailable
from memora.errors.store import Busy, DiskFull, ReadOnly, UnsafeStore

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Final

PATIENCE_SECONDS: Final = 30.0


class WriterLock:
    """Held around every write and every checkpoint of one store.

    Not reentrant, and shared by the threads of a process only one at a time. Nothing is left behind by
    a process that dies.
    """

    def __init__(self, path: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._path = path
        self._patience_seconds = patience_seconds
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Wait for the lock in the kernel's queue. Raises Busy when patience ends."""
        if self.try_acquire():
            return
        descriptor = _open(self._path)
        if not _wait(descriptor, self._patience_seconds):
            raise Busy(self._patience_seconds)
        self._descriptor = descriptor

    def try_acquire(self) -> bool:
        """Take the lock if nobody holds it."""
        descriptor = _open(self._path)
        if _lock_now(descriptor):
            self._descriptor = descriptor
            return True
        os.close(descriptor)
        return False

    def release(self) -> None:
        """Give the lock up; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *exception: object) -> None:
        self.release()


@contextmanager
def shared(path: str, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Keep writers out without being one, where there is a lock file that can be read. Raises Busy.

    On Windows nobody is kept out.
    """
    try:
        descriptor = None if os.name == "nt" else os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        descriptor = None
    if descriptor is None:
        yield
        return
    if not _wait(descriptor, patience_seconds, alone=False):
        raise Busy(patience_seconds)
    try:
        yield
    finally:
        os.close(descriptor)


def _open(path: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(path, flags, 0o666)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise ReadOnly(os.path.dirname(path)) from None
        if error.errno in (errno.ELOOP, errno.EISDIR):
            raise UnsafeStore(path, "is not a regular file") from None
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(str(error.strerror)) from None
        raise Unavailable(f"cannot open {path}: {error.strerror}") from None


if os.name == "nt":  # pragma: no cover - exercised on Windows only
    import msvcrt

    def _lock_now(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def _wait(descriptor: int, patience_seconds: float, *, alone: bool = True) -> bool:
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            if _lock_now(descriptor):
                return True
            time.sleep(0.01)
        os.close(descriptor)
        return False

else:
    import fcntl

    def _lock_now(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            os.close(descriptor)
            raise Unavailable(f"the file system cannot lock: {error.strerror}") from None
        return True

    def _wait(descriptor: int, patience_seconds: float, *, alone: bool = True) -> bool:
        """Block in the kernel's fair queue, in a thread so that patience can end.

        A waiter that is given the lock after its caller went away closes it at once.
        """
        import threading  # only who has to wait needs it

        handover = threading.Lock()
        state = {"held": False, "abandoned": False}

        def block() -> None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
                held = True
            except OSError:
                held = False
            with handover:
                state["held"] = held
                if state["abandoned"] or not held:
                    os.close(descriptor)

        waiter = threading.Thread(target=block, daemon=True)
        waiter.start()
        finished = False
        try:
            waiter.join(patience_seconds)
            finished = True
        finally:
            with handover:
                if not state["held"]:
                    state["abandoned"] = True
                elif not finished:
                    os.close(descriptor)
        return state["held"]
