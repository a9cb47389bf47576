"""This process as a hook: its arguments, input, environment and clock, and its one answer."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

from memora.harnesses.names import HARNESSES, find_harness
from memora.operations.agents.answer import answer

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Final

# More than this is no event of an agent; it is read to its end, so that nobody waits at the other side, and forgotten.
LARGEST_BYTES: Final = 32 * 1024 * 1024
_PIECE_BYTES: Final = 1024 * 1024


def run_hook(arguments: Sequence[str]) -> None:
    """Answer ``memora hook HARNESS [EVENT]``. Whatever happens, it ends well and its answer is valid."""
    registered = find_harness(arguments[0]) if arguments else None
    if registered is None:
        sys.stderr.write(f"memora hook: name the agent that calls: {', '.join(HARNESSES)}\n")
        return
    named = arguments[1] if len(arguments) > 1 else ""
    now = time.time_ns() // 1000
    _write(answer(_read_input(), registered, named, environment=os.environ, directory=_directory(), now=now))


def _directory() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was removed; what the agent says about where it works may do
        return os.sep


def _read_input() -> bytes:
    """Standard input, or nothing of one that is too large."""
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := os.read(0, _PIECE_BYTES):
            size += len(piece)
            if size <= LARGEST_BYTES:
                pieces.append(piece)
    except OSError:
        return b""
    return b"".join(pieces) if size <= LARGEST_BYTES else b""


def _write(text: str) -> None:
    raw = text.encode()
    try:
        while raw:
            raw = raw[os.write(1, raw) :]
    except OSError:
        pass  # nobody listens any more
