"""A folder of files between memora and the real one: it tells every call that changes something, and may break there.

What SQLite does goes by ``breaking_disk``; here are the files of remotes, and what waits of a fetch.
"""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from breaking_disk import Call

from memora.remotes import folder, spool

_CALLS = ("link", "unlink", "mkdir", "rmdir")


class TellingFile:
    """An open file whose writes are told before they happen."""

    def __init__(self, file: Any, path: str, before: Callable[[Call], None]) -> None:
        self.file, self.path, self.before = file, path, before

    def write(self, data: bytes) -> int:
        self.before(Call("write", self.path, data=bytes(data)))
        return int(self.file.write(data))

    def __enter__(self) -> TellingFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def path_of(place: Any, descriptor: int | None = None) -> str:
    """The path that a call is about, whether it names it, or a directory that it is in, or is open already."""
    if isinstance(place, int):
        return os.readlink(f"/proc/self/fd/{place}")
    return os.path.join("" if descriptor is None else path_of(descriptor), os.fsdecode(place))


@contextmanager
def telling(before: Callable[[Call], None]) -> Iterator[None]:
    """Tell each call that changes a file of a remote or of the spool of a fetch, before it happens."""
    real = {name: getattr(os, name) for name in (*_CALLS, "fsync", "open")}

    def tell(kind: str, path: str) -> None:
        if "/remote" in path or "/incoming" in path:
            before(Call(kind, path))

    def telling_call(name: str) -> Callable[..., Any]:
        def call(place: Any, *rest: Any, **options: Any) -> Any:
            tell(name, path_of(place, options.get("dir_fd", options.get("src_dir_fd"))))
            return real[name](place, *rest, **options)

        return call

    def telling_fsync(descriptor: int) -> None:
        tell("sync", path_of(descriptor))
        real["fsync"](descriptor)

    def telling_open(place: Any, flags: int, *rest: Any, **options: Any) -> int:
        if flags & os.O_CREAT:
            tell("open", path_of(place, options.get("dir_fd")))
        return int(real["open"](place, flags, *rest, **options))

    def opened(place: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        path = path_of(place)
        if mode in ("wb", "ab"):
            tell("open", path)
            return TellingFile(
                builtins.open(place, mode, *rest, **options), path, lambda call: tell(call.kind, call.path)
            )
        return builtins.open(place, mode, *rest, **options)

    try:
        for name in _CALLS:
            setattr(os, name, telling_call(name))
        os.fsync, os.open = telling_fsync, telling_open  # type: ignore[assignment]
        for module in (folder, spool):
            setattr(module, "open", opened)  # noqa: B010
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)
        for module in (folder, spool):
            delattr(module, "open")
