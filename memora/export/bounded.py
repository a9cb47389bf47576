"""Work that is given so much time, memory and output and no more, in a child process that can be ended."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable
from typing import Final, NamedTuple

from memora.errors import MemoraError
from memora.errors.files import TemplateFailed

_CHUNK: Final = 1 << 16


class Limits(NamedTuple):
    """The most that a piece of work may use. The clock may run four times as long as the processor."""

    cpu_seconds: int
    memory_bytes: int
    output_bytes: int


class Overrun(Exception):
    """Work that went beyond its limits, or did not end as work does."""


def run_bounded(work: Callable[[], str], limits: Limits) -> str:
    """The text that some work gives. Raises Overrun, and TemplateFailed as the work raised it.

    Where processes cannot be forked, as on Windows, it runs in this one and only its output is bounded.
    """
    if not hasattr(os, "fork") or sys.platform == "win32":
        return work()
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        _run_child(work, reading, writing, limits)
    os.close(writing)
    try:
        answer, ended = _read_all(reading, limits)
    finally:
        os.close(reading)
        if not _has_ended(child):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if not ended:
        raise Overrun(f"does not end within {limits.cpu_seconds} seconds")
    if len(answer) > limits.output_bytes:
        raise Overrun(f"writes more than {limits.output_bytes >> 20} MiB")
    kind, text = answer[:1], answer[1:].decode(errors="replace")
    if kind == b"f":
        file, line, problem = text.split("\0")
        raise TemplateFailed(file, int(line) if line else None, problem)
    if kind != b"t":
        raise Overrun("needs more time or memory than a template may have")
    return text


def _has_ended(child: int) -> bool:
    """Whether a child is gone; one that has closed its pipe is about to be."""
    import time

    for _ in range(50):
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        time.sleep(0.002)
    return False


def _read_all(reading: int, limits: Limits) -> tuple[bytes, bool]:
    """Everything up to a little more than the limit, and whether the writer ended in time."""
    import time

    deadline = time.monotonic() + 4 * limits.cpu_seconds
    pieces: list[bytes] = []
    size = 0
    while size <= limits.output_bytes:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return b"".join(pieces), False
        piece = os.read(reading, _CHUNK)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces), True


def _run_child(work: Callable[[], str], reading: int, writing: int, limits: Limits) -> None:
    """Do the work and write its answer: a letter for how it ended, and its text. Never returns."""
    try:
        os.close(reading)
        _limit(limits)
        try:
            answer = b"t" + work().encode(errors="replace")
        except TemplateFailed as failed:
            line = "" if failed.line is None else str(failed.line)
            answer = b"f" + "\0".join((failed.file, line, failed.problem.replace("\0", ""))).encode(errors="replace")
        except (MemoraError, MemoryError):
            answer = b"o"
        rest = memoryview(answer)
        while rest:
            rest = rest[os.write(writing, rest[:_CHUNK]) :]
    finally:
        os._exit(0)


def _limit(limits: Limits) -> None:
    import resource

    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (used + limits.memory_bytes, used + limits.memory_bytes))
        resource.setrlimit(resource.RLIMIT_AS, (4 * used + 2 * limits.memory_bytes, resource.RLIM_INFINITY))
    except (ValueError, OSError):
        pass  # macOS takes no limit on memory; the processor's holds there too
