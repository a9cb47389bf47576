"""A bundle comes back as it went in, and one that is not what was written, or lies, is refused."""

from __future__ import annotations

import os
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from blake3 import blake3
from test_packs import bomb, forged, packable, some_objects

from memora.errors import AlreadyExists, BadInput, MemoraError, NotFound
from memora.errors.remotes import DamagedBundle, NewerBundle, NotABundle
from memora.model import canonical
from memora.model.ids import CommitId, ObjectId
from memora.remotes import pack as packs
from memora.remotes.bundle import END, MAGIC, BundleHeader, bundle_chunks, encode_header, open_bundle
from memora.remotes.new_file import write_new_file
from memora.remotes.pack import PackWriter
from memora.remotes.ports import Packable

HEADER = BundleHeader(
    {"refs/heads/main": ObjectId(b"m" * 32), "refs/tags/v1": ObjectId(b"t" * 32)},
    (CommitId(ObjectId(b"p" * 32)),),
    "main",
    "ada",
    1_800_000_000_000_000,
    "codex",
    "Read **this**",
)


def bundled(items: list[Packable], header: BundleHeader = HEADER) -> bytes:
    return b"".join(bundle_chunks(header, PackWriter(iter(items))))


def sealed(body: bytes) -> bytes:
    """Some bytes with the digest that makes a bundle of them."""
    return body + blake3(body).digest() + END


def laid_out(header: bytes, *parts: bytes, sizes: list[int] | None = None, length: int | None = None) -> bytes:
    """A bundle with a header and packs of any bytes, which says what it likes of their sizes."""
    said = [len(part) for part in parts] if sizes is None else sizes
    start = MAGIC + struct.pack(">I", len(header) if length is None else length) + header + b"".join(parts)
    return sealed(start + b"".join(struct.pack(">Q", size) for size in said) + struct.pack(">I", len(said)))


def read(directory: Path, content: bytes) -> tuple[BundleHeader, list[Packable]]:
    path = directory / "x.bundle"
    path.write_bytes(content)
    with open_bundle(str(path)) as bundle:
        return bundle.header, list(bundle.objects())


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    items = some_objects(50)
    assert read(tmp_path, bundled(items)) == (HEADER, items)


def test_a_header_says_no_more_than_it_has_to(tmp_path: Path) -> None:
    header = BundleHeader({"refs/heads/main": ObjectId(b"m" * 32)}, (), None, "ada", 1)
    content = bundled(some_objects(1), header)
    assert b'{"at":1,"author":"ada","format":1,"refs":[{"name":"refs/heads/main","target":"6d' in content
    assert read(tmp_path, content)[0] == header


def test_much_goes_into_several_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "MOST_OBJECTS", 10)
    items = some_objects(25)
    content = bundled(items)
    assert content[-len(END) - 36 : -len(END) - 32] == struct.pack(">I", 3)
    assert read(tmp_path, content)[1] == items


def test_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    content = bundled(some_objects(2, 40))
    path = tmp_path / "x.bundle"
    path.write_bytes(content)
    with open(path, "r+b", buffering=0) as file:
        for place, byte in enumerate(content):
            for bit in range(8):
                file.seek(place)
                file.write(bytes([byte ^ 1 << bit]))
                with pytest.raises((DamagedBundle, NewerBundle, NotABundle)), open_bundle(str(path)):
                    pass
            file.seek(place)
            file.write(bytes([byte]))
    assert path.read_bytes() == content


def test_every_length_but_the_whole_is_refused(tmp_path: Path) -> None:
    content = bundled(some_objects(2, 40))
    for length in range(len(content)):
        with pytest.raises((DamagedBundle, NotABundle)):
            read(tmp_path, content[:length])
    with pytest.raises(DamagedBundle, match="something stands behind its end"):
        read(tmp_path, content + b"\n")


def test_a_bundle_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NewerBundle, match="has format 2, this memora knows bundles up to format 1"):
        read(tmp_path, b"memora-bundle 2\n" + bytes(100))


def header_with(**fields: Any) -> bytes:
    body = canonical.decode(encode_header(HEADER)) | fields
    return canonical.encode_checked({name: value for name, value in body.items() if value is not None})


def ref(name: str) -> dict[str, str]:
    return {"name": name, "target": "00" * 32}


