"""A file as git keeps it: a commit without a parent, and in its tree the parts of the file in order.

A commit, not a blob, for four reasons. It holds a random number, so that whoever finds it behind a reference knows that
he put it there himself, though another may have written the same bytes at the same moment. Its parts keep git from
holding large files in memory, and stay below the size of one file that hosts allow. Hosts run hooks over what is pushed
that expect commits. And git before 2.38 reads every blob that a reference names whole, at every push.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, Literal, NamedTuple

ObjectFormat = Literal["sha1", "sha256"]

PART_BYTES: Final = 16 * 1024 * 1024
# So many parts are 64 GiB. Their names are as long, so that their order in a tree is that of their numbers.
MOST_PARTS: Final = 4096
# The time is 1970 in UTC: when something was shared, and by whom, stands in what is shared.
_WHO: Final = "memora <memora@localhost> 0 +0000"


class KeptFile(NamedTuple):
    """A file that was written as objects of git: the commit it is in, and how many bytes it has."""

    commit: str
    size_bytes: int


@contextmanager
def keep_file(objects: str, chunks: Iterable[bytes], algorithm: ObjectFormat) -> Iterator[KeptFile]:
    """Write a file as loose objects into git's folder ``objects``. They are removed again in the end."""
    written: list[str] = []
    size = 0
    entries = []
    try:
        for number, part in enumerate(_parts(chunks)):
            size += len(part)
            digest = _write(objects, "blob", part, algorithm, written)
            entries.append(b"100644 %s\0%s" % (part_name(number).encode(), bytes.fromhex(digest)))
        tree = _write(objects, "tree", b"".join(entries), algorithm, written)
        message = f"tree {tree}\nauthor {_WHO}\ncommitter {_WHO}\n\nA file of memora {secrets.token_hex(16)}\n"
        yield KeptFile(_write(objects, "commit", message.encode(), algorithm, written), size)
    finally:
        for path in written:
            with suppress(OSError):
                os.unlink(path)


def part_name(number: int) -> str:
    """What the part of a file is called in its tree."""
    return f"{number:04}"


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes in parts of one size; an empty one where there are none."""
    held = bytearray()
    several = False
    for chunk in chunks:
        held += chunk
        while len(held) >= PART_BYTES:
            yield bytes(held[:PART_BYTES])
            del held[:PART_BYTES]
            several = True
    if held or not several:
        yield bytes(held)


def _write(objects: str, kind: str, body: bytes, algorithm: ObjectFormat, written: list[str]) -> str:
    header = b"%s %d\0" % (kind.encode(), len(body))
    digest = hashlib.new(algorithm, header, usedforsecurity=False)
    digest.update(body)
    name = digest.hexdigest()
    folder = os.path.join(objects, name[:2])
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name[2:])
    written.append(path)
    packing = zlib.compressobj(0)  # what is shared is packed already
    with open(path, "wb") as file:
        file.write(packing.compress(header))
        file.write(packing.compress(body))
        file.write(packing.flush())
    return name
