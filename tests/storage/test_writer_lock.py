"""The writer lock: one holder, a queue that ends, and nothing left behind by the dead."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from stores import failure_of, in_child, needs_fork, needs_root, public_directory

from memora.errors.store import Busy, UnsafeStore
from memora.storage.lock import WriterLock, shared


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "lock")


def test_one_holder_at_a_time(path: str) -> None:
    first, second = WriterLock(path), WriterLock(path)
    first.acquire()
    assert not second.try_acquire()
    first.release()
    assert second.try_acquire()
    second.release()
    second.release()


def test_patience_ends(path: str) -> None:
    holder, waiter = WriterLock(path), WriterLock(path, patience_seconds=0.05)
    holder.acquire()
    with pytest.raises(Busy) as caught:
        waiter.acquire()
    assert caught.value.waited_seconds == 0.05
    holder.release()
    waiter.acquire()
    waiter.release()


def test_a_waiter_that_gave_up_does_not_keep_the_lock(path: str) -> None:
    """Its place in the kernel's queue comes up later, when it has gone; it must pass the lock on."""
    holder, waiter, next_one = WriterLock(path), WriterLock(path, patience_seconds=0.02), WriterLock(path, 5)
    holder.acquire()
    with pytest.raises(Busy):
        waiter.acquire()
    holder.release()
    next_one.acquire()
    next_one.release()


def test_a_waiter_gets_the_lock_when_it_is_released(path: str) -> None:
    holder, waiter = WriterLock(path), WriterLock(path, patience_seconds=20)
    holder.acquire()
    thread = threading.Thread(target=waiter.acquire)
    thread.start()
    holder.release()
    thread.join(20)
    assert not WriterLock(path).try_acquire()
    waiter.release()


@needs_fork
def test_a_killed_owner_leaves_the_lock_free(path: str) -> None:
    def hold_and_die() -> None:
        WriterLock(path).acquire()
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(hold_and_die).code == -signal.SIGKILL
    lock = WriterLock(path, patience_seconds=0)
    assert lock.try_acquire()
    lock.release()


@needs_fork
def test_another_process_waits(path: str) -> None:
    lock = WriterLock(path)
    lock.acquire()
    impatient = WriterLock(path, patience_seconds=0.02)
    assert in_child(lambda: failure_of(impatient.acquire)).said == "Busy: another process held the store for 0 seconds"
    lock.release()
    assert in_child(lambda: failure_of(impatient.acquire)) == (0, "")


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_is_no_file_is_refused(path: str, kind: str, tmp_path: Path) -> None:
    if kind == "link":
        (tmp_path / "elsewhere").write_text("")
        Path(path).symlink_to(tmp_path / "elsewhere")
    else:
        Path(path).mkdir()
    with pytest.raises(UnsafeStore):
        WriterLock(path).acquire()


@needs_root
def test_a_directory_that_cannot_be_written_is_read_only() -> None:
    with public_directory() as directory:
        lock = WriterLock(str(directory / "lock"))
        ending = in_child(lambda: failure_of(lock.acquire), user=65534)
    assert ending.said == f"ReadOnly: {directory} is read-only"


def test_sharing_keeps_writers_out_and_sharers_in(path: str) -> None:
    lock = WriterLock(path)
    lock.acquire()
    with pytest.raises(Busy), shared(path, patience_seconds=0.02):
        pytest.fail("shared a lock that is held")
    lock.release()
    with shared(path), shared(path):
        assert not lock.try_acquire()
    assert lock.try_acquire()
    lock.release()


def test_without_a_lock_file_nobody_is_kept_out(path: str) -> None:
    with shared(path):
        assert not os.path.exists(path)
