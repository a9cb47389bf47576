"""fsck --repair: what is derived comes back, what is not stays as it is, and nothing is lost on the way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from stores import (
    NOBODY,
    NOON,
    contents,
    failure_of,
    give_away,
    in_child,
    make_store,
    needs_root,
    public_directory,
    remember,
)

from memora.errors import Damaged
from memora.operations.care.fsck import Checked, fsck
from memora.operations.care.repair import REPAIRABLE, Repaired, repair
from memora.operations.history.commit import commit
from memora.operations.look.receipts import record_recall
from memora.repository import Repository
from memora.storage.schema import DERIVED_TABLES, TRUTH_TABLES
from memora.tree.lookup import entries


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("template")
    with make_store(directory, memories=70) as repository:
        commit(repository, message="first", author="ada", now=NOON)
        remember(repository, "after the commit", key="some.key", tags=["a"])
        record_recall(repository, dict(entries(repository.objects, repository.workspace.tree)), author="bob", now=NOON)
    return directory / ".memora"


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(template, tmp_path / ".memora")
    yield tmp_path / ".memora"


def spoil(folder: Path, *statements: str) -> None:
    connection = apsw.Connection(str(folder / "memora.db"))
    for statement in statements:
        connection.execute(statement)
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    connection.close()


def truth(folder: Path, database: str = "memora.db") -> dict[str, list[tuple[object, ...]]]:
    connection = apsw.Connection(str(folder / database))
    rows = {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in TRUTH_TABLES}
    connection.close()
    return rows


def check(folder: Path) -> Checked:
    return fsck(str(folder), report=lambda problem: None)


def mend(folder: Path) -> Repaired:
    return repair(str(folder), check(folder))


DERIVED_DAMAGE = [
    "UPDATE versions SET confidence = 0.123",
    "DELETE FROM versions",
    "UPDATE view SET workspace = 9",
    "DELETE FROM commits",
    "DELETE FROM accesses",
    "INSERT INTO links VALUES(x'00', 3, 'supports')",
    "INSERT INTO text(text) VALUES('delete-all')",
    "DROP TABLE text",
    "DROP TABLE versions",
    "CREATE TRIGGER evil AFTER INSERT ON operations BEGIN DELETE FROM refs; END",
    "CREATE TABLE more(x)",
    "PRAGMA application_id = 7",
    "PRAGMA user_version = 0",
    "DROP INDEX moves_by_pointer",
]


@pytest.mark.parametrize("statement", DERIVED_DAMAGE)
def test_everything_derived_comes_back(folder: Path, statement: str) -> None:
    before = truth(folder)
    spoil(folder, statement)
    assert check(folder).errors
    repaired = mend(folder)
    assert (repaired.problems, repaired.checked.errors) == ((), 0)
    assert truth(folder) == before
    assert check(folder) == repaired.checked
    with Repository.open(str(folder)) as repository:
        remember(repository, "goes on")


def pages_of(folder: Path, tables: tuple[str, ...]) -> list[int]:
    """The pages of some tables and of the indexes on them."""
    connection = apsw.Connection(str(folder / "memora.db"))
    names = [
        name
        for name, table in connection.execute("SELECT name, tbl_name FROM sqlite_master WHERE rootpage > 0")
        if any(table == wanted or table.startswith(f"{wanted}_") for wanted in tables)
    ]
    pages = [
        int(number)
        for name in names
        for (number,) in connection.execute("SELECT pageno FROM dbstat WHERE name = ?", (name,))
    ]
    connection.close()
    return pages


def overwrite(folder: Path, pages: list[int]) -> None:
    with open(folder / "memora.db", "r+b") as file:
        for page in pages:
            file.seek((page - 1) * 4096)
            file.write(os.urandom(4096))


def test_pages_of_derived_tables_that_are_noise_come_back(folder: Path) -> None:
    before = truth(folder)
    overwrite(folder, pages_of(folder, DERIVED_TABLES))
    assert "database" in check(folder).rules
    repaired = mend(folder)
    assert repaired.problems == ()
    assert truth(folder) == before


def test_pages_of_the_truth_that_are_noise_are_not_touched(folder: Path) -> None:
    overwrite(folder, pages_of(folder, ("objects",))[1:4])
    database = (folder / "memora.db").read_bytes()
    with pytest.raises(Damaged):
        mend(folder)
    assert (folder / "memora.db").read_bytes() == database
    assert not (folder / "repair.db").exists()


def test_a_damaged_object_stays_and_is_still_named(folder: Path) -> None:
    spoil(
        folder,
        "UPDATE objects SET body = CAST(replace(body, 'after', 'aftex') AS BLOB)",
        "DELETE FROM versions",
    )
    before = truth(folder)
    repaired = mend(folder)
    assert {problem.rule for problem in repaired.problems} == {"object-id"}
    assert truth(folder) == before
    assert repaired.checked.whole == ("main",)


def test_a_loss_is_accepted_and_told(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "memora.db", tmp_path / "older.db")
    with Repository.open(str(folder)) as repository:
        last = repository.log.head().number
        remember(repository, "acknowledged")
        remember(repository, "acknowledged too")
    shutil.copy(tmp_path / "older.db", folder / "memora.db")
    repaired = mend(folder)
    assert repaired.actions == (
        f"the loss is accepted: operations {last + 1} to {last + 2} were acknowledged and are lost;"
        f" the log ends with operation {last}",
    )
    assert repaired.problems == ()
    with Repository.open(str(folder)) as repository:
        remember(repository, "goes on")
        assert "goes on" in contents(repository)


@pytest.mark.parametrize("content", [None, b"", b"torn"])
def test_a_witness_is_written_anew(folder: Path, content: bytes | None) -> None:
    (folder / "witness").unlink()
    if content is not None:
        (folder / "witness").write_bytes(content)
    assert mend(folder).problems == ()


def test_the_log_mode_comes_back(folder: Path) -> None:
    spoil(folder, "PRAGMA journal_mode=DELETE")
    assert mend(folder).problems == ()


def test_the_database_is_kept_as_it_was(folder: Path) -> None:
    repository = Repository.open(str(folder))
    remember(repository, "only in the log")
    repository.index.database.close()  # as if it were killed: the log stays full
    spoiled = apsw.Connection(str(folder / "memora.db"))
    spoiled.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    spoiled.execute("DELETE FROM versions")
    spoiled.close()
    database, log = (folder / "memora.db").read_bytes(), (folder / "memora.db-wal").read_bytes()
    assert log
    repaired = mend(folder)
    assert repaired.copy == str(folder / "memora-before-repair-1.db")
    assert Path(repaired.copy).read_bytes() == database
    assert Path(repaired.copy + "-wal").read_bytes() == log
    spoil(folder, "DELETE FROM versions")
    assert mend(folder).copy == str(folder / "memora-before-repair-2.db")


def test_a_sound_store_is_left_alone(folder: Path) -> None:
    before = (folder / "memora.db").read_bytes()
    repaired = mend(folder)
    assert (repaired.actions, repaired.copy, repaired.problems) == ((), None, ())
    assert (folder / "memora.db").read_bytes() == before


def test_what_is_no_database_is_left_alone(folder: Path) -> None:
    (folder / "memora.db").write_bytes(b"no database" * 500)
    with pytest.raises(Damaged):
        mend(folder)
    assert (folder / "memora.db").read_bytes() == b"no database" * 500


def test_a_reader_sees_the_store_before_or_after(folder: Path) -> None:
    spoil(folder, "UPDATE versions SET confidence = 0.123")
    with Repository.open(str(folder)) as reader:
        with reader.snapshot():
            assert reader.index.database.one("SELECT min(confidence) FROM versions") == (0.123,)
            mend(folder)
            assert reader.index.database.one("SELECT min(confidence) FROM versions") == (0.123,)
        assert reader.index.database.one("SELECT min(confidence) FROM versions") != (0.123,)
        remember(reader, "goes on")
    assert check(folder).errors == 0


@needs_root
def test_a_store_that_can_only_be_read_is_not_repaired(folder: Path) -> None:
    spoil(folder, "DELETE FROM versions")
    with public_directory() as directory:
        shutil.copytree(folder, directory / ".memora")
        give_away(directory / ".memora", NOBODY, 0o444)
        ending = in_child(lambda: failure_of(lambda: mend(directory / ".memora")), user=NOBODY)
        assert ending.said == f"ReadOnly: {directory / '.memora'} is read-only"


def test_what_is_truth_is_not_repairable() -> None:
    assert not REPAIRABLE & {"object-id", "object-form", "missing-object", "pointer", "operation-chain", "event-chain"}
