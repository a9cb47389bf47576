"""The operation log: for every mutating command, which pointers it moved, from what to what.

Each operation's hash covers the one before it, so a row that is changed, dropped or put back shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from blake3 import blake3

from memora.errors import Damaged
from memora.model.clock import EARLIEST, LATEST
from memora.storage.database import Database, Row
from memora.storage.witness import Seen

# The command of the operation that changes what earlier ones say (``memora.storage.rewriting``).
PURGE = "purge"

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

_COLUMNS = "number, at, workspace, author, command, summary, position, previous, redoable"


class Move(NamedTuple):
    """One pointer before and after an operation; None where it did not exist.

    Pointers are ``refs/…``, ``workspace/NAME/head`` and ``workspace/NAME/tree``. Values are object ids, or the
    stored form of a head.
    """

    pointer: str
    before: bytes | None
    after: bytes | None


class Operation(NamedTuple):
    """One mutating command. Numbers count from 1 over the whole store.

    ``position`` is the operation whose effect is the newest one standing after this one: itself, or after
    an undo an earlier one (0 for none). ``previous`` is the position that this one was done on.
    ``redoable`` are operations that ``redo`` would take up again, the next one first.
    """

    number: int
    at: int
    workspace: str
    author: str
    command: str
    summary: str
    position: int
    previous: int
    redoable: tuple[int, ...] = ()
    moves: tuple[Move, ...] = ()


class OperationLog:
    """The operations of a store, oldest first by number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def head(self) -> Seen:
        """Number and hash of the last operation; (0, b"") before the first."""
        row = self._database.one("SELECT number, hash FROM operations ORDER BY number DESC LIMIT 1")
        return Seen(0, b"") if row is None else Seen(row[0], row[1])

    def oldest(self) -> Seen:
        """Number and hash of the first operation that the log holds; (0, b"") where it holds none."""
        row = self._database.one("SELECT number, hash FROM operations ORDER BY number LIMIT 1")
        return Seen(0, b"") if row is None else Seen(row[0], row[1])

    def append(self, operation: Operation, head: Seen) -> Seen:
        """Add an operation at the end, after ``head``; its number must follow that one's."""
        seen = Seen(operation.number, chain_hash(head.hash, operation))
        redoable = " ".join(map(str, operation.redoable))
        self._database.execute(
            f"INSERT INTO operations({_COLUMNS}, hash) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*operation[:8], redoable, seen.hash),
        )
        self._database.execute_many(
            "INSERT INTO moves(operation, pointer, before, after) VALUES(?, ?, ?, ?)",
            [(operation.number, *move) for move in operation.moves],
        )
        return seen

    def hash_of(self, number: int) -> bytes | None:
        """The hash that an operation has in the log; None where it is not in it."""
        row = self._database.one("SELECT hash FROM operations WHERE number = ?", (number,))
        return None if row is None else row[0]

    def was_rewritten_since(self, number: int) -> bool:
        """Whether a purge came after an operation, which gave that and all before other hashes."""
        sql = "SELECT 1 FROM operations WHERE number > ? AND command = ? LIMIT 1"
        return self._database.one(sql, (number, PURGE)) is not None

    def is_shortened(self) -> bool:
        """Whether operations were forgotten, so that the log does not begin with the first."""
        row = self._database.one("SELECT min(number) FROM operations")
        return row is not None and row[0] is not None and row[0] > 1

    def find(self, number: int) -> Operation | None:
        """One operation with its moves, or None."""
        row = self._database.one(f"SELECT {_COLUMNS} FROM operations WHERE number = ?", (number,))
        return None if row is None else self._operation(row)

    def last_of(self, workspace: str) -> Operation | None:
        """The newest operation of a workspace, or None."""
        row = self._database.one(
            f"SELECT {_COLUMNS} FROM operations WHERE workspace = ? ORDER BY number DESC LIMIT 1", (workspace,)
        )
        return None if row is None else self._operation(row)

    def position_of(self, workspace: str) -> int:
        """The position that the newest operation of a workspace left it on; 0 before the first."""
        row = self._database.one(
            "SELECT position FROM operations WHERE workspace = ? ORDER BY number DESC LIMIT 1", (workspace,)
        )
        return 0 if row is None else int(row[0])

    def newest_first(self, workspace: str | None = None) -> Iterator[Operation]:
        """Operations with their moves, streaming, of one workspace or of all."""
        where, values = ("", ()) if workspace is None else (" WHERE workspace = ?", (workspace,))
        sql = f"SELECT {_COLUMNS} FROM operations{where} ORDER BY number DESC"
        for row in self._database.stream(sql, values):
            yield self._operation(row)

    def moves_of(self, pointer: str) -> Iterator[tuple[Operation, Move]]:
        """The operations that moved a pointer, newest first."""
        sql = "SELECT operation, before, after FROM moves WHERE pointer = ? ORDER BY operation DESC"
        for number, before, after in self._database.stream(sql, (pointer,)):
            operation = self.find(number)
            if operation is not None:
                yield operation, Move(pointer, before, after)

    def verify(self) -> Iterator[int]:
        """Numbers of the operations whose hash does not follow from the one before, and of moves of no operation.

        What the first row of a log that ``prune`` shortened says is taken on trust: its moves are gone.
        """
        before = Seen(0, b"")
        for row in self._database.stream(f"SELECT {_COLUMNS}, hash FROM operations ORDER BY number"):
            moves = self._moves(row[0])
            is_anchor = not before.number and row[0] > 1 and not moves
            if not (is_anchor or (row[0] == before.number + 1 and _follows(before.hash, row, moves))):
                yield row[0]
            before = Seen(row[0], row[-1])
        for (number,) in self._database.all(
            "SELECT DISTINCT operation FROM moves WHERE operation NOT IN (SELECT number FROM operations)"
        ):
            yield number

    def find_anchor(self, at: int) -> int:
        """The number of the newest operation that all before it, and itself, are older than a time; 0 for none.

        Also 0 where that is the first: there is nothing before it to forget, and without its moves it would not be
        the operation that its hash speaks of.
        """
        row = self._database.one(
            "SELECT coalesce((SELECT min(number) FROM operations WHERE at >= ?) - 1, max(number)) FROM operations",
            (at,),
        )
        return row[0] if row and row[0] and row[0] > 1 else 0

    def drop_to(self, anchor: int) -> None:
        """Forget the operations before one, and what that one moved.

        That one stays as the anchor of the chain, but nothing can be undone beyond it.
        """
        self._database.execute("DELETE FROM moves WHERE operation <= ?", (anchor,))
        self._database.execute("DELETE FROM operations WHERE number < ?", (anchor,))

    def count(self) -> int:
        """How many operations the log holds."""
        row = self._database.one("SELECT count(*) FROM operations")
        return int(row[0]) if row else 0

    def count_before(self, number: int) -> int:
        """How many operations have a lower number."""
        row = self._database.one("SELECT count(*) FROM operations WHERE number < ?", (number,))
        return int(row[0]) if row else 0

    def moves_after(self, number: int) -> Iterator[Move]:
        """The moves of all operations with a higher number, each distinct one once, in no order."""
        for row in self._database.stream(
            "SELECT DISTINCT pointer, before, after FROM moves WHERE operation > ?", (number,)
        ):
            yield Move(*row)

    def last_moves(self) -> Iterator[tuple[int, Move]]:
        """For each pointer that was moved as far as the log goes back, the last operation that did so and its move."""
        for number, *move in self._database.stream(
            "SELECT max(operation), pointer, before, after FROM moves GROUP BY pointer ORDER BY pointer"
        ):
            yield number, Move(*move)

    def _moves(self, number: int) -> list[Row]:
        return self._database.all(
            "SELECT pointer, before, after FROM moves WHERE operation = ? ORDER BY pointer", (number,)
        )

    def _operation(self, row: Row) -> Operation:
        try:
            return _read(row, self._moves(row[0]))
        except (TypeError, ValueError, AttributeError):
            raise Damaged(f"operation {row[0]} cannot be read") from None


