"""A file as git keeps it: a commit without a parent, and in its tree the parts of the file in order.

A commit, not a blob, for four reasons. It holds a random number, so that whoever finds it behind a reference knows that
he put it there himself, though another may have written the same bytes at the same moment. Its parts stay below the
size of one file that hosts allow. Hosts run hooks over what is pushed that expect commits. And git before 2.38 reads
every blob that a reference names whole, at every push.

A file has one part, or more than a hundred. Of a hundred objects and more a host keeps the pack as it came; fewer it
unpacks, and then tries for every fetch what large ones among them have in common: 160 seconds for 300 MB in parts of 16
MB, and nothing is found, because what is shared is packed already.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import Final, Literal, NamedTuple

from memora.remotes.ports import CHUNK_BYTES

ObjectFormat = Literal["sha1", "sha256"]

WHOLE_BYTES: Final = 64 * 1024 * 1024
PART_BYTES: Final = 512 * 1024
# So many parts are 4 GiB. Their names are as long, so that their order in a tree is that of their numbers.
MOST_PARTS: Final = 8192
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
        for number, (part_bytes, part) in enumerate(_parts(objects, chunks)):
            size += part_bytes
            blob = _write(objects, "blob", part_bytes, part, algorithm, written)
            entries.append(b"100644 %s\0%s" % (part_name(number).encode(), bytes.fromhex(blob)))
        tree = _write_whole(objects, "tree", b"".join(entries), algorithm, written)
        message = f"tree {tree}\nauthor {_WHO}\ncommitter {_WHO}\n\nA file of memora {secrets.token_hex(16)}\n"
        yield KeptFile(_write_whole(objects, "commit", message.encode(), algorithm, written), size)
    finally:
        for path in written:
            with suppress(OSError):
                os.unlink(path)


def part_name(number: int) -> str:
    """What the part of a file is called in its tree."""
    return f"{number:04}"


def _parts(folder: str, chunks: Iterable[bytes]) -> Iterator[tuple[int, Iterable[bytes]]]:
    """How many bytes each part has, and these.

    An object of git begins with its size, so what may become a large one waits on the disk until it has come.
    """
    source = iter(chunks)
    with SpooledTemporaryFile(CHUNK_BYTES, dir=folder) as held:
        while held.tell() <= WHOLE_BYTES:
            chunk = next(source, None)
            if chunk is None:
                size = held.tell()
                held.seek(0)
                yield size, iter(partial(held.read, CHUNK_BYTES), b"")
                return
            held.write(chunk)
        held.seek(0)
        for part in _evenly(chain(iter(partial(held.read, CHUNK_BYTES), b""), source)):
            yield len(part), [part]


def _evenly(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Bytes in parts of one size, but for the last."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= PART_BYTES:
            yield bytes(held[:PART_BYTES])
            del held[:PART_BYTES]
    if held:
        yield bytes(held)


def _write_whole(objects: str, kind: str, body: bytes, algorithm: ObjectFormat, written: list[str]) -> str:
    return _write(objects, kind, len(body), [body], algorithm, written)


def _write(
    objects: str, kind: str, size: int, body: Iterable[bytes], algorithm: ObjectFormat, written: list[str]
) -> str:
    """Write an object as git keeps a loose one; its name."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    packing = zlib.compressobj(0)  # what is shared is packed already
    temporary = os.path.join(objects, "being-written")
    with open(temporary, "wb") as file:
        for chunk in chain([f"{kind} {size}\0".encode()], body):
            digest.update(chunk)
            file.write(packing.compress(chunk))
        file.write(packing.flush())
    name = digest.hexdigest()
    path = os.path.join(objects, name[:2], name[2:])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.replace(temporary, path)
    written.append(path)
    return name
