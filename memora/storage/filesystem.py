"""What kind of place a directory is: its file system, and whether something synchronises it behind our back."""

from __future__ import annotations

import os
import re
from typing import Final

# File systems of another host, on which SQLite's write-ahead log must not be used by two hosts, or locks may not hold.
SHARED_TYPES: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "drvfs", "vboxsf", "virtiofs"}
)
_SHARED_PREFIX: Final = "fuse."

_SYNCED: Final = re.compile(
    r"dropbox|onedrive|google ?drive|googledrive|icloud|mobile documents|clouddocs|nextcloud|owncloud|pcloud|box sync"
    r"|megasync|seafile|syncthing",
    re.IGNORECASE,
)
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


def read_mounts() -> str:
    """The system's table of mounts; empty where it has none that can be read."""
    try:
        with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""


def find_type(path: str, mounts: str) -> str | None:
    """The type of the file system that a path is on, by a table of mounts; None where that does not say."""
    real = os.path.realpath(path)
    best, found = "", None
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[1])
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):  # the last mount on a point hides those before
            best, found = point, fields[2]
    return found


def is_shared(file_system: str) -> bool:
    """Whether a type of file system may be another host's."""
    return file_system in SHARED_TYPES or file_system.startswith(_SHARED_PREFIX)


def find_synchroniser(path: str) -> str | None:
    """The folder above a path whose name says that a service copies it elsewhere, or None."""
    for part in os.path.realpath(path).split(os.sep):
        if _SYNCED.search(part):
            return part
    return None
