"""What the operating system says when it does not write, as an error of memora."""

from __future__ import annotations

import errno

from memora.errors import Unavailable
from memora.errors.store import DiskFull


def write_failure(path: str, error: OSError) -> Unavailable:
    """The error to raise for a file or folder that could not be written, removed or given its name."""
    if is_full(error):
        return DiskFull(f"{path}: {error.strerror}")
    return Unavailable(f"{path} cannot be written: {error.strerror or error}")


def is_full(error: OSError) -> bool:
    """Whether the disk, a quota or a limit on the size of files stopped a write."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
