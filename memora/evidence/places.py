"""Evidence that points into the project's files: ``src/auth/jwt.rs:L42``, ``notes/a.md#L3-L9``, ``Makefile``."""

from __future__ import annotations

import re
from typing import NamedTuple

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?!L?\d)")
_LINES = re.compile(r"(?P<path>.+?)(?::|#)L?(?P<first>\d{1,9})(?:(?::\d+)?(?:[-–]L?(?P<last>\d{1,9}))?)$")
_FILE = re.compile(r"[^\t\n<>|*?\"]*[^\s<>|*?\"/]")


class Place(NamedTuple):
    """A file of the project, and the lines meant, counted from 1; None for the whole file."""

    path: str
    first: int | None = None
    last: int | None = None

    def __str__(self) -> str:
        if self.first is None:
            return self.path
        more = "" if self.last in (None, self.first) else f"-L{self.last}"
        return f"{self.path}:L{self.first}{more}"


def find_place(evidence: str) -> Place | None:
    """The place that a piece of evidence points to; None for a URL, a command and anything else.

    A path without lines counts where it has a folder or an ending and no spaces, so that words are none.
    """
    if _SCHEME.match(evidence):
        return None
    lines = _LINES.fullmatch(evidence)
    path = (lines["path"] if lines else evidence).replace("\\", "/").removeprefix("./")
    if not _FILE.fullmatch(path) or path.startswith("/") or ".." in path.split("/"):
        return None
    if lines is None:
        return Place(path) if ("/" in path or "." in path[1:]) and " " not in path else None
    if " " in path and "/" not in path and "." not in path:
        return None
    first = int(lines["first"])
    last = int(lines["last"] or first)
    return Place(path, first, max(first, last)) if first else None
