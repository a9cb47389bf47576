"""Writing a file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from memora.errors import AlreadyExists, BadInput, MemoraError, NotFound
from memora.errors.system import write_failure
from memora.storage.whole_files import fill_file

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def write_new_file(path: str, chunks: Iterable[bytes], *, replace: bool) -> int:
    """Write a file under a name of its own beside its place, then give it its name; how many bytes it has.

    Raises AlreadyExists where something is there, unless it may ``replace`` a file; BadInput where what is there is a
    link or anything else than a file, which is never written through; NotFound, DiskFull, Unavailable. Nothing has
    changed then, nor where ``chunks`` raises.
    """
    check_place(path, replace=replace)
    temporary = os.path.join(os.path.dirname(path) or ".", f".memora-{secrets.token_hex(8)}.tmp")
    try:
        descriptor = os.open(temporary, _NEW, 0o666)
        try:
            size = fill_file(descriptor, chunks)
            _name(temporary, path, replace=replace)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
    except FileExistsError:
        raise AlreadyExists("file", path) from None
    except OSError as error:
        raise _failure(path, error) from None
    return size


def check_place(path: str, *, replace: bool) -> None:
    """Raise where a file may not be written: what ``write_new_file`` says before anything is read."""
    try:
        entry = os.lstat(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _failure(path, error) from None
    if not stat.S_ISREG(entry.st_mode):
        raise BadInput("FILE", f"{path} is there and is no regular file")
    if not replace:
        raise AlreadyExists("file", path)


def _name(temporary: str, path: str, *, replace: bool) -> None:
    if replace:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        os.close(os.open(path, _NEW, 0o666))
        os.replace(temporary, path)


def _failure(path: str, error: OSError) -> MemoraError:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return NotFound("directory", os.path.dirname(path) or ".")
    return write_failure(path, error)
