"""Objects in the database, verified against their ids whenever they are read from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from memora.errors import DamagedObject, MissingObject
from memora.model.ids import OBJECT_ID_BYTES, ObjectId, ObjectKind, hash_object
from memora.storage.database import Database

KINDS: Final[tuple[ObjectKind, ...]] = ("node", "tree", "commit", "tag", "session")
_CODES: Final = {kind: code for code, kind in enumerate(KINDS)}

# Of trees a process reads the same ones again and again, in a merge of large stores many. So many take about 25 MB.
_MOST_TREES: Final = 32_768


_AT_ONCE: Final = 500  # values that one statement is given


class SqliteObjects:
    """The objects of a store. Writes need a transaction that somebody else has begun."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._trees: dict[ObjectId, bytes] = {}

    def read(self, object_id: ObjectId, kind: ObjectKind) -> bytes:
        """The verified body of an object. Raises MissingObject, DamagedObject."""
        if kind == "tree" and object_id in self._trees:
            return self._trees[object_id]
        row = self._database.one("SELECT kind, body FROM objects WHERE id = ?", (object_id,))
        if row is None or row[0] != _CODES[kind]:
            raise MissingObject(object_id.hex(), kind)
        body = verified(object_id, kind, row[1])
        if kind == "tree":
            self._remember_tree(object_id, body)
        return body

    def forget_trees(self) -> None:
        """Read every tree from the database again: for who doubts it, or has removed objects from it."""
        self._trees.clear()

    def read_row(self, row: int, kind: ObjectKind) -> tuple[ObjectId, bytes]:
        """Id and verified body of the object in a row. Raises MissingObject, DamagedObject."""
        found = self._database.one("SELECT id, kind, body FROM objects WHERE row = ?", (row,))
        if found is None or found[1] != _CODES[kind]:
            raise MissingObject(f"row {row}", kind)
        return ObjectId(found[0]), verified(found[0], kind, found[2])

    def read_rows(self, rows: Sequence[int], kind: ObjectKind) -> dict[int, tuple[ObjectId, bytes]]:
        """Ids and verified bodies of the objects in some rows. Raises MissingObject, DamagedObject."""
        places = ", ".join("?" * len(rows))
        found = self._database.all(f"SELECT row, id, kind, body FROM objects WHERE row IN ({places})", tuple(rows))
        read = {
            row: (ObjectId(object_id), verified(object_id, kind, body))
            for row, object_id, code, body in found
            if code == _CODES[kind]
        }
        for row in rows:
            if row not in read:
                raise MissingObject(f"row {row}", kind)
        return read

    def has(self, object_id: ObjectId) -> bool:
        """Whether an object of that id is stored."""
        return self._database.one("SELECT 1 FROM objects WHERE id = ?", (object_id,)) is not None

    def present(self, ids: Sequence[ObjectId]) -> set[ObjectId]:
        """Those of some objects that are stored."""
        if self.last_row() < len(ids):  # a store that is new, which somebody clones into
            return {ObjectId(row[0]) for row in self._database.stream("SELECT id FROM objects")}.intersection(ids)
        found: set[ObjectId] = set()
        for start in range(0, len(ids), _AT_ONCE):
            part = tuple(ids[start : start + _AT_ONCE])
            places = ", ".join("?" * len(part))
            found.update(row[0] for row in self._database.all(f"SELECT id FROM objects WHERE id IN ({places})", part))
        return found

    def kind_of(self, object_id: ObjectId) -> ObjectKind | None:
        """The kind of an object; None where there is none."""
        row = self._database.one("SELECT kind FROM objects WHERE id = ?", (object_id,))
        return None if row is None else _kind(row[0])

    def row_of(self, object_id: ObjectId) -> int:
        """The row that derived tables call an object by. Raises MissingObject."""
        row = self._database.one("SELECT row FROM objects WHERE id = ?", (object_id,))
        if row is None:
            raise MissingObject(object_id.hex(), "stored")
        return int(row[0])

    def write(self, kind: ObjectKind, body: bytes) -> ObjectId:
        """Store a body and give its id. Storing the same body twice keeps one object."""
        object_id = hash_object(kind, body)
        self._database.execute(
            "INSERT INTO objects(id, kind, body) VALUES(?, ?, ?) ON CONFLICT(id) DO NOTHING",
            (object_id, _CODES[kind], body),
        )
        if kind == "tree":
            self._remember_tree(object_id, body)
        return object_id

    def insert(self, kind: ObjectKind, body: bytes) -> tuple[ObjectId, int, bool]:
        """Store a body; give its id, its row and whether it is new."""
        object_id = self.write(kind, body)
        if self._database.changed_rows():
            return object_id, self._database.last_row(), True
        return object_id, self.row_of(object_id), False

    def insert_verified(self, kind: ObjectKind, objects: Sequence[tuple[ObjectId, bytes]]) -> list[tuple[int, bool]]:
        """Store bodies that are known to hash to their ids; give for each its row and whether it is new."""
        before = self.last_row()
        code = _CODES[kind]
        self._database.execute_many(
            "INSERT INTO objects(row, id, kind, body) VALUES(?, ?, ?, ?) ON CONFLICT(id) DO NOTHING",
            ((row, object_id, code, body) for row, (object_id, body) in enumerate(objects, before + 1)),
        )
        if kind == "tree":
            for object_id, body in objects:
                self._remember_tree(object_id, body)
        made = self._database.one("SELECT count(*) FROM objects WHERE row > ?", (before,))
        if made is not None and made[0] == len(objects):
            return [(row, True) for row in range(before + 1, before + 1 + len(objects))]
        new = {row for (row,) in self._database.stream("SELECT row FROM objects WHERE row > ?", (before,))}
        return [
            (row, True) if row in new else (self.row_of(object_id), False)
            for row, (object_id, _) in enumerate(objects, before + 1)
        ]

    def put_back(self, object_id: ObjectId, kind: ObjectKind, body: bytes) -> int | None:
        """Store a sound body over a damaged one, or anew where the object is missing: its row then, else None."""
        verified(object_id, kind, body)
        self._database.execute("UPDATE objects SET kind = ?, body = ? WHERE id = ?", (_CODES[kind], body, object_id))
        if self._database.changed_rows():
            return None
        self._database.execute("INSERT INTO objects(id, kind, body) VALUES(?, ?, ?)", (object_id, _CODES[kind], body))
        return self._database.last_row()

    def find_prefix(self, prefix_hex: str, kind: ObjectKind, limit: int) -> list[ObjectId]:
        """Ids of objects of a kind that begin with some hexadecimal digits, in order."""
        if len(prefix_hex) > 2 * OBJECT_ID_BYTES:
            return []
        low = bytes.fromhex(prefix_hex.ljust(64, "0"))
        high = bytes.fromhex(prefix_hex.ljust(64, "f"))
        rows = self._database.all(
            "SELECT id FROM objects WHERE id BETWEEN ? AND ? AND kind = ? ORDER BY id LIMIT ?",
            (low, high, _CODES[kind], limit),
        )
        return [ObjectId(row[0]) for row in rows]

    def scan(self) -> Iterator[tuple[int, ObjectId, ObjectKind | None, bytes]]:
        """Row, id, kind and body of every object, in the order of storing, and nothing of it verified.

        The kind is None where it is no kind; id and body need not even be bytes where the database is damaged.
        """
        for row, object_id, code, body in self._database.stream("SELECT row, id, kind, body FROM objects ORDER BY row"):
            yield row, ObjectId(object_id), _kind(code), body

    def rows(self, kind: ObjectKind) -> Iterator[tuple[int, ObjectId, bytes]]:
        """Row, id and verified body of every object of a kind, in the order of storing."""
        for row, object_id, body in self._database.stream(
            "SELECT row, id, body FROM objects WHERE kind = ? ORDER BY row", (_CODES[kind],)
        ):
            yield row, ObjectId(object_id), verified(object_id, kind, body)

    def count_kinds(self) -> dict[str, int]:
        """How many objects of each kind are stored."""
        rows = self._database.all("SELECT kind, count(*) FROM objects GROUP BY kind ORDER BY kind")
        return {_kind(code) or "unknown": count for code, count in rows}

    def count(self, kind: ObjectKind | None = None) -> int:
        """How many objects are stored, of a kind or of all."""
        where, values = ("", ()) if kind is None else (" WHERE kind = ?", (_CODES[kind],))
        row = self._database.one(f"SELECT count(*) FROM objects{where}", values)
        return int(row[0]) if row else 0

    def stored_before(self, object_id: ObjectId, count: int) -> Iterator[tuple[ObjectId, ObjectKind | None, bytes]]:
        """Id, kind and body of the objects stored last before one, the nearest first, and nothing of them verified."""
        for found, code, body in self._database.all(
            "SELECT o.id, o.kind, o.body FROM objects here JOIN objects o ON o.row < here.row WHERE here.id = ?"
            " ORDER BY o.row DESC LIMIT ?",
            (object_id, count),
        ):
            yield ObjectId(found), _kind(code), body

    def naming_after(self, row: int) -> Iterator[tuple[ObjectId, ObjectKind, bytes]]:
        """Id, kind and body of the objects that may name others and were stored after that of a row, in that order.

        Left out are node versions that are in no dispute, as they were projected. None is verified.
        """
        sql = (
            "SELECT id, kind, body FROM objects WHERE row > ?1 AND"
            " (kind != ?2 OR row IN (SELECT row FROM versions WHERE status = 'conflicted' AND row > ?1)) ORDER BY row"
        )
        for object_id, code, body in self._database.stream(sql, (row, _CODES["node"])):
            yield ObjectId(object_id), KINDS[code], body

    def sizes(self) -> Iterator[tuple[int, ObjectId, ObjectKind | None, int]]:
        """Row, id, kind and number of bytes of every object, in the order of storing; bodies are not read."""
        sql = "SELECT row, id, kind, length(body) FROM objects ORDER BY row"
        for row, object_id, code, size in self._database.stream(sql):
            yield row, ObjectId(object_id), _kind(code), size

    def disputed(self) -> Iterator[tuple[ObjectId, bytes]]:
        """Id and verified body of every node version that holds a dispute, or held one before it was damaged."""
        for object_id, body in self._database.stream(
            "SELECT id, body FROM objects WHERE kind = ? AND instr(body, ?)"
            " OR row IN (SELECT row FROM versions WHERE status = 'conflicted')",
            (_CODES["node"], b'"conflict":'),
        ):
            yield ObjectId(object_id), verified(object_id, "node", body)

    def holding(self, kind: ObjectKind, part: bytes) -> Iterator[tuple[ObjectId, bytes]]:
        """Id and verified body of the objects of a kind whose bodies hold some bytes; nothing is kept open."""
        rows = self._database.all(
            "SELECT row FROM objects WHERE kind = ? AND instr(body, ?) ORDER BY row", (_CODES[kind], part)
        )
        for (row,) in rows:
            yield self.read_row(row, kind)

    def last_row(self) -> int:
        """The row of the object that was stored last; 0 where there is none."""
        row = self._database.one("SELECT max(row) FROM objects")
        return int(row[0]) if row and row[0] is not None else 0

    def _remember_tree(self, object_id: ObjectId, body: bytes) -> None:
        # What a failed transaction wrote may be among them. Nothing refers to that, so nobody asks for it.
        if len(self._trees) >= _MOST_TREES:
            self._trees.clear()
        self._trees[object_id] = body


def _kind(code: object) -> ObjectKind | None:
    return KINDS[code] if isinstance(code, int) and 0 <= code < len(KINDS) else None


def verified(object_id: ObjectId, kind: ObjectKind, body: bytes) -> bytes:
    """A body that belongs to an id. Raises DamagedObject."""
    if type(body) is not bytes or hash_object(kind, body) != object_id:
        raise DamagedObject(object_id.hex(), "its bytes do not hash to its id")
    return body
