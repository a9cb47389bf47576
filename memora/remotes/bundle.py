"""A bundle: memory in one file, for mail and air gaps (SPEC.md, "Bundles").

A header that says what is in it, packs as a remote has them, and at the end a digest over everything. A bundle is read
from its end and from its beginning, so it is a file that can be read anywhere; it is written in one pass.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from typing import Any, Final, NamedTuple

from blake3 import blake3

from memora.errors import BadInput, BadName, NotFound, Unavailable
from memora.errors.remotes import DamagedBundle, DamagedRemote, NewerBundle, NotABundle
from memora.model import canonical, fields
from memora.model.ids import CommitId, ObjectId
from memora.model.names import clean_author, clean_ref_name, fold_name
from memora.model.text import clean_content
from memora.remotes.manifest import clean_shared_ref
from memora.remotes.pack import Frame, PackWriter, read_frame, read_index
from memora.remotes.ports import CHUNK_BYTES, Packable

FORMAT: Final = 1
MAGIC: Final = b"memora-bundle 1\n"
END: Final = b"memora-bundle-end 1\n"
LARGEST_HEADER_BYTES: Final = 16 * 1024 * 1024

_MAGIC: Final = re.compile(rb"memora-bundle ([1-9][0-9]{0,8})\n")
_LENGTH: Final = struct.Struct(">I")
_PACK: Final = struct.Struct(">Q")
_TAIL: Final = struct.Struct(f">I32s{len(END)}s")  # packs, digest of all before it, the end
_FIELDS: Final = frozenset({"format", "refs", "prerequisites", "head", "author", "at", "to", "note"})
_REF_FIELDS: Final = frozenset({"name", "target"})


class BundleHeader(NamedTuple):
    """What a bundle brings: references by full name, and the commits that must be there already.

    ``head`` is the branch that it is about, if it is about one. ``author`` made it ``at`` a time, perhaps ``to``
    somebody, with a note in Markdown.
    """

    refs: dict[str, ObjectId]
    prerequisites: tuple[CommitId, ...]
    head: str | None
    author: str
    at: int
    to: str | None = None
    note: str | None = None


def bundle_chunks(header: BundleHeader, writer: PackWriter) -> Iterator[bytes]:
    """The bytes of a bundle with everything that a writer has."""
    hasher = blake3()
    sizes: list[int] = []
    for chunk in _body(header, writer, sizes):
        hasher.update(chunk)
        yield chunk
    yield hasher.digest() + END


def _body(header: BundleHeader, writer: PackWriter, sizes: list[int]) -> Iterator[bytes]:
    encoded = encode_header(header)
    if len(encoded) > LARGEST_HEADER_BYTES:
        raise BadInput("bundle", "names more than one bundle can")
    yield MAGIC + _LENGTH.pack(len(encoded)) + encoded
    while not writer.is_empty:
        sizes.append(0)
        for chunk in writer.chunks():
            sizes[-1] += len(chunk)
            yield chunk
        writer = writer.rest()
    yield b"".join(map(_PACK.pack, sizes)) + _LENGTH.pack(len(sizes))


def encode_header(header: BundleHeader) -> bytes:
    """The bytes of a header. Raises BadInput for a note or name that cannot be written."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "refs": [{"name": name, "target": target.hex()} for name, target in sorted(header.refs.items())],
        "author": header.author,
        "at": header.at,
    }
    if header.prerequisites:
        body["prerequisites"] = [commit.hex() for commit in sorted(header.prerequisites)]
    body |= {name: getattr(header, name) for name in ("head", "to", "note") if getattr(header, name) is not None}
    return canonical.encode(body)


def decode_header(encoded: bytes) -> BundleHeader:
    """The header in some bytes. Raises BadInput, BadName, ValueError, TypeError, KeyError."""
    body = canonical.decode(encoded)
    fields.require_known(body, _FIELDS)
    if body["format"] != FORMAT:
        raise ValueError(f"the format {body['format']!r:.20}")
    refs = {}
    for item in fields.items(body["refs"]):
        fields.require_known(item, _REF_FIELDS)
        refs[clean_shared_ref(fields.text(item["name"]))] = fields.object_id(item["target"])
    if len({fold_name(name) for name in refs}) != len(body["refs"]):
        raise ValueError("two names that differ only by case or Unicode form")
    return BundleHeader(
        refs,
        tuple(
            CommitId(fields.object_id(item))
            for item in (fields.items(body["prerequisites"]) if "prerequisites" in body else ())
        ),
        clean_ref_name("branch", fields.text(body["head"])) if "head" in body else None,
        clean_author(fields.text(body["author"])),
        fields.moment(body["at"]),
        clean_ref_name("agent", fields.text(body["to"])) if "to" in body else None,
        clean_content(fields.text(body["note"])) if "note" in body else None,
    )


