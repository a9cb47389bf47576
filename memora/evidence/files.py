"""The files of a project: as they lie on the disk, or as they are staged in git's index for the next commit.

Paths are relative to the project, with '/'. What leads out of the project, also through a link, is not there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import Final, Protocol

from memora.evidence.git import ask_git

LARGEST_BYTES: Final = 8 * 1024 * 1024
_SKIPPED_FOLDERS: Final = frozenset({".git", ".memora", ".hg", ".svn", "node_modules", "__pycache__", ".venv"})


class Files(Protocol):
    """The files of a project."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is no such file, or one that is larger than 8 MiB."""
        ...

    def below(self, path: str) -> Iterator[str]:
        """The path itself where it is a file, else those of all files below it, in order."""
        ...


class WorkingFiles:
    """The files on the disk."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)
        self._folders: dict[str, str] = {}

    def read(self, path: str) -> bytes | None:
        place = self._place(path)
        if place is None:
            return None
        try:
            descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        except OSError:
            return None
        with open(descriptor, "rb") as file:
            entry = os.fstat(descriptor)
            if not stat.S_ISREG(entry.st_mode) or entry.st_size > LARGEST_BYTES:
                return None
            return file.read()

    def below(self, path: str) -> Iterator[str]:
        place = self._place(path) if path else self._root
        if place is None:
            return
        if os.path.isfile(place):
            yield path
            return
        for folder, folders, names in os.walk(place):
            folders[:] = sorted(name for name in folders if name not in _SKIPPED_FOLDERS)
            inside = os.path.relpath(folder, place).replace(os.sep, "/")
            start = "/".join(part for part in (path, "" if inside == "." else inside) if part)
            for name in sorted(names):
                yield f"{start}/{name}" if start else name

    def _place(self, path: str) -> str | None:
        """Where a path is on the disk; None where nothing is, and outside of the project."""
        if not path or "\0" in path or path.startswith("/"):
            return None
        place = os.path.join(self._root, path)
        if not os.path.lexists(place):
            return None
        folder, name = os.path.split(place)
        if name in ("", ".", "..") or os.path.islink(place):
            place = os.path.realpath(place)
        else:
            place = os.path.join(self._real_folder(folder), name)
        return place if place.startswith(self._root.rstrip(os.sep) + os.sep) else None

    def _real_folder(self, folder: str) -> str:
        """Where a folder really is: asked once, because it costs a look at each folder above."""
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return self._folders[folder]


class StagedFiles:
    """The files in git's index. Git finds the index as it does in a hook, by GIT_INDEX_FILE too."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._blobs: dict[str, str] | None = None

    def read(self, path: str) -> bytes | None:
        blob = self._staged().get(path)
        if blob is None:
            return None
        said = ask_git(self._root, "cat-file", "-s", blob)
        if said is None or int(said) > LARGEST_BYTES:
            return None
        return ask_git(self._root, "cat-file", "blob", blob)

    def below(self, path: str) -> Iterator[str]:
        for name in sorted(self._staged()):
            if name == path or not path or name.startswith(f"{path}/"):
                yield name

    def _staged(self) -> dict[str, str]:
        """The blob of each regular file below the project."""
        if self._blobs is None:
            said = ask_git(self._root, "ls-files", "--stage", "-z") or b""
            self._blobs = {}
            for entry in said.decode("utf-8", "surrogateescape").split("\0"):
                head, tab, name = entry.partition("\t")
                if tab and head.startswith("100"):
                    self._blobs[name] = head.split()[1]
        return self._blobs
