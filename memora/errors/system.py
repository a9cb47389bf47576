"""What the operating system says when it does not write, as an error of memora."""

from __future__ import annotations

import errno

from memora.errors import DiskFull, Unavailable


def write_failure(path: str, error: OSError) -> Unavailable:
    """The error to raise for a file or folder that could not be written, removed or given its name."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(f"{path}: {error.strerror}")
    return Unavailable(f"{path} cannot be written: {error.strerror or error}")
