"""Reading objects backwards in the order they were stored."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import make_store

from memora.errors import DamagedObject, MissingObject
from memora.model.ids import ObjectId
from memora.repository import Repository
from memora.storage.read_ahead import ReadAhead


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with make_store(tmp_path, memories=40) as repository:
        yield repository


def test_it_reads_what_the_store_has(repository: Repository) -> None:
    objects = ReadAhead(repository.objects)
    stored = list(repository.objects.scan())
    for row in (*reversed(stored), *stored):
        _, object_id, kind, body = row
        assert kind is not None
        assert objects.read(object_id, kind) == body
        assert objects.has(object_id)


def test_a_walk_backwards_asks_for_runs(repository: Repository) -> None:
    asked = 0

    class Counting:
        def read(self, *arguments: object) -> bytes:
            nonlocal asked
            asked += 1
            return repository.objects.read(*arguments)  # type: ignore[arg-type]

        def __getattr__(self, name: str) -> object:
            return getattr(repository.objects, name)

    objects = ReadAhead(Counting())  # type: ignore[arg-type]
    stored = list(repository.objects.scan())
    for _, object_id, kind, _ in reversed(stored):
        assert kind is not None
        objects.read(object_id, kind)
    assert len(stored) > 80
    assert asked < len(stored) / 5


def test_what_is_missing_or_of_another_kind(repository: Repository) -> None:
    objects = ReadAhead(repository.objects)
    (_, first, _, _), (_, second, kind, _) = list(repository.objects.scan())[-2:]
    assert kind is not None
    objects.read(second, kind)
    with pytest.raises(MissingObject):
        objects.read(first, "tag")
    with pytest.raises(MissingObject):
        objects.read(ObjectId(bytes(32)), "node")
    assert not objects.has(ObjectId(bytes(32)))


def test_what_was_read_ahead_is_verified(repository: Repository) -> None:
    stored = list(repository.objects.scan())
    (_, damaged, kind, body), (_, last, last_kind, _) = stored[-2:]
    assert kind is not None
    assert last_kind is not None
    with repository.exclusive():
        repository.index.database.execute("UPDATE objects SET body = ? WHERE id = ?", (body + b" ", damaged))
    objects = ReadAhead(repository.objects)
    objects.read(last, last_kind)
    with pytest.raises(DamagedObject):
        objects.read(damaged, kind)
