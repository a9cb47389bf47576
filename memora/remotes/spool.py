"""Where the bytes of packs wait between being fetched and being taken in, so that a fetch can go on where it was."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress

from memora.errors import DiskFull, MemoraError, ReadOnly
from memora.errors.remotes import DamagedRemote
from memora.remotes.manifest import Pack
from memora.remotes.pack import Frame
from memora.remotes.ports import RemoteFiles, pack_file

_WHOLE = ".pack"  # the beginning of a pack, or all of it
_PARTS = ".frames"  # some frames, one after the other; never gone on with
_WHOLE_FROM = 0.5  # a pack of which so much is wanted is fetched whole
SMALL_BYTES = 512 * 1024  # and so is one as small as this, by one request


class Spool:
    """A folder of packs that are being fetched. Nothing in it is trusted: whoever reads it verifies every object."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._kept: set[str] = set()
        self._resumed: set[str] = set()

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
                if name.endswith((_WHOLE, _PARTS)):
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
            for first, last in _runs(frames):
                length = last.offset + last.packed_bytes - first.offset
                for chunk in files.read(pack_file(pack.name), first.offset, length):
                    file.write(chunk)
                    yield len(chunk)

    def _file(self, pack: Pack, ending: str) -> str:
        return os.path.join(self._path, pack.name + ending)


def is_whole(pack: Pack, frames: list[Frame]) -> bool:
    """Whether a pack is so small, or so much of it is wanted, that all of it is fetched."""
    return (
        pack.size_bytes <= SMALL_BYTES or sum(frame.packed_bytes for frame in frames) >= _WHOLE_FROM * pack.size_bytes
    )


def _runs(frames: list[Frame]) -> Iterator[tuple[Frame, Frame]]:
    """The first and the last of frames that lie one behind the other."""
    first = last = frames[0]
    for frame in frames[1:]:
        if frame.offset != last.offset + last.packed_bytes:
            yield first, last
            first = frame
        last = frame
    yield first, last


def _failure(path: str, error: OSError) -> MemoraError:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnly(path)
    return DiskFull(f"{path}: {error.strerror}")
