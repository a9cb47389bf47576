"""Packs come back as they went in, in bounded memory, and no byte of one can be changed without being noticed."""

from __future__ import annotations

import random
import struct
import tracemalloc
from collections.abc import Iterator

import pytest
import zstandard
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from memora.errors.remotes import DamagedRemote
from memora.model.ids import ObjectKind, hash_object
from memora.remotes import pack as packs
from memora.remotes.memory import MemoryFiles
from memora.remotes.pack import KINDS, PackWriter, read_frame, read_index, unpack
from memora.remotes.ports import Packable

NAME = "packs/aa.pack"


def packable(kind: ObjectKind, body: bytes) -> Packable:
    return Packable(hash_object(kind, body), kind, body)


def some_objects(count: int, size: int = 300, seed: int = 0) -> list[Packable]:
    source = random.Random(seed)
    return [packable(KINDS[n % 5], b"%d " % n + source.randbytes(size)) for n in range(count)]


def written(objects: list[Packable]) -> bytes:
    return b"".join(PackWriter(iter(objects)).chunks())


def read_all(content: bytes) -> list[Packable]:
    files = MemoryFiles({NAME: content})
    return [
        item
        for frame in read_index(files, NAME, len(content))
        for item in read_frame(NAME, frame, b"".join(files.read(NAME, frame.offset, frame.packed_bytes)))
    ]


objects = st.lists(st.builds(packable, st.sampled_from(KINDS), st.binary(max_size=400)), max_size=30)


@given(objects)
def test_what_goes_in_comes_out(items: list[Packable]) -> None:
    assert read_all(written(items)) == items


def test_a_large_pack_has_many_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "FRAME_BYTES", 4096)
    items = some_objects(200)
    content = written(items)
    frames = read_index(MemoryFiles({NAME: content}), NAME, len(content))
    assert len(frames) > 10
    assert [object_id for frame in frames for object_id in frame.ids] == [item.id for item in items]
    assert read_all(content) == items


def test_what_does_not_fit_goes_into_the_next_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "MOST_OBJECTS", 10)
    items = some_objects(25)
    writer, contents = PackWriter(iter(items)), []
    while not writer.is_empty:
        contents.append(b"".join(writer.chunks()))
        writer = writer.rest()
    assert [len(read_all(content)) for content in contents] == [10, 10, 5]
    assert [item for content in contents for item in read_all(content)] == items


def test_nothing_makes_no_pack() -> None:
    assert PackWriter(iter([])).is_empty


def test_every_flipped_bit_is_noticed() -> None:
    items = some_objects(4, 60)
    content = written(items)
    for place in range(len(content) * 8):
        flipped = bytearray(content)
        flipped[place // 8] ^= 1 << place % 8
        try:
            found = read_all(bytes(flipped))
        except DamagedRemote:
            continue
        # A bit that nothing depends on (the name of the format, a flag of zstd) may flip; the objects may not.
        assert found == items


def test_every_length_but_the_whole_is_refused() -> None:
    content = written(some_objects(3, 40))
    for length in range(len(content)):
        with pytest.raises(DamagedRemote):
            read_all(content[:length])


def test_bytes_of_another_kind_are_refused() -> None:
    item = packable("node", b"{}")
    with pytest.raises(DamagedRemote, match="does not hash"):
        read_all(written([Packable(item.id, "tree", item.body)]))


def forged(frame: bytes, unpacked: int, held: int, index_size: int | None = None) -> bytes:
    """A pack with one frame, and an index that says what it likes."""
    index = struct.pack(">I", 1) + struct.pack(">QIII", 14, len(frame), unpacked, held) + bytes(32 * held)
    packed = zstandard.ZstdCompressor().compress(index)
    size = len(index) if index_size is None else index_size
    footer = struct.pack(">QII32s13s", 14 + len(frame), len(packed), size, blake3(packed).digest(), b"memora-end 1\n")
    return packs.MAGIC + frame + packed + footer


def bomb(size: int) -> bytes:
    chunk = bytes(1 << 20)
    compressor = zstandard.ZstdCompressor().compressobj(size=size)
    return b"".join([*(compressor.compress(chunk) for _ in range(size >> 20)), compressor.flush()])


def test_a_frame_that_unpacks_to_gigabytes_takes_no_room() -> None:
    frame = bomb(1 << 30)
    for claimed in (64, 1 << 20):
        content = forged(frame, claimed, 1)
        tracemalloc.start()
        with pytest.raises(DamagedRemote, match=r"does not unpack to the number|longer than what it holds"):
            read_all(content)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
        tracemalloc.stop()
    with pytest.raises(DamagedRemote, match="does not fit"):
        read_all(forged(frame, 1 << 30, 1))


def test_an_index_that_unpacks_to_gigabytes_takes_no_room() -> None:
    index = bomb(1 << 30)
    for claimed in (100, (1 << 32) - 1):
        footer = struct.pack(">QII32s13s", 14, len(index), claimed, blake3(index).digest(), b"memora-end 1\n")
        with pytest.raises(DamagedRemote):
            read_all(packs.MAGIC + index + footer)


@pytest.mark.parametrize(("unpacked", "held"), [(0, 1), (7, 3), (9, 1), (5, 0)])
def test_an_index_that_lies_is_refused(unpacked: int, held: int) -> None:
    record = struct.pack(">BI", 0, 2) + b"{}"
    with pytest.raises(DamagedRemote):
        read_all(forged(zstandard.ZstdCompressor().compress(record), unpacked, held))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_pack_are_refused(content: bytes) -> None:
    with pytest.raises(DamagedRemote):
        read_all(content)
    with pytest.raises(DamagedRemote):
        unpack(NAME, content, 10)


def test_packing_goes_on_as_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "FRAME_BYTES", 4096)
    taken = 0

    def source() -> Iterator[Packable]:
        nonlocal taken
        for item in some_objects(100, 1000):
            taken += 1
            yield item

    chunks = PackWriter(source()).chunks()
    next(chunks), next(chunks)
    assert taken < 10
