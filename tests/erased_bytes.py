"""Looking for a text in every byte of a folder: as it lies there, in names, and in all that can be unpacked."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import zstandard

_FRAME = b"\x28\xb5\x2f\xfd"
_MOST_BYTES = 64 * 1024 * 1024


def unpacked(content: bytes) -> bytes:
    """What the zstd frames in some bytes say, as far as each can be unpacked: a file may be cut off anywhere."""
    found = []
    at = content.find(_FRAME)
    while at >= 0:
        decompressor = zstandard.ZstdDecompressor(max_window_size=32 * 1024 * 1024).decompressobj()
        with suppress(zstandard.ZstdError):
            found.append(decompressor.decompress(content[at:])[:_MOST_BYTES])
        at = content.find(_FRAME, at + 1)
    return b"".join(found)


def holding(folder: Path, text: str) -> list[str]:
    """The files below a folder that hold a text, or are named by it."""
    wanted, found = text.encode(), []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        if text in name or wanted in content or wanted in unpacked(content):
            found.append(name)
    return found
