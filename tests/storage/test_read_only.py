"""Stores that may be read and not written: everything committed is seen, and nothing is created."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import NOBODY, contents, failure_of, give_away, in_child, make_store, needs_root, public_directory, remember

from memora.errors.store import Busy
from memora.repository import Repository
from memora.storage.lock import WriterLock
from memora.storage.read_copy import copy_for_reading

pytestmark = needs_root


@pytest.fixture
def folder() -> Iterator[Path]:
    """A store with one memory in the database and one that is only in the log."""
    with public_directory() as directory:
        with make_store(directory, memories=1):
            pass
        repository = make_second(directory)
        # Not closed: closing would empty the log.
        repository.index.database.close()
        yield directory / ".memora"


def make_second(directory: Path) -> Repository:
    repository = Repository.open(str(directory / ".memora"))
    remember(repository, "only in the log")
    return repository


def files(folder: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name != "memora.db-shm"}


def read(folder: Path) -> str:
    with Repository.open(str(folder)) as repository:
        return " | ".join(sorted(contents(repository)))


def write(folder: Path) -> None:
    with Repository.open(str(folder)) as repository:
        remember(repository, "written where it must not be")


def test_what_only_the_log_holds_is_read_in_a_read_only_folder(folder: Path) -> None:
    give_away(folder, NOBODY, 0o444)
    before = files(folder)
    assert (folder / "memora.db-wal").stat().st_size
    ending = in_child(lambda: read(folder), user=NOBODY)
    assert ending == (0, "memory number 0 | only in the log")
    assert files(folder) == before


def test_a_read_only_folder_without_a_log_is_read(folder: Path) -> None:
    with Repository.open(str(folder)) as repository:
        remember(repository, "a third")  # closing empties the log
    for name in ("memora.db-wal", "memora.db-shm"):
        (folder / name).unlink()
    give_away(folder, NOBODY, 0o444)
    before = set(os.listdir(folder))
    assert in_child(lambda: read(folder), user=NOBODY).said == "a third | memory number 0 | only in the log"
    assert set(os.listdir(folder)) == before


def test_a_read_only_folder_refuses_to_be_written(folder: Path) -> None:
    give_away(folder, NOBODY, 0o444)
    before = files(folder)
    assert in_child(lambda: failure_of(lambda: write(folder)), user=NOBODY).said == f"ReadOnly: {folder} is read-only"
    assert files(folder) == before


def test_nothing_is_written_to_the_copy_that_a_read_only_database_is_read_from(folder: Path) -> None:
    """The folder may be written, the database may not: what went to a copy would be lost with it."""
    give_away(folder, NOBODY)
    (folder / "memora.db").chmod(0o444)
    before = files(folder)
    assert in_child(lambda: failure_of(lambda: write(folder)), user=NOBODY).said == f"ReadOnly: {folder} is read-only"
    assert in_child(lambda: read(folder), user=NOBODY).said == "memory number 0 | only in the log"
    assert files(folder) == before


def test_no_copy_is_made_while_somebody_writes(folder: Path, tmp_path: Path) -> None:
    """A checkpoint between the copies of database and log would tear the two."""
    with WriterLock(str(folder / "lock")), pytest.raises(Busy):
        copy_for_reading(str(folder / "memora.db"), patience_seconds=0.02)
    copied = Path(copy_for_reading(str(folder / "memora.db")))
    assert {entry.name for entry in copied.iterdir()} == {"memora.db", "memora.db-wal"}
    shutil.rmtree(copied)


def test_the_copy_is_removed(folder: Path, tmp_path: Path) -> None:
    give_away(folder, NOBODY, 0o444)
    with public_directory() as scratch:
        scratch.chmod(0o777)

        def read_there() -> None:
            os.environ["TMPDIR"] = str(scratch)
            import tempfile

            tempfile.tempdir = None
            read(folder)

        assert in_child(read_there, user=NOBODY).code == 0
        assert list(scratch.iterdir()) == []


def test_a_copy_that_finds_no_room_is_unavailable(folder: Path) -> None:
    give_away(folder, NOBODY, 0o444)

    def read_without_room() -> str:
        import tempfile

        tempfile.tempdir = "/proc"
        return failure_of(lambda: read(folder))

    assert in_child(read_without_room, user=NOBODY).said.startswith("Unavailable: ")
