"""The operation log: what it keeps, and that no change to what it kept goes unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memora.errors import Damaged
from memora.storage.database import Database
from memora.storage.operation_log import Move, Operation, OperationLog
from memora.storage.schema import create_schema
from memora.storage.witness import Seen

COLUMNS = ("at", "workspace", "author", "command", "summary", "position", "previous", "redoable", "hash")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(str(tmp_path / "log.db"), create=True)
    create_schema(database)
    yield database
    database.close()


@pytest.fixture
def log(database: Database) -> OperationLog:
    log = OperationLog(database)
    for number in range(1, 6):
        log.append(operation(number), log.head())
    return log


def operation(number: int) -> Operation:
    moves = (Move("refs/heads/main", b"%d" % (number - 1) if number > 1 else None, b"%d" % number),)
    if number % 2:
        moves += (Move("workspace/default/tree", b"x", b"y"),)
    workspace = "default" if number != 3 else "other"
    return Operation(
        number, 1000 * number, workspace, "ada", "add", f"the {number}.", number, number - 1, (9, 8), moves
    )


def test_an_empty_log_ends_before_the_first_operation(database: Database) -> None:
    log = OperationLog(database)
    assert log.head() == Seen(0, b"")
    assert log.find(1) is None
    assert log.last_of("default") is None
    assert list(log.verify()) == []


def test_what_is_appended_is_found(log: OperationLog) -> None:
    assert log.find(3) == operation(3)
    assert log.last_of("default") == operation(5)
    assert log.last_of("other") == operation(3)
    assert [item.number for item in log.newest_first()] == [5, 4, 3, 2, 1]
    assert list(log.newest_first("default")) == [operation(number) for number in (5, 4, 2, 1)]
    assert [(item.number, move.after) for item, move in log.moves_of("workspace/default/tree")] == [
        (5, b"y"),
        (3, b"y"),
        (1, b"y"),
    ]
    assert log.head().number == 5


def test_a_log_as_it_was_written_verifies(log: OperationLog) -> None:
    assert list(log.verify()) == []


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("number", [1, 3, 5])
def test_every_change_to_a_column_is_noticed(log: OperationLog, database: Database, column: str, number: int) -> None:
    for changed in ("x", 77, b"\xff", "9  8"):
        database.execute("SAVEPOINT before")
        database.execute(f"UPDATE operations SET {column} = ? WHERE number = ?", (changed, number))
        assert number in log.verify()
        database.execute("ROLLBACK TO before")
    assert list(log.verify()) == []


@pytest.mark.parametrize(
    "change, named",
    [
        ("UPDATE moves SET before = x'00' WHERE operation = 2", 2),
        ("UPDATE moves SET before = NULL WHERE operation = 2", 2),
        ("UPDATE moves SET after = NULL WHERE operation = 4", 4),
        ("UPDATE moves SET after = 'text' WHERE operation = 4", 4),
        ("UPDATE moves SET pointer = 'refs/heads/mein' WHERE operation = 4", 4),
        ("UPDATE moves SET operation = 9 WHERE operation = 5", 9),
        ("DELETE FROM moves WHERE operation = 1", 1),
        ("DELETE FROM moves WHERE operation = 3 AND pointer LIKE 'workspace%'", 3),
        ("INSERT INTO moves VALUES(2, 'refs/heads/new', NULL, x'01')", 2),
        ("INSERT INTO moves VALUES(77, 'refs/heads/new', NULL, x'01')", 77),
        ("DELETE FROM operations WHERE number = 3", 4),
        ("DELETE FROM operations WHERE number = 1", 2),
        ("UPDATE operations SET number = 6 WHERE number = 5", 6),
        ("INSERT INTO operations SELECT 6, at, workspace, author, command, summary, 6, 5, '', hash"
         " FROM operations WHERE number = 5", 6),
    ],
)  # fmt: skip
def test_every_row_changed_dropped_or_put_in_is_noticed(
    log: OperationLog, database: Database, change: str, named: int
) -> None:
    database.execute(change)
    assert named in log.verify()


def test_a_row_that_cannot_be_read_is_called_damage(log: OperationLog, database: Database) -> None:
    database.execute("UPDATE operations SET redoable = 'nine' WHERE number = 2")
    with pytest.raises(Damaged, match="operation 2"):
        log.find(2)


def test_a_shortened_log_keeps_an_anchor_and_verifies(log: OperationLog, database: Database) -> None:
    head = log.head()
    assert log.find_anchor(3500) == 3
    assert log.count_before(3) == 2
    log.drop_to(3)
    assert [item.number for item in log.newest_first()] == [5, 4, 3]
    assert log.find(3) == operation(3)._replace(moves=())
    assert list(log.verify()) == []
    assert log.head() == head
    database.execute("UPDATE operations SET summary = 'x' WHERE number = 4")
    assert list(log.verify()) == [4]


def test_nothing_newer_than_the_time_is_forgotten_when_a_clock_went_backwards(log: OperationLog) -> None:
    log.append(operation(6)._replace(at=1), log.head())
    assert log.find_anchor(3500) == 3


@pytest.mark.parametrize("at, anchor", [(0, 0), (1000, 0), (1001, 0), (2001, 2), (5000, 4), (5001, 5), (10**9, 5)])
def test_the_anchor_is_the_last_that_is_older(log: OperationLog, at: int, anchor: int) -> None:
    assert log.find_anchor(at) == anchor


def test_a_log_of_which_all_was_forgotten_goes_on(log: OperationLog) -> None:
    log.drop_to(5)
    log.append(operation(6), log.head())
    assert list(log.verify()) == []
    assert log.count_before(log.find_anchor(5000)) == 0
