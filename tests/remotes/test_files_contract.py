"""What every place that keeps the files of a remote does, whatever it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from remote_places import PLACES, Opener

from memora.errors.remotes import RemoteFileMissing
from memora.remotes.ports import CHUNK_BYTES, RemoteFile, RemoteFiles

MANIFEST = "manifests/0000000000000001"


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    return PLACES[request.param](tmp_path)


@pytest.fixture
def files(place: Opener) -> Iterator[RemoteFiles]:
    opened = place()
    yield opened
    opened.close()


def read(files: RemoteFiles, name: str, start: int = 0, length: int | None = None) -> bytes:
    return b"".join(files.read(name, start, length))


def listed(files: RemoteFiles, folder: str) -> list[RemoteFile]:
    """What a place lists, with the sizes of files where it does not say them itself."""
    return [
        file if file.size_bytes is not None else RemoteFile(file.name, len(read(files, file.name)))
        for file in files.list(folder)
    ]


def test_a_new_place_holds_nothing(files: RemoteFiles) -> None:
    assert list(files.list("manifests/")) == []
    with pytest.raises(RemoteFileMissing, match="format"):
        read(files, "format")


def test_what_is_created_is_read_by_everybody(files: RemoteFiles, place: Opener) -> None:
    assert files.create(MANIFEST, b"one")
    assert read(files, MANIFEST) == b"one"
    assert read(place(), MANIFEST) == b"one"
    assert listed(place(), "manifests/") == [RemoteFile(MANIFEST, 3)]


def test_a_name_is_taken_once(files: RemoteFiles, place: Opener) -> None:
    assert files.create("format", b"first")
    assert not files.create("format", b"second")
    assert not place().create("format", b"second")
    assert read(files, "format") == b"first"


def test_the_same_bytes_are_not_created_twice_either(files: RemoteFiles) -> None:
    assert files.create("format", b"")
    assert not files.create("format", b"")


def test_of_many_at_once_one_creates(place: Opener) -> None:
    places = [place() for _ in range(8)]
    for generation in range(3):
        name = f"manifests/{generation:016}"
        with ThreadPoolExecutor(len(places)) as pool:
            made = list(pool.map(lambda one, name=name: one[1].create(name, b"%d" % one[0]), enumerate(places)))
        assert sum(made) == 1
        assert read(places[0], name) == b"%d" % made.index(True)


def test_an_upload_is_there_whole(files: RemoteFiles, place: Opener) -> None:
    chunks = [bytes([digit]) * CHUNK_BYTES for digit in range(3)] + [b"end"]
    assert files.upload("packs/aa.pack", iter(chunks)) == 3 * CHUNK_BYTES + 3
    assert read(place(), "packs/aa.pack") == b"".join(chunks)
    assert listed(files, "packs/") == [RemoteFile("packs/aa.pack", 3 * CHUNK_BYTES + 3)]


def test_an_upload_of_nothing_is_an_empty_file(files: RemoteFiles) -> None:
    assert files.upload("packs/aa.pack", []) == 0
    assert read(files, "packs/aa.pack") == b""


def test_an_upload_that_breaks_off_leaves_nothing(files: RemoteFiles, place: Opener) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * CHUNK_BYTES
        raise RuntimeError("the source failed")

    with pytest.raises(RuntimeError, match="the source failed"):
        files.upload("packs/aa.pack", broken())
    assert list(place().list("packs/")) == []
    with pytest.raises(RemoteFileMissing):
        read(files, "packs/aa.pack")
    assert files.upload("packs/aa.pack", [b"again"]) == 5


@pytest.mark.parametrize(
    ("start", "length", "part"), [(0, 4, b"0123"), (3, 4, b"3456"), (7, None, b"789"), (8, 10, b"89"), (10, 5, b"")]
)
def test_a_part_of_a_file(files: RemoteFiles, start: int, length: int | None, part: bytes) -> None:
    files.upload("packs/aa.pack", [b"01234", b"56789"])
    assert read(files, "packs/aa.pack", start, length) == part


def test_no_chunk_is_longer_than_promised(files: RemoteFiles) -> None:
    files.upload("packs/aa.pack", [b"x" * (CHUNK_BYTES * 5 // 2)])
    assert all(len(chunk) <= CHUNK_BYTES for chunk in files.read("packs/aa.pack"))


def test_files_are_listed_in_order_and_by_folder(files: RemoteFiles) -> None:
    names = [f"manifests/{generation:016}" for generation in (10, 2, 1, 100)]
    for name in names:
        assert files.create(name, name.encode())
    files.create("format", b"x")
    files.upload("packs/bb.pack", [b"x"])
    assert [file.name for file in files.list("manifests/")] == sorted(names)
    assert [file.name for file in files.list("packs/")] == ["packs/bb.pack"]


def test_what_is_removed_is_gone(files: RemoteFiles, place: Opener) -> None:
    files.upload("packs/aa.pack", [b"x"])
    place().remove("packs/aa.pack")
    files.remove("packs/aa.pack")
    files.remove("packs/never.pack")
    assert list(files.list("packs/")) == []
    with pytest.raises(RemoteFileMissing):
        read(files, "packs/aa.pack")


def test_many_are_removed_in_one_go(files: RemoteFiles, place: Opener) -> None:
    names = [f"manifests/{generation:016}" for generation in range(4)]
    for name in names:
        assert files.create(name, name.encode())
    files.remove(*names[:3], "manifests/9999999999999999")
    files.remove()
    assert [file.name for file in place().list("manifests/")] == names[3:]


def test_closing_twice_is_safe(place: Opener) -> None:
    opened = place()
    opened.create("format", b"x")
    opened.close()
    opened.close()