def chain_hash(before: bytes, operation: Operation) -> bytes:
    """BLAKE3-256 of the hash before and everything an operation says (SPEC.md, "Operations")."""
    moves = [[name, old and old.hex(), new and new.hex()] for name, old, new in sorted(operation.moves)]
    text = _encode([*operation[:8], operation.redoable, moves])
    return blake3(b"memora1 operation\0" + before + text.encode()).digest()


def _read(row: Row, moves: list[Row]) -> Operation:
    number, at, workspace, author, command, summary, position, previous, redoable = row[:9]
    texts = (workspace, author, command, summary, redoable, *(move[0] for move in moves))
    values = [value for move in moves for value in move[1:] if value is not None]
    if {*map(type, texts)} != {str} or {*map(type, (number, at, position, previous))} != {int}:
        raise TypeError("a field of another type than it was written with")
    if not {*map(type, values)} <= {bytes}:
        raise TypeError("a move of another type than it was written with")
    if not EARLIEST <= at <= LATEST:
        raise ValueError("a time outside of every calendar")
    return Operation(
        number,
        at,
        workspace,
        author,
        command,
        summary,
        position,
        previous,
        tuple(map(int, redoable.split())),
        tuple(Move(*move) for move in moves),
    )


def _follows(before: bytes, row: Row, moves: list[Row]) -> bool:
    """Whether a row and its moves have the hash that the row says, whatever damage they may hold."""
    try:
        operation = _read(row, moves)
        same_form = " ".join(map(str, operation.redoable)) == row[8]
        return same_form and chain_hash(before, operation) == bytes(row[9])
    except (TypeError, ValueError, AttributeError):
        return False
