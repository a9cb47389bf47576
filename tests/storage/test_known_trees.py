"""Trees that were read or written once are known: they are read from the database again only on demand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memora.errors import DamagedObject, MissingObject
from memora.model.ids import hash_object
from memora.storage.database import Database
from memora.storage.objects import SqliteObjects
from memora.storage.schema import create_schema

BODY = b"L"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(str(tmp_path / "memora.db"), create=True)
    create_schema(database)
    yield database
    database.close()


def test_a_known_tree_is_not_read_again_until_it_is_doubted(database: Database) -> None:
    objects = SqliteObjects(database)
    tree = objects.write("tree", BODY)
    database.execute("UPDATE objects SET body = ?", (b"I",))
    assert objects.read(tree, "tree") == BODY
    objects.forget_trees()
    with pytest.raises(DamagedObject):
        objects.read(tree, "tree")


def test_a_known_tree_that_is_gone_is_missed_once_it_is_doubted(database: Database) -> None:
    SqliteObjects(database).write("tree", BODY)
    objects, tree = SqliteObjects(database), hash_object("tree", BODY)
    assert objects.read(tree, "tree") == BODY
    database.execute("DELETE FROM objects")
    assert objects.read(tree, "tree") == BODY
    assert not objects.has(tree)
    objects.forget_trees()
    with pytest.raises(MissingObject):
        objects.read(tree, "tree")


def test_a_known_tree_is_no_object_of_another_kind(database: Database) -> None:
    objects = SqliteObjects(database)
    tree = objects.write("tree", BODY)
    with pytest.raises(MissingObject):
        objects.read(tree, "node")


def test_other_objects_are_read_each_time(database: Database) -> None:
    objects = SqliteObjects(database)
    node = objects.write("node", b"{}")
    assert objects.read(node, "node") == b"{}"
    database.execute("UPDATE objects SET body = ?", (b"[]",))
    with pytest.raises(DamagedObject):
        objects.read(node, "node")
