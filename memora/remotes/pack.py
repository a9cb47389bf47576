"""A pack: many objects in zstd frames, and an index of them at the end (SPEC.md, "Packs").

Written in one pass and read in bounded memory, whole or a frame at a time. Nothing that a pack says of its sizes is
believed: what unpacks to more than the index says, or the index to more than a pack may hold, is refused before it
takes room.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import Final, NamedTuple

import zstandard
from blake3 import blake3

from memora.errors.remotes import DamagedRemote
from memora.model.ids import OBJECT_ID_BYTES, ObjectId, ObjectKind, hash_object
from memora.remotes.ports import FileReader, Packable

KINDS: Final[tuple[ObjectKind, ...]] = ("node", "tree", "commit", "tag", "session")
_CODES: Final = {kind: code for code, kind in enumerate(KINDS)}

MAGIC: Final = b"memora-pack 1\n"
_END: Final = b"memora-end 1\n"
_RECORD: Final = struct.Struct(">BI")  # kind, bytes of the body
_FRAME: Final = struct.Struct(">QIII")  # offset, packed bytes, unpacked bytes, objects
_COUNT: Final = struct.Struct(">I")
_FOOTER: Final = struct.Struct(f">QII32s{len(_END)}s")  # offset, packed and unpacked bytes of the index, its digest

FRAME_BYTES: Final = 1024 * 1024  # a frame is closed once it holds so many
LARGEST_OBJECT_BYTES: Final = 16 * 1024 * 1024
LARGEST_FRAME_BYTES: Final = FRAME_BYTES + _RECORD.size + LARGEST_OBJECT_BYTES
MOST_OBJECTS: Final = 1_000_000
MOST_BYTES: Final = 512 * 1024 * 1024  # unpacked, when written
_MOST_BYTES_READ: Final = 2 * MOST_BYTES
_LARGEST_INDEX_BYTES: Final = MOST_OBJECTS * OBJECT_ID_BYTES + 1024 * 1024
_WINDOW_BYTES: Final = 32 * 1024 * 1024
_GROWTH_BYTES: Final = 4096  # and a 128th: what packing may add to what cannot be packed, generously
_LEVEL: Final = 6


class Frame(NamedTuple):
    """Where a frame lies in its pack, and the objects in it, in order."""

    offset: int
    packed_bytes: int
    unpacked_bytes: int
    ids: tuple[ObjectId, ...]


class PackWriter:
    """Packs objects until there are no more, or as many as one pack may hold. Use ``chunks`` once."""

    def __init__(self, objects: Iterator[Packable]) -> None:
        self._objects = objects
        self._first: Packable | None = next(objects, None)
        self._frames: list[bytes] = []
        self.ids: list[ObjectId] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to pack."""
        return self._first is None and not self.ids

    def rest(self) -> PackWriter:
        """A writer for what did not fit."""
        return PackWriter(self._objects)

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the pack."""
        compressor = zstandard.ZstdCompressor(level=_LEVEL)
        yield MAGIC
        offset, unpacked_bytes = len(MAGIC), 0
        for frame, count in self._split():
            packed = compressor.compress(frame)
            self._frames.append(_FRAME.pack(offset, len(packed), len(frame), count))
            yield packed
            offset += len(packed)
            unpacked_bytes += len(frame)
        index = b"".join([_COUNT.pack(len(self._frames)), *self._frames, *self.ids])
        packed = compressor.compress(index)
        yield packed
        yield _FOOTER.pack(offset, len(packed), len(index), blake3(packed).digest(), _END)

    def _split(self) -> Iterator[tuple[bytes, int]]:
        """The records of one frame after the other, and how many there are."""
        if self._first is None:
            return
        records, size, count, whole = [], 0, 0, 0
        for item in chain([self._first], self._objects):
            records += [_RECORD.pack(_CODES[item.kind], len(item.body)), item.body]
            size += _RECORD.size + len(item.body)
            count += 1
            self.ids.append(item.id)
            if size >= FRAME_BYTES:
                yield b"".join(records), count
                whole += size
                records, size, count = [], 0, 0
            if len(self.ids) >= MOST_OBJECTS or whole >= MOST_BYTES:
                break
        if count:
            yield b"".join(records), count
        self._first = None


def read_index(files: FileReader, name: str, size_bytes: int) -> list[Frame]:
    """The frames of a pack of so many bytes. Reads only its end. Raises DamagedRemote, RemoteFileMissing."""
    start = size_bytes - _FOOTER.size
    footer = b"".join(files.read(name, start, _FOOTER.size)) if start >= len(MAGIC) else b""
    if len(footer) != _FOOTER.size:
        raise DamagedRemote(name, "it is cut short")
    offset, packed_bytes, unpacked_bytes, digest, end = _FOOTER.unpack(footer)
    if end != _END or offset + packed_bytes != start or unpacked_bytes > _LARGEST_INDEX_BYTES:
        raise DamagedRemote(name, "its end is not that of a pack")
    if packed_bytes > _most_packed(unpacked_bytes):
        raise DamagedRemote(name, "its index is longer than what it holds")
    packed = b"".join(files.read(name, offset, packed_bytes))
    if blake3(packed).digest() != digest:
        raise DamagedRemote(name, "its index is not what was written")
    return _parse_index(name, unpack(name, packed, unpacked_bytes), offset)


def read_frame(name: str, frame: Frame, packed: bytes) -> Iterator[Packable]:
    """The objects in a frame, each verified against its id. Raises DamagedRemote."""
    body = unpack(name, packed, frame.unpacked_bytes)
    at = 0
    for object_id in frame.ids:
        if at + _RECORD.size > len(body):
            raise DamagedRemote(name, "a frame has fewer objects than the index says")
        code, length = _RECORD.unpack_from(body, at)
        at += _RECORD.size
        if code >= len(KINDS) or length > LARGEST_OBJECT_BYTES or at + length > len(body):
            raise DamagedRemote(name, "an object in it is of no kind, or longer than its frame")
        kind, content = KINDS[code], body[at : at + length]
        if hash_object(kind, content) != object_id:
            raise DamagedRemote(name, f"{kind} object {object_id.hex()[:12]} in it does not hash to its id")
        yield Packable(object_id, kind, content)
        at += length
    if at != len(body):
        raise DamagedRemote(name, "a frame has more objects than the index says")


def unpack(name: str, packed: bytes, unpacked_bytes: int) -> bytes:
    """The content of a zstd frame that holds exactly so many bytes; no more than that is ever unpacked."""
    body = _unpack_some(name, packed, unpacked_bytes + 1)
    if len(body) != unpacked_bytes:
        raise DamagedRemote(name, "it does not unpack to the number of bytes that it should")
    return body


def pack_small(body: bytes) -> bytes:
    """A small file of a remote as it is stored: one zstd frame, with the checksum that tells of a bit that flipped."""
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(body)


def unpack_small(name: str, packed: bytes, most_bytes: int) -> bytes:
    """The content of a small file, which may have so many bytes at most. Raises DamagedRemote."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
    try:
        # Unlike a stream, which is content with a frame whose end, and its checksum with it, is cut off.
        if zstandard.frame_content_size(packed) <= most_bytes:
            return decompressor.decompress(packed, max_output_size=most_bytes, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise DamagedRemote(name, f"it cannot be unpacked ({error})") from None
    raise DamagedRemote(name, f"it unpacks to more than {most_bytes} bytes")


def _unpack_some(name: str, packed: bytes, most_bytes: int) -> bytes:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
    try:
        with decompressor.stream_reader(BytesIO(packed)) as reader:
            return reader.read(most_bytes)
    except zstandard.ZstdError as error:
        raise DamagedRemote(name, f"it cannot be unpacked ({error})") from None


def _most_packed(unpacked_bytes: int) -> int:
    """How many bytes can come of packing so many. Nobody fetches more than that for them."""
    return unpacked_bytes + unpacked_bytes // 128 + _GROWTH_BYTES


def _parse_index(name: str, index: bytes, end: int) -> list[Frame]:
    """The frames in an index, which must follow each other from the beginning of the pack to its index."""
    count = _COUNT.unpack_from(index)[0] if len(index) >= _COUNT.size else -1
    at = _COUNT.size + count * _FRAME.size
    if count < 0 or at > len(index):
        raise DamagedRemote(name, "its index is cut short")
    frames, expected, total, objects = [], len(MAGIC), 0, 0
    for number in range(count):
        offset, packed_bytes, unpacked_bytes, held = _FRAME.unpack_from(index, _COUNT.size + number * _FRAME.size)
        size = held * OBJECT_ID_BYTES
        total += unpacked_bytes
        objects += held
        if offset != expected or not 0 < unpacked_bytes <= LARGEST_FRAME_BYTES or at + size > len(index):
            raise DamagedRemote(name, "its index does not fit it")
        if packed_bytes > _most_packed(unpacked_bytes):
            raise DamagedRemote(name, "a frame is longer than what it holds")
        if total > _MOST_BYTES_READ or objects > MOST_OBJECTS:
            raise DamagedRemote(name, "it says that it holds more than a pack may")
        ids = tuple(ObjectId(index[place : place + OBJECT_ID_BYTES]) for place in range(at, at + size, OBJECT_ID_BYTES))
        frames.append(Frame(offset, packed_bytes, unpacked_bytes, ids))
        expected, at = offset + packed_bytes, at + size
    if at != len(index) or expected != end:
        raise DamagedRemote(name, "its index does not fit it")
    return frames
