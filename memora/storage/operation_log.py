"""The operation log: for every mutating command, which pointers it moved, from what to what.

Each operation's hash covers the one before it, so a row that is changed, dropped or put back shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from blake3 import blake3

from memora.storage.database import Database
from memora.storage.witness import Seen

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

    def append(self, operation: Operation) -> Seen:
        """Add an operation at the end; its number must follow the last one's."""
        seen = Seen(operation.number, chain_hash(self.head().hash, operation))
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
        """Numbers of the operations whose hash does not follow from the one before.

        The first row of a log that ``prune`` shortened is taken on trust.
        """
        before = Seen(0, b"")
        for row in self._database.stream(f"SELECT {_COLUMNS}, hash FROM operations ORDER BY number"):
            operation, found = self._operation(row[:-1]), bytes(row[-1])
            is_anchor = not before.number and operation.number > 1
            follows = operation.number == before.number + 1 and found == chain_hash(before.hash, operation)
            if not (follows or is_anchor):
                yield operation.number
            before = Seen(operation.number, found)

    def drop_older(self, at: int) -> int:
        """Forget operations older than a time, all but the newest of these, and give how many.

        That one stays as the anchor of the chain; its moves go, so nothing can be undone beyond it.
        """
        row = self._database.one("SELECT max(number) FROM operations WHERE at < ?", (at,))
        if row is None or row[0] is None:
            return 0
        self._database.execute("DELETE FROM moves WHERE operation <= ?", (row[0],))
        self._database.execute("DELETE FROM operations WHERE number < ?", (row[0],))
        return self._database.changed_rows()

    def _operation(self, row: tuple[Any, ...]) -> Operation:
        moves = self._database.all(
            "SELECT pointer, before, after FROM moves WHERE operation = ? ORDER BY pointer", (row[0],)
        )
        number, at, workspace, author, command, summary, position, previous, redoable = row
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


def chain_hash(before: bytes, operation: Operation) -> bytes:
    """BLAKE3-256 of the hash before and everything an operation says (SPEC.md, "Operations")."""
    moves = [[name, old and old.hex(), new and new.hex()] for name, old, new in sorted(operation.moves)]
    text = json.dumps([*operation[:8], list(operation.redoable), moves], separators=(",", ":"), ensure_ascii=False)
    return blake3(b"memora1 operation\0" + before + text.encode()).digest()
