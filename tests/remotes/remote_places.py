"""The places that the contract of a remote's files is tested on: a line for each transport."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from memora.remotes.folder import FolderFiles
from memora.remotes.memory import MemoryFiles
from memora.remotes.ports import RemoteFiles

# Each gives a way to open the same new place again and again, as several machines do.
Opener = Callable[[], RemoteFiles]


def _memory(_: Path) -> Opener:
    files: dict[str, bytes] = {}
    return lambda: MemoryFiles(files)


def _folder(directory: Path) -> Opener:
    return lambda: FolderFiles(str(directory / "remote"))


PLACES: Final[dict[str, Callable[[Path], Opener]]] = {"memory": _memory, "folder": _folder}
