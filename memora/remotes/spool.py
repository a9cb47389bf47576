"""Where the bytes of packs wait between being fetched and being taken in, so that a fetch can go on where it was."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress

from memora.errors import MemoraError
from memora.errors.remotes import DamagedRemote
from memora.errors.store import DiskFull, ReadOnly
from memora.remotes.manifest import Pack
from memora.remotes.pack import Frame
from memora.remotes.ports import RemoteFiles, pack_file

_WHOLE = ".pack"  # the beginning of a pack, or all of it
_PARTS = ".frames"  # some frames, one after the other; never gone on with
_FRAME = ".frame"  # one frame, behind the name of its pack and its offset
_WHOLE_FROM = 0.5  # a pack of which so much is wanted is fetched whole
SMALL_BYTES = 512 * 1024  # and so is one as small as this, by one request


class Spool:
    """A folder of packs that are being fetched. Nothing in it is trusted: whoever reads it verifies every object."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._kept: set[str] = set()
        self._resumed: set[str] = set()
        self._resumed_frames: set[str] = set()

    def download(self, files: RemoteFiles, pack: Pack, frames: list[Frame]) -> Iterator[int]:
        """Fetch some frames of a pack; give how many bytes each step brought. What is here already is kept."""
        try:
            os.makedirs(self._path, mode=0o700, exist_ok=True)
            if is_whole(pack, frames):
                yield from self._download_whole(files, pack)
            else:
                yield from self._download_parts(files, pack, frames)
        except OSError as error:
            raise _failure(self._path, error) from None

    def keep(self, pack: Pack, content: bytes) -> None:
        """Take a whole pack that was fetched already."""
        try:
            os.makedirs(self._path, mode=0o700, exist_ok=True)
            with open(self._file(pack, _WHOLE), "wb") as file:
                file.write(content)
            self._kept.add(pack.name)
        except OSError as error:
            raise _failure(self._path, error) from None

    def is_resumed(self, pack: Pack) -> bool:
        """Whether some of a pack lay here already, from a fetch that was interrupted."""
        return pack.name in self._resumed

    def read(self, pack: Pack, frames: list[Frame]) -> Iterator[tuple[Frame, bytes]]:
        """The packed bytes of each of the frames that were fetched."""
        whole = is_whole(pack, frames)
        path = self._file(pack, _WHOLE if whole else _PARTS)
        try:
            with open(path, "rb") as file:
                for frame in frames:
                    if whole:
                        file.seek(frame.offset)
                    packed = file.read(frame.packed_bytes)
                    if len(packed) != frame.packed_bytes:
                        raise DamagedRemote(pack_file(pack.name), "it is cut short")
                    yield frame, packed
        except OSError as error:
            raise _failure(path, error) from None

    def download_frames(self, files: RemoteFiles, pack: Pack, frames: list[Frame]) -> Iterator[int]:
        """Fetch some frames of a pack, in order, each into a file of its own; give the number of each that came.

        What lies here already, or is in a pack that is kept whole, is not fetched.
        """
        if pack.name in self._kept:
            return
        try:
            os.makedirs(self._path, mode=0o700, exist_ok=True)
            lacking = [frame for frame in frames if not self._lies_here(pack, frame)]
            for run in _runs_of(lacking):
                length = run[-1].offset + run[-1].packed_bytes - run[0].offset
                content = _Reader(files.read(pack_file(pack.name), run[0].offset, length))
                for frame in run:
                    with open(self._frame_file(pack, frame), "wb") as file:
                        file.write(content.take(frame.packed_bytes))
                    yield 1
        except OSError as error:
            raise _failure(self._path, error) from None

    def read_packed(self, pack: Pack, frame: Frame) -> bytes:
        """The packed bytes of one frame that was fetched by itself or is in a pack that is kept whole."""
        path = self._file(pack, _WHOLE) if pack.name in self._kept else self._frame_file(pack, frame)
        try:
            with open(path, "rb") as file:
                if pack.name in self._kept:
                    file.seek(frame.offset)
                packed = file.read(frame.packed_bytes)
        except OSError as error:
            raise _failure(path, error) from None
        if len(packed) != frame.packed_bytes:
            raise DamagedRemote(pack_file(pack.name), "it is cut short")
        return packed

    def discard_frame(self, pack: Pack, frame: Frame) -> bool:
        """Remove a frame that lay here already, from a fetch that was interrupted; whether it did."""
        path = self._frame_file(pack, frame)
        if path not in self._resumed_frames:
            return False
        self._resumed_frames.discard(path)
        with suppress(FileNotFoundError):
            os.unlink(path)
        return True

    def discard(self, pack: Pack) -> None:
        """Remove what lies here of a pack."""
        self._resumed.discard(pack.name)
        for ending in (_WHOLE, _PARTS):
            with suppress(FileNotFoundError):
                os.unlink(self._file(pack, ending))

    def clear(self) -> None:
        """Remove everything that waits."""
        with suppress(OSError):
            for name in os.listdir(self._path):
                if name.endswith((_WHOLE, _PARTS, _FRAME)):
                    os.unlink(os.path.join(self._path, name))
            os.rmdir(self._path)

    def _download_whole(self, files: RemoteFiles, pack: Pack) -> Iterator[int]:
        path = self._file(pack, _WHOLE)
        with open(path, "ab") as file:
            start = file.tell()
            if start > pack.size_bytes:
                file.truncate(start := 0)
            if start and pack.name not in self._kept:
                self._resumed.add(pack.name)
            yield start
            for chunk in files.read(pack_file(pack.name), start, pack.size_bytes - start):
                file.write(chunk)
                yield len(chunk)

    def _download_parts(self, files: RemoteFiles, pack: Pack, frames: list[Frame]) -> Iterator[int]:
        with open(self._file(pack, _PARTS), "wb") as file:
            for run in _runs_of(frames):
                length = run[-1].offset + run[-1].packed_bytes - run[0].offset
                for chunk in files.read(pack_file(pack.name), run[0].offset, length):
                    file.write(chunk)
                    yield len(chunk)

    def _lies_here(self, pack: Pack, frame: Frame) -> bool:
        path = self._frame_file(pack, frame)
        try:
            is_whole = os.stat(path).st_size == frame.packed_bytes
        except FileNotFoundError:
            return False
        if is_whole:
            self._resumed_frames.add(path)
        return is_whole

    def _frame_file(self, pack: Pack, frame: Frame) -> str:
        return os.path.join(self._path, f"{pack.name}.{frame.offset}{_FRAME}")

    def _file(self, pack: Pack, ending: str) -> str:
        return os.path.join(self._path, pack.name + ending)


def is_whole(pack: Pack, frames: list[Frame]) -> bool:
    """Whether a pack is so small, or so much of it is wanted, that all of it is fetched."""
    return (
        pack.size_bytes <= SMALL_BYTES or sum(frame.packed_bytes for frame in frames) >= _WHOLE_FROM * pack.size_bytes
    )


def _runs_of(frames: list[Frame]) -> Iterator[list[Frame]]:
    """Frames grouped by those that lie one behind the other."""
    run: list[Frame] = []
    for frame in frames:
        if run and frame.offset != run[-1].offset + run[-1].packed_bytes:
            yield run
            run = []
        run.append(frame)
    if run:
        yield run


class _Reader:
    """Chunks as they come, taken in other pieces."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def take(self, count: int) -> bytes:
        """The next so many bytes, or fewer where there are no more."""
        pieces, size = [self._rest], len(self._rest)
        while size < count and (chunk := next(self._chunks, None)) is not None:
            pieces.append(chunk)
            size += len(chunk)
        found = b"".join(pieces)
        self._rest = found[count:]
        return found[:count]


def _failure(path: str, error: OSError) -> MemoraError:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnly(path)
    return DiskFull(f"{path}: {error.strerror}")
