"""The files of the project around a store: read, written whole or not at all, and never outside of it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import Final

from memora.errors import BadInput, Unavailable
from memora.errors.files import OutsideProject
from memora.errors.system import write_failure
from memora.storage.whole_files import replace_file

LARGEST_BYTES: Final = 16 * 1024 * 1024
_KEPT_AWAY: Final = (".memora", ".git", ".hg", ".svn", ".jj")


class ProjectFiles:
    """The files under a folder. Paths are given relative to it, with ``/``; a link may lead to another place in it."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)

    def relative(self, path: str) -> str:
        """A path as the project has it. Raises OutsideProject for one that lies elsewhere or belongs to a store."""
        whole = os.path.normpath(os.path.join(self.root, path))
        real_folder = os.path.realpath(os.path.dirname(whole))
        inside = os.path.relpath(os.path.join(real_folder, os.path.basename(whole)), self.root)
        self._require_inside(path, os.path.join(self.root, inside))
        self._require_inside(path, os.path.realpath(whole))
        return inside.replace(os.sep, "/")

    def kind(self, path: str) -> str | None:
        """``file``, ``folder``, or None where there is nothing to read or write."""
        whole = os.path.join(self.root, path)
        if os.path.isdir(whole):
            return "folder"
        return "file" if os.path.lexists(whole) else None

    def read(self, path: str) -> str | None:
        """The text of a file, its line ends as they are; None without one.

        Raises BadInput for what is no text in UTF-8, no file or larger than 16 MiB, OutsideProject.
        """
        return read_text(os.path.join(self.root, self.relative(path)), path, LARGEST_BYTES)

    def find(self, path: str) -> str | None:
        """The text of a file where there is one that can be read; None for all else."""
        try:
            return self.read(path)
        except (BadInput, OutsideProject, Unavailable):
            return None

    def write(self, path: str, text: str) -> None:
        """Put a text in the place of a file, whole or not at all; folders are made, a link's file changes.

        Raises OutsideProject, Unavailable, DiskFull; the file is as it was then.
        """
        real = os.path.realpath(os.path.join(self.root, self.relative(path)))
        try:
            os.makedirs(os.path.dirname(real), exist_ok=True)
            self._require_inside(path, os.path.realpath(os.path.dirname(real)))
            replace_file(real, text.encode())
        except OSError as error:
            raise write_failure(path, error) from None

    def remove(self, path: str) -> None:
        """Take a file away. Raises OutsideProject, Unavailable."""
        try:
            os.unlink(os.path.join(self.root, self.relative(path)))
        except OSError as error:
            raise write_failure(path, error) from None

    def names(self, folder: str) -> list[str]:
        """The names in a folder, in order; none where there is no such folder."""
        with suppress(OSError):
            return sorted(os.listdir(os.path.join(self.root, folder)))
        return []

    def _require_inside(self, path: str, whole: str) -> None:
        inside = os.path.relpath(whole, self.root)
        parts = inside.split(os.sep)
        if parts[0] == os.pardir or os.path.isabs(inside):
            raise OutsideProject(path, "lies outside of the project")
        if any(part.lower() in _KEPT_AWAY for part in parts):
            raise OutsideProject(path, "lies in a folder that memora does not write to")


def read_text(whole: str, path: str, largest_bytes: int) -> str | None:
    """The text of a file, its line ends as they are; None without one. ``path`` is what it is called in errors.

    Raises BadInput for what is no text in UTF-8, no file or larger than that, Unavailable.
    """
    try:
        entry = os.stat(whole)
        if not stat.S_ISREG(entry.st_mode):
            raise BadInput(path, "is not a file")
        if entry.st_size > largest_bytes:
            raise BadInput(path, f"is larger than {largest_bytes >> 20} MiB")
        with open(whole, "rb") as file:
            content = file.read()
        if b"\0" in content:
            raise BadInput(path, f"is not text: byte {content.index(0) + 1} is NUL, as in UTF-16")
        return content.decode()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise BadInput(path, f"is not valid UTF-8 at byte {error.start + 1}") from None
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}") from None
