"""A disk between SQLite and the real one: it counts every call that changes something, and breaks at one of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import apsw


class Call(NamedTuple):
    """One call that changes the disk: ``write``, ``sync``, ``truncate`` or ``delete``, and of which file."""

    kind: str
    path: str
    offset: int = 0
    data: bytes = b""


class Disk(apsw.VFS):
    """The default disk of this process while ``mounted``. ``before`` sees each call and may end the process."""

    def __init__(self, before: Callable[[Call], None]) -> None:
        self.before = before
        # Named, because the default is this one itself as soon as it is registered.
        self.beneath = apsw.vfs_names()[0]
        super().__init__("breaking", self.beneath, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> DiskFile:
        return DiskFile(self, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:
        self.before(Call("delete", name))
        super().xDelete(name, sync)


class DiskFile(apsw.VFSFile):
    """A file whose changes are told before they happen."""

    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        self.disk = disk
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self.path = "" if path is None else str(path)
        super().__init__(disk.beneath, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.before(Call("write", self.path, offset, bytes(data)))
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        self.disk.before(Call("sync", self.path))
        super().xSync(flags)

    def xTruncate(self, size: int) -> None:
        self.disk.before(Call("truncate", self.path, size))
        super().xTruncate(size)


@contextmanager
def mounted(before: Callable[[Call], None]) -> Iterator[None]:
    """Let every connection that is opened inside go through a disk of ours. Temporary files are left alone."""

    def watch(call: Call) -> None:
        if call.path:
            before(call)

    disk = Disk(watch)
    try:
        yield
    finally:
        disk.unregister()


class Countdown:
    """Does something at the n-th call, counted from 1. ``reached`` says whether there were so many."""

    def __init__(self, number: int, strike: Callable[[Call], None]) -> None:
        self.left = number
        self.strike = strike
        self.reached = False

    def __call__(self, call: Call) -> None:
        self.left -= 1
        if self.left == 0:
            self.reached = True
            self.strike(call)


def die(call: Call) -> None:
    """End the process as a kill does: nothing is flushed, closed or told."""
    os._exit(9)
