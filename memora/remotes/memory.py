"""A remote in this process, for tests of what is done with one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Final

from memora.errors.remotes import RemoteFileMissing
from memora.remotes.ports import CHUNK_BYTES, RemoteFile, Unfinished

_one_at_a_time: Final = Lock()


class MemoryFiles:
    """The files of a remote, in a dictionary that several of these may share."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files: dict[str, bytes] = {} if files is None else files

    def create(self, name: str, body: bytes) -> bool:
        with _one_at_a_time:
            if name in self.files:
                return False
            self.files[name] = body
            return True

    def upload(self, name: str, chunks: Iterable[bytes]) -> int:
        body = b"".join(chunks)
        self.files[name] = body
        return len(body)

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        body = self.files.get(name)
        if body is None:
            raise RemoteFileMissing(name)
        end = len(body) if length is None else min(len(body), start + length)
        for at in range(start, end, CHUNK_BYTES):
            yield body[at : min(at + CHUNK_BYTES, end)]

    def list(self, folder: str) -> Iterator[RemoteFile]:
        for name in sorted(self.files):
            if name.startswith(folder):
                yield RemoteFile(name, len(self.files[name]))

    def remove(self, *names: str) -> None:
        for name in names:
            self.files.pop(name, None)

    def unfinished(self) -> Iterator[Unfinished]:
        return iter(())

    def turn(self, tries: int) -> AbstractContextManager[None]:
        return nullcontext()

    def close(self) -> None:
        """Nothing is held."""
