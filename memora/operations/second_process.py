"""A generator that runs in a second process, so that two processors work where one had to.

For work in bulk that reads no database: what is a batch's lines or a fetch's packs is read, checked and derived there,
while whoever takes the values writes them here (docs/design/0016).
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Final, NamedTuple, TypeVar

from memora.errors import Unavailable

Value = TypeVar("Value")

WORTH_IT: Final = 5_000  # memories or objects: with fewer of them the second process would be over before it pays
_PIPE_BYTES: Final = 1024 * 1024


class _End(NamedTuple):
    """Says that there are no more values."""


class _Raised(NamedTuple):
    """An error, in parts: those of memora are not made of the arguments that they have afterwards."""

    type: type[Exception]
    arguments: tuple[object, ...]
    fields: dict[str, object]


@contextmanager
def apart(values: Iterator[Value], count: int) -> Iterator[Iterator[Value]]:
    """The values of an iterator, made in a second process where that can be and pays. Nobody else may use the iterator.

    ``count`` is about how many things they are made of. Values must be such that can be pickled; an error is raised
    here as it was there. The iterator may read files that nobody else reads, and must not use a database. Begin this
    before any lock is taken, or the second process would hold it too. Raises Unavailable where somebody ends that one.
    """
    started = _start(values) if count >= WORTH_IT and _is_possible() else None
    if started is None:
        yield values
        return
    child, reading = started
    try:
        with open(reading, "rb", buffering=_PIPE_BYTES) as stream:
            yield _received(stream)
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)  # it holds nothing, and may be in the middle of what nobody waits for
        os.waitpid(child, 0)


def _is_possible() -> bool:
    """Whether a copy of this process could go on by itself: it has one thread, and a processor is free for it."""
    if sys.platform != "linux":  # others' own libraries do not outlive a fork, and Windows has none
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1 and len(os.sched_getaffinity(0)) > 1
    except OSError:
        return False


def _start(values: Iterator[Value]) -> tuple[int, int] | None:
    """The second process and where its values can be read; None where there may be no more processes or files."""
    try:
        reading, writing = os.pipe()
    except OSError:
        return None
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return None
    if child == 0:
        os.close(reading)
        _serve(values, writing)
    os.close(writing)
    return child, reading


def _serve(values: Iterator[Value], writing: int) -> None:
    """Write all values, in the second process, which ends with that: nothing of its first half's is to be undone."""
    with suppress(BaseException):  # whoever reads sees that the end is missing
        import fcntl
        import gc

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted is who reads, and ends this one
        gc.disable()  # it would touch, and so copy, all that the two share
        with suppress(OSError, AttributeError):
            fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        with open(writing, "wb", buffering=_PIPE_BYTES) as stream:
            try:
                for value in values:
                    pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
                    stream.flush()
                pickle.dump(_End(), stream)
            except Exception as error:
                stream.write(_packed(error))
    os._exit(0)


def _packed(error: Exception) -> bytes:
    try:
        return pickle.dumps(_Raised(type(error), error.args, error.__dict__))
    except Exception:  # it holds what cannot travel; what it says can
        return pickle.dumps(_Raised(RuntimeError, (f"{type(error).__name__}: {error}",), {}))


def _received(stream: IO[bytes]) -> Generator[Value]:
    while True:
        try:
            value = pickle.load(stream)  # what the second process wrote, and nobody else could
        except (EOFError, pickle.UnpicklingError):
            raise Unavailable("the process that read ahead was ended by somebody; try again") from None
        if isinstance(value, _End):
            return
        if isinstance(value, _Raised):
            error = value.type.__new__(value.type)
            error.args = value.arguments
            error.__dict__.update(value.fields)
            raise error
        yield value
