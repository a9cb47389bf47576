"""The connection: each setting an experiment asked for is in force; SQLite's failures come in memora's words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from memora.errors import Damaged, Unavailable
from memora.errors.store import Busy, DiskFull, ReadOnly
from memora.storage.database import BUSY_MILLISECONDS, Database, translate


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(str(tmp_path / "memora.db"), create=True)
    database.execute("PRAGMA journal_mode=WAL")
    yield database
    database.close()


@pytest.mark.parametrize(
    "pragma, value",
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("cell_size_check", 1),
        ("trusted_schema", 0),
        ("mmap_size", 0),
        ("wal_autocheckpoint", 0),
        ("busy_timeout", BUSY_MILLISECONDS),
    ],
)
def test_a_setting_is_in_force(database: Database, pragma: str, value: object) -> None:
    assert database.one(f"PRAGMA {pragma}") == (value,)
    again = Database(database.path)
    assert again.one(f"PRAGMA {pragma}") == (value,)
    again.close()


def test_the_connection_defends_itself(database: Database) -> None:
    connection = database.connection
    assert connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, -1) == 1
    assert connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1) == 1
    database.execute("PRAGMA writable_schema=ON")
    with pytest.raises(Damaged):
        database.execute("UPDATE sqlite_master SET sql = ''")


def test_sqlite_is_free_of_the_wal_reset_defect() -> None:
    assert tuple(map(int, apsw.sqlite_lib_version().split("."))) >= (3, 51, 3)


def test_closing_leaves_the_log_to_whoever_holds_the_lock(database: Database) -> None:
    log = Path(database.path + "-wal")
    database.execute("CREATE TABLE t(x)")
    size = log.stat().st_size
    database.close()
    assert log.stat().st_size == size


def test_a_whole_checkpoint_empties_the_log(database: Database) -> None:
    log = Path(database.path + "-wal")
    database.execute("CREATE TABLE t(x)")
    database.checkpoint(whole=False)
    assert log.stat().st_size > 0
    database.checkpoint(whole=True)
    assert log.stat().st_size == 0


def test_a_checkpoint_does_not_wait_for_readers(database: Database) -> None:
    database.execute("CREATE TABLE t(x)")
    reader = Database(database.path)
    reader.execute("BEGIN")
    reader.one("SELECT * FROM t")
    database.execute("INSERT INTO t VALUES(1)")
    database.checkpoint(whole=True)
    reader.close()
    assert database.one("PRAGMA busy_timeout") == (BUSY_MILLISECONDS,)
    assert database.one("SELECT x FROM t") == (1,)


class FullFile(apsw.VFSFile):
    """A file on a disk that takes nothing more while ``full``."""

    full = False

    def xWrite(self, data: bytes, offset: int) -> None:
        if FullFile.full:
            raise apsw.FullError("database or disk is full")
        super().xWrite(data, offset)


class FullDisk(apsw.VFS):
    def __init__(self) -> None:
        # Named, because the default is this one itself as soon as it is registered.
        self.beneath = apsw.vfs_names()[0]
        super().__init__("full", self.beneath, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> FullFile:
        return FullFile(self.beneath, name, flags)


@pytest.fixture
def on_a_full_disk(tmp_path: Path) -> Iterator[Database]:
    disk = FullDisk()
    database = Database(str(tmp_path / "full.db"), create=True)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE t(x)")
    FullFile.full = True
    yield database
    FullFile.full = False
    database.close()
    disk.unregister()


def test_a_checkpoint_that_finds_the_disk_full_is_no_failure(on_a_full_disk: Database) -> None:
    """What was committed is in the log, and acknowledged."""
    on_a_full_disk.checkpoint(whole=True)
    assert on_a_full_disk.one("SELECT count(*) FROM t") == (0,)
    FullFile.full = False
    on_a_full_disk.checkpoint(whole=True)
    assert Path(on_a_full_disk.path + "-wal").stat().st_size == 0


def test_a_write_that_finds_the_disk_full_says_so(on_a_full_disk: Database) -> None:
    with pytest.raises(DiskFull):
        on_a_full_disk.execute("INSERT INTO t VALUES(zeroblob(100000))")
    assert on_a_full_disk.one("SELECT count(*) FROM t") == (0,)


@pytest.mark.parametrize("content", [b"no", b"no database at all\n" * 100, b"SQLite format 3\0" + b"\xff" * 4080])
def test_what_is_no_database_is_called_damage(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "memora.db"
    path.write_bytes(content)
    database = None
    with pytest.raises(Damaged):
        database = Database(str(path))
        database.one("SELECT * FROM sqlite_master")
    if database is not None:
        database.close()
    assert path.read_bytes() == content


def test_an_empty_database_is_refused_before_its_log_is_deleted(database: Database) -> None:
    """SQLite takes a log beside a database of no length for stale and removes it, with all that was committed."""
    database.execute("CREATE TABLE t(x)")
    database.close()
    log = Path(database.path + "-wal").read_bytes()
    assert log
    for nothing in (b"", b"S"):
        Path(database.path).write_bytes(nothing)
        with pytest.raises(Damaged, match="is empty"):
            Database(database.path)
        assert Path(database.path + "-wal").read_bytes() == log


def test_text_that_is_no_text_is_called_damage(database: Database) -> None:
    database.execute("CREATE TABLE t(x)")
    database.execute("INSERT INTO t VALUES(CAST(x'ff61' AS TEXT))")
    for read in (
        lambda: database.one("SELECT x FROM t"),
        lambda: database.all("SELECT x FROM t"),
        lambda: list(database.stream("SELECT x FROM t")),
    ):
        with pytest.raises(Damaged):
            read()


def test_a_database_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Database(str(tmp_path / "nowhere.db"))


def test_a_truncated_database_is_called_damage(database: Database) -> None:
    database.execute("CREATE TABLE t(x)")
    for _ in range(50):
        database.execute("INSERT INTO t VALUES(randomblob(1000))")
    database.checkpoint(whole=True)
    database.close()
    whole = Path(database.path).read_bytes()
    for size in (100, 4096, 5000, 20480, len(whole) - 4096):
        Path(database.path).write_bytes(whole[:size])
        with pytest.raises(Damaged):
            again = Database(database.path)
            try:
                again.all("SELECT * FROM t")
            finally:
                again.close()


@pytest.mark.parametrize(
    "error, meaning",
    [
        (apsw.BusyError("x"), Busy),
        (apsw.LockedError("x"), Unavailable),
        (apsw.FullError("x"), DiskFull),
        (apsw.ReadOnlyError("x"), ReadOnly),
        (apsw.PermissionsError("x"), ReadOnly),
        (apsw.CorruptError("x"), Damaged),
        (apsw.NotADBError("x"), Damaged),
        (apsw.CantOpenError("x"), Unavailable),
        (apsw.SQLError("no such table: objects"), Damaged),
    ],
)
def test_each_failure_has_its_meaning(error: apsw.Error, meaning: type[Exception]) -> None:
    assert type(translate(error, "/there/memora.db")) is meaning


@pytest.mark.parametrize(
    "code, meaning",
    [
        (apsw.SQLITE_IOERR_WRITE, DiskFull),
        (apsw.SQLITE_IOERR_FSYNC, DiskFull),
        (apsw.SQLITE_IOERR_READ, Unavailable),
        (apsw.SQLITE_IOERR_SHORT_READ, Unavailable),
    ],
)
def test_what_could_not_be_written_is_told_from_what_could_not_be_read(code: int, meaning: type[Exception]) -> None:
    error = apsw.IOError("disk I/O error")
    error.extendedresult = code
    assert type(translate(error, "/there/memora.db")) is meaning
