"""The witness: number and hash of the last operation, kept outside the database.

A flipped bit in SQLite's write-ahead log silently drops every later transaction and leaves a database that
looks sound. The witness is written after each commit, so a database that ends before it has lost something.

Two fixed lines are overwritten in turn, so that a torn write spoils at most the older one.
"""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from blake3 import blake3

from memora.errors.store import DiskFull, ReadOnly, UnsafeStore

_LINE_BYTES: Final = 128
_NO_HASH: Final = "-"


class Seen(NamedTuple):
    """The last operation that was acknowledged. Number 0 with an empty hash stands for none."""

    number: int
    hash: bytes


def read_witness(path: str) -> Seen | None:
    """What the witness last saw. None where there is no witness or none of its lines can be read."""
    try:
        with open(path, "rb") as file:
            content = file.read(2 * _LINE_BYTES)
    except FileNotFoundError:
        return None
    except OSError:
        return None
    lines = (content[:_LINE_BYTES], content[_LINE_BYTES:])
    readable = [seen for seen in map(_parse_line, lines) if seen is not None]
    return max(readable, default=None)


def write_witness(path: str, seen: Seen) -> None:
    """Overwrite the older line. Raises ReadOnly, DiskFull, UnsafeStore.

    The line is not synced: a power cut may leave the witness behind the database, where it only sees less.
    """
    _write(path, (seen.number % 2) * _LINE_BYTES, _format_line(seen), sync=False)


def reset_witness(path: str, seen: Seen) -> None:
    """Make both lines say the same: for a new store, and to go on after a loss. Raises as ``write_witness``."""
    _write(path, 0, 2 * _format_line(seen), sync=True)


def _write(path: str, offset: int, content: bytes, *, sync: bool) -> None:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags, 0o666)
    except PermissionError:
        raise ReadOnly(path) from None
    except OSError as error:
        raise UnsafeStore(path, f"cannot be opened: {error.strerror}") from None
    try:
        os.lseek(descriptor, offset, os.SEEK_SET)
        os.write(descriptor, content)
        if sync:
            os.fsync(descriptor)
    except OSError as error:
        raise DiskFull(str(error.strerror)) from None
    finally:
        os.close(descriptor)


def _format_line(seen: Seen) -> bytes:
    text = f"{seen.number:020d} {seen.hash.hex() or _NO_HASH:64s}".encode()
    line = text + b" " + blake3(text).hexdigest(8).encode()
    return line.ljust(_LINE_BYTES - 1) + b"\n"


def _parse_line(line: bytes) -> Seen | None:
    text, _, check = line.rstrip().rpartition(b" ")
    if blake3(text).hexdigest(8).encode() != check:
        return None
    number, _, digest = text.decode().partition(" ")
    return Seen(int(number), b"" if digest.strip() == _NO_HASH else bytes.fromhex(digest))
