"""Which databases are opened: those of this format that hold what memora made, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest
from stores import make_store

from memora.errors import Damaged, MemoraError
from memora.errors.store import NewerFormat, UnsafeStore
from memora.repository import Repository
from memora.storage.schema import APPLICATION_ID, FORMAT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_store(tmp_path, memories=2).close()
    return tmp_path / ".memora"


def change(folder: Path, *statements: str) -> None:
    """Change a store as somebody would who has no respect for it."""
    connection = apsw.Connection(str(folder / "memora.db"))
    for statement in statements:
        connection.execute(statement)
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    connection.close()


def refusal(folder: Path, error: type[MemoraError]) -> str:
    with pytest.raises(error) as caught:
        Repository.open(str(folder))
    assert type(caught.value) is error
    return str(caught.value)


def test_a_store_as_memora_makes_it_is_opened(folder: Path) -> None:
    Repository.open(str(folder)).close()


def test_a_newer_format_is_refused_untouched(folder: Path) -> None:
    change(folder, f"PRAGMA user_version={FORMAT + 1}")
    before = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
    assert (
        refusal(folder, NewerFormat) == f"this store has format {FORMAT + 1}, this memora knows formats up to {FORMAT}"
    )
    after = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
    assert {name: after[name] for name in before} == before


def test_a_newer_format_is_told_even_where_its_tables_differ(folder: Path) -> None:
    change(folder, f"PRAGMA user_version={FORMAT + 7}", "CREATE TABLE later(x)", "DROP TABLE events")
    refusal(folder, NewerFormat)


@pytest.mark.parametrize("version", [0, -1])
def test_a_format_that_never_was_is_damage(folder: Path, version: int) -> None:
    change(folder, f"PRAGMA user_version={version}")
    assert "never was" in refusal(folder, Damaged)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER evil AFTER INSERT ON operations BEGIN UPDATE refs SET target = x'00'; END",
        "CREATE TRIGGER workspaces AFTER INSERT ON operations BEGIN UPDATE refs SET target = x'00'; END",
        "CREATE VIEW evil AS SELECT 1",
        "CREATE TABLE more(x)",
        "CREATE INDEX more ON objects(kind)",
        "CREATE VIRTUAL TABLE text_evil USING fts5(x)",
        "CREATE VIEW text_evil AS SELECT 1",
        "CREATE TRIGGER text_evil AFTER INSERT ON operations BEGIN DELETE FROM refs; END",
        "ALTER TABLE objects ADD COLUMN more",
        "DROP INDEX moves_by_pointer",
        "DROP TABLE view",
    ],
)
def test_a_schema_that_memora_did_not_make_is_refused(folder: Path, statement: str) -> None:
    change(folder, statement)
    refusal(folder, UnsafeStore)


def test_a_trigger_hidden_behind_a_table_of_its_name_is_refused(folder: Path) -> None:
    """Where the last entry of a name counts, a trigger that comes before the table of that name is not seen."""
    change(folder, "CREATE TRIGGER commits AFTER INSERT ON objects BEGIN DELETE FROM refs; END")
    change(
        folder,
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_master SET rowid = 901 WHERE type = 'trigger'",
        "UPDATE sqlite_master SET rowid = 902 WHERE name = 'commits' AND type = 'table'",
    )
    assert "trigger 'commits'" in refusal(folder, UnsafeStore)


def test_a_table_that_is_entered_twice_is_refused(folder: Path) -> None:
    change(
        folder,
        "PRAGMA writable_schema=ON",
        "INSERT INTO sqlite_master SELECT * FROM sqlite_master WHERE name = 'refs'",
    )
    with pytest.raises(MemoraError):
        Repository.open(str(folder))


def test_a_foreign_database_is_refused_and_stays(folder: Path) -> None:
    (folder / "memora.db").unlink()
    change(folder, "CREATE TABLE theirs(x)")
    before = (folder / "memora.db").read_bytes()
    assert "not a database of memora" in refusal(folder, UnsafeStore)
    assert (folder / "memora.db").read_bytes() == before


def test_an_application_id_that_changed_is_refused(folder: Path) -> None:
    change(folder, f"PRAGMA application_id={APPLICATION_ID + 1}")
    assert "not a database of memora" in refusal(folder, UnsafeStore)


def test_a_database_without_tables_is_damage_where_a_store_was(folder: Path) -> None:
    shutil.copy(folder / "witness", folder.parent / "kept")
    for name in ("memora.db", "memora.db-wal", "memora.db-shm"):
        (folder / name).unlink()
    change(folder, "PRAGMA journal_mode=WAL", f"PRAGMA application_id={APPLICATION_ID}")
    assert "is empty" in refusal(folder, Damaged)