@pytest.mark.parametrize(
    "header",
    [
        header_with(refs=[ref("refs/heads/../x")]),
        header_with(refs=[ref("refs/merge/default")]),
        header_with(refs=[ref("refs/heads/a"), ref("refs/heads/A")]),
        header_with(refs=[ref("refs/heads/a"), ref("refs/heads/a")]),
        header_with(refs=[ref("refs/heads/\u202ex")]),
        header_with(refs=[{**ref("refs/heads/a"), "more": 1}]),
        header_with(refs=[{"name": "refs/heads/a", "target": "00"}]),
        header_with(refs=[]),
        header_with(refs=None),
        header_with(refs={"refs/heads/a": "00" * 32}),
        header_with(refs=[7]),
        header_with(format=2),
        header_with(format=None),
        header_with(unknown=1),
        header_with(prerequisites=[]),
        header_with(prerequisites=["zz"]),
        header_with(head="../x"),
        header_with(head=7),
        header_with(author="a\nb"),
        header_with(author=None),
        header_with(at=-(10**18)),
        header_with(at="now"),
        header_with(to="a b/../c"),
        header_with(note="hidden \u202e text"),
        header_with(note="x" * 70_000),
        header_with(note=""),
        b'{"at": 1}',
        b"[]",
        b"{}",
        b"",
        b"\xff",
        b"[" * 5000,
    ],
)
def test_a_header_that_says_what_none_may_is_refused(tmp_path: Path, header: bytes) -> None:
    with pytest.raises(DamagedBundle, match="its header h"):
        read(tmp_path, laid_out(header))


GOOD = encode_header(HEADER)
PACK = b"".join(PackWriter(iter(some_objects(3))).chunks())


@pytest.mark.parametrize(
    "content",
    [
        laid_out(GOOD, PACK, length=1 << 31),
        laid_out(GOOD, PACK, length=len(GOOD) + len(PACK) + 100),
        laid_out(GOOD, PACK, sizes=[len(PACK) - 1]),
        laid_out(GOOD, PACK, sizes=[len(PACK), 1]),
        laid_out(GOOD, PACK, sizes=[(1 << 64) - 1, len(PACK) + 1]),
        laid_out(GOOD, PACK, sizes=[]),
        sealed(MAGIC + struct.pack(">I", len(GOOD)) + GOOD + struct.pack(">I", (1 << 32) - 1)),
        sealed(MAGIC),
        sealed(MAGIC + struct.pack(">I", 0)),
    ],
)
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DamagedBundle, match=r"do not fit|its header"):
        read(tmp_path, content)


def test_a_pack_that_is_none_is_refused(tmp_path: Path) -> None:
    for pack in (b"", b"x", PACK[:-1], PACK + b"x", bytes(len(PACK))):
        with pytest.raises(DamagedBundle, match="in pack 1, it"):
            read(tmp_path, laid_out(GOOD, pack))


def test_an_object_that_does_not_hash_to_its_id_is_refused(tmp_path: Path) -> None:
    item = packable("node", b"{}")
    with pytest.raises(DamagedBundle, match="does not hash"):
        read(tmp_path, bundled([Packable(item.id, "tree", item.body)]))


def test_what_unpacks_to_gigabytes_takes_no_room(tmp_path: Path) -> None:
    content = laid_out(GOOD, forged(bomb(1 << 30), 1 << 20, 1))
    tracemalloc.start()
    with pytest.raises(DamagedBundle, match="does not unpack to the number"):
        read(tmp_path, content)
    assert tracemalloc.get_traced_memory()[1] < 32 << 20
    tracemalloc.stop()


def make_pipe(path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    os.mkfifo(path)


def test_what_is_no_file_is_no_bundle(tmp_path: Path) -> None:
    make_pipe(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(NotABundle), open_bundle(str(path)):
            pass
    with pytest.raises(NotFound), open_bundle(str(tmp_path / "gone")):
        pass


def test_other_files_are_no_bundles(tmp_path: Path) -> None:
    for content in (b"", b"# v2 git bundle\n", PACK, zstandard.ZstdCompressor().compress(b"x"), bytes(1000)):
        with pytest.raises(NotABundle):
            read(tmp_path, content)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x"
    assert write_new_file(str(path), [b"one", b"two"], replace=False) == 6
    assert path.read_bytes() == b"onetwo"
    with pytest.raises(AlreadyExists):
        write_new_file(str(path), [b"three"], replace=False)

    def broken() -> Any:
        yield b"some"
        raise RuntimeError("the source failed")

    with pytest.raises(RuntimeError):
        write_new_file(str(path), broken(), replace=True)
    assert path.read_bytes() == b"onetwo"
    assert write_new_file(str(path), [b"three"], replace=True) == 5
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


def link(path: Path) -> None:
    (path.parent / "elsewhere").write_text("mine")
    path.symlink_to(path.parent / "elsewhere")


@pytest.mark.parametrize("make", [link, os.mkdir, make_pipe], ids=["link", "folder", "pipe"])
@pytest.mark.parametrize("replace", [False, True])
def test_nothing_but_a_file_is_written_over(tmp_path: Path, make: Callable[[Path], None], replace: bool) -> None:
    make(tmp_path / "x")
    with pytest.raises(BadInput, match="is no regular file"):
        write_new_file(str(tmp_path / "x"), [b"bytes"], replace=replace)
    assert not (tmp_path / "elsewhere").exists() or (tmp_path / "elsewhere").read_text() == "mine"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MemoraError, match="gone"):
        write_new_file(str(tmp_path / "gone" / "x"), [b"bytes"], replace=False)
