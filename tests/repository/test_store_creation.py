"""Making a store: once, whole, and by one process."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from stores import contents, failure_of, in_child, make_store, needs_fork, needs_root, public_directory, remember

from memora.errors import BadInput, BadName, Unavailable
from memora.errors.store import StoreExists
from memora.operations.start.init import init
from memora.repository import Repository
from memora.storage.refs import Head
from memora.storage.witness import Seen, read_witness

RACERS = 16


def test_a_new_store_is_empty_and_on_its_branch(tmp_path: Path) -> None:
    with init(str(tmp_path / "deep" / "project"), branch="trunk") as repository:
        assert repository.path == str(tmp_path / "deep" / "project" / ".memora")
        assert repository.workspace.head == Head("trunk")
        assert contents(repository) == set()
        assert repository.log.head() == Seen(0, b"")
    folder = tmp_path / "deep" / "project" / ".memora"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "config.toml").read_text().startswith("#")
    assert read_witness(str(folder / "witness")) == Seen(0, b"")


def test_a_second_time_is_refused_and_nothing_touched(tmp_path: Path) -> None:
    make_store(tmp_path, memories=2).close()
    before = {entry.name: (entry.read_bytes(), entry.stat().st_mtime_ns) for entry in (tmp_path / ".memora").iterdir()}
    with pytest.raises(StoreExists):
        make_store(tmp_path)
    after = {entry.name: (entry.read_bytes(), entry.stat().st_mtime_ns) for entry in (tmp_path / ".memora").iterdir()}
    for name in ("memora.db", "config.toml", ".gitignore", "witness"):
        assert after[name] == before[name]


@needs_fork
def test_of_sixteen_processes_one_makes_the_store(tmp_path: Path) -> None:
    """All wait at a pipe; when it closes they race."""
    ready, go = os.pipe()
    children = []
    for _ in range(RACERS):
        child = os.fork()
        if not child:
            os.close(go)
            os.read(ready, 1)
            failure = failure_of(lambda: make_store(tmp_path).close())
            os._exit({"": 0, "StoreExists": 5}.get(failure.partition(":")[0], 70))
        children.append(child)
    os.close(ready)
    os.close(go)
    codes = sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)
    assert codes == [0] + [5] * (RACERS - 1)
    with Repository.open(str(tmp_path / ".memora")) as repository:
        remember(repository, "it works")


@needs_fork
def test_a_store_whose_making_was_killed_is_none_and_can_be_made(tmp_path: Path) -> None:
    """Killed at each write of the database's first transaction, which a store without tables shows."""
    folder = tmp_path / ".memora"
    folder.mkdir()
    for leftovers in ({}, {"memora.db": b""}, {"memora.db": b"", ".gitignore": b"", "config.toml": b""}):
        for name, content in leftovers.items():
            (folder / name).write_bytes(content)
        assert failure_of(lambda: Repository.open(str(folder))).startswith("NoStore")
    make_store(tmp_path).close()
    assert (folder / ".gitignore").read_text() == "*\n"
    Repository.open(str(folder)).close()


def test_a_store_without_tables_is_none(tmp_path: Path) -> None:
    from memora.storage.database import Database

    (tmp_path / ".memora").mkdir()
    database = Database(str(tmp_path / ".memora" / "memora.db"), create=True)
    database.execute("PRAGMA journal_mode=WAL")
    database.close()
    assert failure_of(lambda: Repository.open(str(tmp_path / ".memora"))).startswith("NoStore")
    make_store(tmp_path, memories=1).close()


@pytest.mark.parametrize("left", [b"", None])
def test_a_store_that_lost_its_database_is_not_made_anew(tmp_path: Path, left: bytes | None) -> None:
    """A new, empty one would hide that all is lost; what is left may still be worth a look."""
    make_store(tmp_path, memories=1).close()
    database = tmp_path / ".memora" / "memora.db"
    database.unlink()
    if left is not None:
        database.write_bytes(left)
    with pytest.raises(StoreExists):
        make_store(tmp_path)


def test_what_a_person_wrote_stays(tmp_path: Path) -> None:
    folder = tmp_path / ".memora"
    folder.mkdir()
    (folder / ".gitignore").write_text("mine\n")
    (folder / "config.toml").write_text("# mine\n")
    make_store(tmp_path).close()
    assert (folder / ".gitignore").read_text() == "mine\n"
    assert (folder / "config.toml").read_text() == "# mine\n"


def test_a_file_is_no_place_for_a_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    with pytest.raises(BadInput, match="not a directory"):
        make_store(tmp_path / "file")
    with pytest.raises(Unavailable):
        make_store(tmp_path / "file" / "below")
    assert (tmp_path / "file").read_text() == "precious"


def test_a_bad_branch_name_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadName):
        init(str(tmp_path), branch="a..b")
    assert not (tmp_path / ".memora").exists()


def test_the_store_follows_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        make_store(tmp_path, memories=1).close()
    finally:
        os.umask(before)
    for entry in (tmp_path / ".memora", *(tmp_path / ".memora").iterdir()):
        assert not stat.S_IMODE(entry.stat().st_mode) & 0o077, entry


@needs_root
def test_a_directory_that_cannot_be_written_says_so() -> None:
    with public_directory() as directory:
        ending = in_child(lambda: failure_of(lambda: make_store(directory)), user=65534)
    assert ending.said == f"ReadOnly: {directory} is read-only"
