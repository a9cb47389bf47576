"""Writing a setting into a file, so that a reader finds the old file or the new one and never half of either."""

from __future__ import annotations

import os
from contextlib import suppress

from memora.config.settings import Value, find_setting, read_file
from memora.config.toml_edit import CannotEdit, set_value
from memora.errors import BadConfig, DiskFull, Unavailable

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)


def write_setting(path: str, name: str, value: Value) -> None:
    """Set a setting in a file, which is made if need be; comments and all else stay to the byte.

    Raises UnknownSetting, BadConfig where the file does not read or a person has to edit it, and Unavailable or
    DiskFull; the file is as it was then. A link is followed: the file it leads to changes.
    """
    find_setting(name)
    real = os.path.realpath(path)
    before = read_file(real)
    try:
        with open(real, encoding="utf-8", newline="") as file:
            text = file.read()
    except (FileNotFoundError, NotADirectoryError):
        text = ""
    try:
        edited = set_value(text, name, value)
    except CannotEdit as error:
        raise BadConfig(path, str(error)) from None
    _replace(real, edited, before | {name: value})


def _replace(path: str, text: str, expected: dict[str, Value]) -> None:
    """Write beside the file, read that back, and put it in the file's place."""
    beside = f"{path}.{os.getpid()}.new"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with suppress(FileNotFoundError):
            os.unlink(beside)
        # A link that somebody laid there would lead the text elsewhere, so the file has to be new.
        with open(os.open(beside, _NEW_FILE, 0o666), "w", encoding="utf-8", newline="") as file:
            if os.path.exists(path):
                os.chmod(beside, os.stat(path).st_mode & 0o7777)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if read_file(beside) != expected:
            raise BadConfig(path, "is in a form that has to be edited by hand")
        os.replace(beside, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(beside)
        if isinstance(error, OSError):
            raise _failure(path, error) from None
        raise
    _sync_directory(os.path.dirname(path))


def _failure(path: str, error: OSError) -> Unavailable:
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(f"{path}: {error.strerror}")
    return Unavailable(f"{path} cannot be written: {error.strerror}")


def _sync_directory(path: str) -> None:
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