class Bundle:
    """A bundle that is open. All of its bytes are those that were written: their digest was checked."""

    def __init__(
        self, path: str, file: FileIO, size_bytes: int, header: BundleHeader, packs: list[tuple[int, int]]
    ) -> None:
        self._path, self._file, self._packs = path, file, packs
        self.size_bytes = size_bytes
        self.header = header

    def count(self) -> int:
        """How many objects it says that it has. Raises DamagedBundle."""
        return sum(len(frame.ids) for number in range(len(self._packs)) for frame in self._frames(number)[1])

    def objects(self) -> Iterator[Packable]:
        """Every object, each verified against its id. Raises DamagedBundle."""
        for number in range(len(self._packs)):
            part, frames = self._frames(number)
            with self._failures(number):
                for frame in frames:
                    packed = b"".join(part.read(_name(number), frame.offset, frame.packed_bytes))
                    yield from read_frame(_name(number), frame, packed)

    def _frames(self, number: int) -> tuple[_Part, list[Frame]]:
        start, size = self._packs[number]
        part = _Part(self._file, start)
        with self._failures(number):
            return part, read_index(part, _name(number), size)

    @contextmanager
    def _failures(self, number: int) -> Iterator[None]:
        try:
            yield
        except DamagedRemote as error:
            raise DamagedBundle(self._path, f"in {_name(number)}, {error.problem}") from None


def _name(number: int) -> str:
    """What errors call a pack of a bundle."""
    return f"pack {number + 1}"


class _Part:
    """A part of a file, read as if it were a file of its own."""

    def __init__(self, file: FileIO, start: int) -> None:
        self._file, self._start = file, start

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """So many bytes from an offset on, fewer where the file ends."""
        at, rest = self._start + start, length or 0
        while rest:
            self._file.seek(at)
            chunk = self._file.read(min(rest, CHUNK_BYTES))
            if not chunk:
                return
            yield chunk
            at, rest = at + len(chunk), rest - len(chunk)


@contextmanager
def open_bundle(path: str) -> Iterator[Bundle]:
    """Open a bundle and read all of it once. Raises NotFound, NotABundle, NewerBundle, DamagedBundle, Unavailable."""
    try:
        # Whoever opens a pipe would wait for somebody to write into it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            raise NotFound("file", path) from None
        raise Unavailable(f"{path} cannot be read: {error.strerror}") from None
    try:
        entry = os.fstat(descriptor)
        if not stat.S_ISREG(entry.st_mode):
            raise NotABundle(path)
    except BaseException:
        os.close(descriptor)
        raise
    with FileIO(descriptor) as file:
        try:
            bundle = _open(path, file, entry.st_size)
        except OSError as error:
            raise Unavailable(f"{path} cannot be read: {error.strerror}") from None
        yield bundle


def _open(path: str, file: FileIO, size_bytes: int) -> Bundle:
    whole = _Part(file, 0)
    start = b"".join(whole.read(path, 0, len(MAGIC) + _LENGTH.size))
    magic = _MAGIC.match(start)
    if magic is None:
        raise NotABundle(path)
    if int(magic[1]) != FORMAT:
        raise NewerBundle(path, int(magic[1]), FORMAT)
    tail = b"".join(whole.read(path, size_bytes - _TAIL.size, _TAIL.size)) if size_bytes > _TAIL.size else b""
    if len(tail) != _TAIL.size or not tail.endswith(END):
        raise DamagedBundle(path, "it is cut short, or something stands behind its end")
    count, digest, _ = _TAIL.unpack(tail)
    hasher = blake3()
    for chunk in whole.read(path, 0, size_bytes - len(END) - len(digest)):
        hasher.update(chunk)
    if hasher.digest() != digest:
        raise DamagedBundle(path, "its bytes are not those that were written")
    length = _LENGTH.unpack_from(start, len(MAGIC))[0] if len(start) == len(MAGIC) + _LENGTH.size else -1
    first, table = len(start) + length, size_bytes - _TAIL.size - _PACK.size * count
    if not 0 <= length <= LARGEST_HEADER_BYTES or not first <= table:
        raise DamagedBundle(path, "its parts do not fit into it")
    return Bundle(
        path, file, size_bytes, _header(path, whole, len(start), length), _packs(path, whole, first, table, count)
    )


def _header(path: str, whole: _Part, start: int, length: int) -> BundleHeader:
    try:
        return decode_header(b"".join(whole.read(path, start, length)))
    except KeyError as error:
        raise DamagedBundle(path, f"its header has no {error}") from None
    except (BadInput, BadName, ValueError, TypeError, AttributeError) as error:
        raise DamagedBundle(path, f"its header holds {error}") from None


def _packs(path: str, whole: _Part, first: int, table: int, count: int) -> list[tuple[int, int]]:
    """Where each pack begins and how many bytes it has; they fill all that is between the header and the table."""
    sizes = [size for (size,) in _PACK.iter_unpack(b"".join(whole.read(path, table, _PACK.size * count)))]
    packs, at = [], first
    for size in sizes:
        packs.append((at, size))
        at += size
    if at != table:
        raise DamagedBundle(path, "its packs do not fit into it")
    return packs
