"""The settings file of another program: read whole or refused, replaced whole or left as it was."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import Final

from memora.errors import Refused, Unavailable
from memora.errors.system import write_failure
from memora.storage.whole_files import replace_file

LARGEST_BYTES: Final = 4 * 1024 * 1024

_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def resolve(path: str, within: str | None) -> str:
    """The file that a path leads to, over links. Raises Refused for one outside of the folder ``within``.

    A project may bring links along; they must not make memora edit what is not the project's.
    """
    real = os.path.realpath(path)
    if within is not None and os.path.commonpath([real, os.path.realpath(within)]) != os.path.realpath(within):
        raise Refused(f"{path} is a link that leads out of the project; it was not touched")
    return real


def read_text(path: str) -> str | None:
    """The text of the file, line ends as they are; None where there is no file. Raises Refused, Unavailable."""
    try:
        descriptor = os.open(path, _READ)
    except (FileNotFoundError, NotADirectoryError):
        if os.path.lexists(path):
            raise Refused(f"{path} is a link that leads nowhere; it was not touched") from None
        return None
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}") from None
    with open(descriptor, "rb") as file:
        entry = os.fstat(descriptor)
        if not stat.S_ISREG(entry.st_mode):
            raise Refused(f"{path} is not a regular file; it was not touched")
        if entry.st_size > LARGEST_BYTES:
            raise Refused(f"{path} is larger than {LARGEST_BYTES // 2**20} MiB; it was not touched")
        raw = file.read()
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not valid UTF-8 at byte {error.start + 1}; it was not touched") from None


def replace_text(path: str, before: str | None, after: str | None) -> None:
    """Write the file, or remove it for None, if it still says what it said before. Raises Refused, Unavailable.

    A reader finds the old text or the new one, never half of either. Folders are made as needed; its permissions stay.
    """
    try:
        if after is None:
            _require_unchanged(path, before)
            os.unlink(path)
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        replace_file(path, after.encode(), lambda _beside: _require_unchanged(path, before))
    except OSError as error:
        raise write_failure(path, error) from None


def remove_empty_folders(path: str, depth: int) -> None:
    """Remove the folders above a file that is gone, as many as memora can have made and as long as they are empty."""
    for _ in range(depth):
        path = os.path.dirname(path)
        with suppress(OSError):
            os.rmdir(path)


def _require_unchanged(path: str, before: str | None) -> None:
    if read_text(path) != before:
        raise Refused(f"{path} was changed by another program at this moment; it was not touched")
