"""What every store of objects does, whatever it keeps them in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memora.errors import DamagedObject, MissingObject
from memora.model.ids import ObjectId, ObjectKind, hash_object
from memora.model.ports import ObjectWriter
from memora.storage.database import Database
from memora.storage.memory import MemoryObjects
from memora.storage.objects import KINDS, SqliteObjects
from memora.storage.removal import remove_objects
from memora.storage.schema import create_schema


class Keeper:
    """A store of objects, and a way to spoil what it keeps."""

    def __init__(self, objects: ObjectWriter, database: Database | None) -> None:
        self.objects = objects
        self.database = database

    def spoil(self, object_id: ObjectId, body: bytes) -> None:
        if self.database is not None:
            self.database.execute("UPDATE objects SET body = ? WHERE id = ?", (body, object_id))
        else:
            assert isinstance(self.objects, MemoryObjects)
            self.objects.objects[object_id] = (self.objects.objects[object_id][0], body)


@pytest.fixture(params=["memory", "sqlite"])
def keeper(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keeper]:
    if request.param == "memory":
        yield Keeper(MemoryObjects(), None)
        return
    database = Database(str(tmp_path / "objects.db"), create=True)
    create_schema(database)
    yield Keeper(SqliteObjects(database), database)
    database.close()


def test_what_is_written_is_read_back(keeper: Keeper) -> None:
    for kind in KINDS:
        object_id = keeper.objects.write(kind, b"body of " + kind.encode())
        assert keeper.objects.read(object_id, kind) == b"body of " + kind.encode()
        assert keeper.objects.has(object_id)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(KINDS), body=st.binary(max_size=300))
def test_an_id_is_the_hash_of_kind_and_body(keeper: Keeper, kind: ObjectKind, body: bytes) -> None:
    assert keeper.objects.write(kind, body) == hash_object(kind, body)
    assert keeper.objects.read(hash_object(kind, body), kind) == body


def test_the_same_body_twice_is_one_object(keeper: Keeper) -> None:
    first = keeper.objects.write("node", b"same")
    assert keeper.objects.write("node", b"same") == first
    if isinstance(keeper.objects, SqliteObjects):
        assert keeper.objects.count() == 1


def test_the_same_body_of_two_kinds_is_two_objects(keeper: Keeper) -> None:
    assert keeper.objects.write("node", b"same") != keeper.objects.write("tree", b"same")


def test_a_missing_object_names_its_id_and_kind(keeper: Keeper) -> None:
    nowhere = hash_object("tree", b"nowhere")
    assert not keeper.objects.has(nowhere)
    with pytest.raises(MissingObject) as caught:
        keeper.objects.read(nowhere, "tree")
    assert caught.value.object_id == nowhere.hex()
    assert caught.value.object_kind == "tree"


def test_an_object_of_another_kind_is_missing(keeper: Keeper) -> None:
    """A tree that passed for a commit would be taken apart by rules that are not its own."""
    object_id = keeper.objects.write("tree", b"L")
    with pytest.raises(MissingObject):
        keeper.objects.read(object_id, "commit")
    assert keeper.objects.has(object_id)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(min_size=1, max_size=60), data=st.data())
def test_every_flipped_bit_is_noticed(keeper: Keeper, body: bytes, data: st.DataObject) -> None:
    object_id = keeper.objects.write("node", body)
    bit = data.draw(st.integers(0, len(body) * 8 - 1))
    flipped = bytearray(body)
    flipped[bit // 8] ^= 1 << bit % 8
    keeper.spoil(object_id, bytes(flipped))
    with pytest.raises(DamagedObject) as caught:
        keeper.objects.read(object_id, "node")
    assert caught.value.object_id == object_id.hex()
    keeper.spoil(object_id, body)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(str(tmp_path / "objects.db"), create=True)
    create_schema(database)
    yield database
    database.close()


@pytest.fixture
def sqlite(database: Database) -> SqliteObjects:
    return SqliteObjects(database)


def test_insert_says_which_row_and_whether_it_is_new(sqlite: SqliteObjects) -> None:
    object_id, row, new = sqlite.insert("node", b"one")
    assert (sqlite.row_of(object_id), new) == (row, True)
    assert sqlite.insert("node", b"two")[2]
    assert sqlite.insert("node", b"one") == (object_id, row, False)
    assert sqlite.read_row(row, "node") == (object_id, b"one")


def test_a_row_of_another_kind_or_of_nothing_is_missing(sqlite: SqliteObjects) -> None:
    _, row, _ = sqlite.insert("tree", b"L")
    for asked in (row, row + 1):
        with pytest.raises(MissingObject):
            sqlite.read_row(asked, "node")
    with pytest.raises(MissingObject):
        sqlite.row_of(hash_object("node", b"nowhere"))


def test_prefixes_of_every_length_find_their_object(sqlite: SqliteObjects) -> None:
    ids = sorted(sqlite.write("node", b"%d" % number) for number in range(50))
    sqlite.write("tree", b"L")
    assert sqlite.find_prefix("", "node", 100) == ids
    wanted = ids[17].hex()
    for length in range(8, 65):
        assert sqlite.find_prefix(wanted[:length], "node", 2) == [ids[17]]
    assert sqlite.find_prefix(wanted + "0", "node", 2) == []
    assert sqlite.find_prefix(wanted, "tree", 2) == []
    assert len(sqlite.find_prefix("", "node", 7)) == 7


def test_a_scan_gives_what_is_there_without_a_look(sqlite: SqliteObjects, tmp_path: Path) -> None:
    good = sqlite.write("node", b"good")
    odd = sqlite.write("tree", b"L")
    other = Database(str(tmp_path / "objects.db"))
    other.execute("UPDATE objects SET kind = 77, body = x'00' WHERE id = ?", (odd,))
    other.close()
    assert list(sqlite.scan()) == [(1, good, "node", b"good"), (2, odd, None, b"\0")]
    assert sqlite.kind_of(odd) is None
    assert sqlite.kind_of(good) == "node"
    assert list(sqlite.rows("node")) == [(1, good, b"good")]


def test_removed_objects_are_gone(sqlite: SqliteObjects, database: Database) -> None:
    kept, _, _ = sqlite.insert("node", b"kept")
    gone, row, _ = sqlite.insert("node", b"gone")
    remove_objects(database, [row])
    assert (sqlite.has(kept), sqlite.has(gone), sqlite.count()) == (True, False, 1)
