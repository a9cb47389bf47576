"""A disk that takes no more: the command says so, the store is as it was, and it goes on when there is room.

Once with a real limit on the size of files, and once with every single call failing in turn, as a quota, a broken
cable or a full disk would make it fail.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest
from breaking_disk import Call, Countdown, mounted
from commandline import Terminal
from stores import in_child, needs_fork, problems
from working_day import ACTS, busy_store, state

from memora.errors import MemoraError
from memora.errors.store import DiskFull
from memora.repository import Repository

pytestmark = pytest.mark.torture

# From too little for anything to enough for some hundred memories; each is a limit on every file, in bytes.
LIMITS = (
    0,
    1,
    100,
    4_000,
    10_000,
    33_000,
    50_000,
    70_000,
    100_000,
    150_000,
    200_000,
    300_000,
    400_000,
    600_000,
    900_000,
)


def limit_files(size: int) -> None:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@needs_fork
@pytest.mark.parametrize("limit", LIMITS)
def test_a_full_disk_loses_nothing_and_ends_when_there_is_room(tmp_path: Path, limit: int) -> None:
    terminal = Terminal(tmp_path)
    long = "a memory with a good many words in it " * 200
    reports = tmp_path / "reports"
    reports.mkdir()

    def fill() -> str:
        """Work until the disk is full; what was acknowledged, and how the first command that was not ended."""
        limit_files(limit)
        result = terminal.run("init")
        if result.code:
            return f"0 {result.code} {result.err}"
        for number in range(200):
            result = terminal.run("add", f"{number} {long}")
            if result.code:
                return f"{number} {result.code} {result.err}"
        return "200 0"

    ending = in_child(fill)
    assert ending.code == 0, ending.said
    acknowledged, code, said = [*ending.said.split(" ", 2), ""][:3]
    assert int(code) == 7
    assert "the disk would not take" in said
    folder = tmp_path / ".memora"
    if not acknowledged or not (folder / "witness").exists():
        terminal.ok("init")
    terminal.ok("add", "there is room again")
    records = terminal.json("list", "-n", "999")
    found = {record["content"].split(" ", 1)[0] for record in records}
    assert found >= {str(number) for number in range(int(acknowledged))}
    assert len(found) in (int(acknowledged) + 1, int(acknowledged) + 2)
    assert problems(str(folder)) == []


def full(call: Call) -> None:
    raise apsw.FullError("database or disk is full")


def broken(call: Call) -> None:
    error = apsw.IOError("disk I/O error")
    error.extendedresult = {"write": apsw.SQLITE_IOERR_WRITE, "sync": apsw.SQLITE_IOERR_FSYNC}.get(
        call.kind, apsw.SQLITE_IOERR_TRUNCATE
    )
    raise error


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return busy_store(tmp_path_factory.mktemp("full"))


class FromThenOn(Countdown):
    """Does it at the n-th call and at every later one."""

    def __call__(self, call: Call) -> None:
        self.left -= 1
        if self.left <= 0:
            self.reached = True
            self.strike(call)


@pytest.mark.parametrize("fault", [Countdown, FromThenOn], ids=["once", "for-good"])
@pytest.mark.parametrize("strike", [full, broken], ids=["full", "broken"])
@pytest.mark.parametrize("act", ["add", "prune", "reindex"])
def test_whichever_call_fails_the_change_is_whole_or_nothing(
    template: Path, tmp_path: Path, act: str, strike: Callable[[Call], None], fault: type[Countdown]
) -> None:
    """A disk that takes nothing from the last sync on leaves open whether the change is there, but never half of it."""
    before = state(str(shutil.copytree(template, tmp_path / "before")))
    with Repository.open(str(tmp_path / "before")) as repository:
        ACTS[act](repository, "the next thing")
    after = state(str(tmp_path / "before"))
    number = failures = 0
    while True:
        number += 1
        place = str(shutil.copytree(template, tmp_path / str(number)))
        countdown = fault(number, strike)
        failed = False
        with mounted(countdown):
            try:
                with Repository.open(place) as repository:
                    ACTS[act](repository, "the next thing")
            except MemoraError as error:
                assert isinstance(error, DiskFull), error
                failed = True
        found = state(place)
        assert found == (before if failed else after) or (failed and fault is FromThenOn and found == after)
        assert problems(place) == []
        with Repository.open(place) as repository:
            ACTS["add"](repository, "there is room again")
        shutil.rmtree(place)
        failures += failed
        if not countdown.reached:
            break
    assert failures > 5


@needs_fork
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
def test_a_witness_that_cannot_be_written_fails_nobody(template: Path, tmp_path: Path, code: int) -> None:
    place = str(shutil.copytree(template, tmp_path / "store"))
    before = state(place)

    def run() -> None:
        real = os.write

        def strike(descriptor: int, data: bytes) -> int:
            if os.readlink(f"/proc/self/fd/{descriptor}").endswith("witness"):
                raise OSError(code, os.strerror(code))
            return real(descriptor, data)

        os.write = strike  # type: ignore[assignment]
        with Repository.open(place) as repository:
            ACTS["add"](repository, "the next thing")

    if not os.path.exists("/proc/self/fd"):
        pytest.skip("this system does not tell which file a descriptor is")
    assert in_child(run).code == 0
    assert state(place) == (before[0] + 1, before[1] | {"the next thing"})
    assert problems(place) == []
