"""Values made in a second process are the same, in the same order, and so are errors; nothing is left behind."""

import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from stores import in_child

from memora.errors import DamagedObject, Unavailable
from memora.operations.second_process import WORTH_IT, apart

MANY = WORTH_IT


def alone(test: Callable[[], None]) -> Callable[[], None]:
    """Run a test in a process without threads, which the one that runs tests side by side is not."""

    @pytest.mark.skipif(
        sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="no second processor, or not Linux"
    )
    @functools.wraps(test)
    def run(capfd: pytest.CaptureFixture[str]) -> None:
        ending = in_child(test)
        assert ending == (0, "")
        assert capfd.readouterr() == ("", "")

    del run.__wrapped__  # type: ignore[attr-defined]  # pytest would ask it for fixtures
    return run


def owners(count: int) -> Iterator[tuple[int, int]]:
    """Numbers, each with the process that made it."""
    for number in range(count):
        yield number, os.getpid()


@alone
def test_values_come_in_order_from_another_process() -> None:
    with apart(owners(1000), MANY) as values:
        found = list(values)
    assert [number for number, _ in found] == list(range(1000))
    assert {process for _, process in found} != {os.getpid()}


def test_little_work_stays_here() -> None:
    with apart(owners(10), MANY - 1) as values:
        assert {process for _, process in values} == {os.getpid()}


def test_a_process_with_threads_keeps_its_work() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with apart(owners(10), MANY) as values:
            assert {process for _, process in values} == {os.getpid()}
    finally:
        done.set()
        thread.join()


@alone
def test_a_value_may_be_larger_than_a_pipe() -> None:
    with apart(iter([b"x" * 5_000_000, b"y"]), MANY) as values:
        assert [len(value) for value in values] == [5_000_000, 1]


def failing() -> Iterator[int]:
    yield 1
    raise DamagedObject("abcd", "is not what it was")


@alone
def test_an_error_is_raised_as_it_was() -> None:
    with apart(failing(), MANY) as values:
        assert next(values) == 1
        with pytest.raises(DamagedObject, match="is not what it was") as caught:
            next(values)
    assert caught.value.object_id == "abcd"


@alone
def test_an_error_that_cannot_travel_is_told() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("what went wrong", lambda: None)

    with apart(failing(), MANY) as values:
        assert next(values) == 1
        with pytest.raises(RuntimeError, match=r"ValueError.*what went wrong"):
            next(values)


@alone
def test_whoever_stops_early_waits_for_nothing() -> None:
    with apart(owners(sys.maxsize), MANY) as values:
        _, process = next(values)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@alone
def test_an_error_of_the_reader_ends_the_other() -> None:
    process = 0
    with pytest.raises(KeyError), apart(owners(sys.maxsize), MANY) as values:
        _, process = next(values)
        raise KeyError
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@alone
def test_a_second_process_that_is_killed_is_said() -> None:
    with apart(owners(sys.maxsize), MANY) as values:
        _, process = next(values)
        os.kill(process, signal.SIGKILL)
        with pytest.raises(Unavailable, match="try again"):
            list(values)


@alone
def test_an_interrupt_is_for_whoever_reads() -> None:
    with apart(owners(1000), MANY) as values:
        _, process = next(values)
        os.kill(process, signal.SIGINT)
        assert len(list(values)) == 999


@alone
def test_nothing_stays_open() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with apart(owners(10), MANY) as values:
            list(values)
    assert len(os.listdir("/proc/self/fd")) == before


@alone
def test_where_there_may_be_no_more_processes_one_does_it_all() -> None:
    import resource

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        before = len(os.listdir("/proc/self/fd"))
        with apart(owners(10), MANY) as values:
            assert {process for _, process in values} == {os.getpid()}
        assert len(os.listdir("/proc/self/fd")) == before

    assert in_child(work, user=65534 if os.getuid() == 0 else None) == (0, "")
