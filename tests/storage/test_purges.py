"""The list of what was erased, and of the commits that took others' places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memora.model.ids import CommitId, ObjectId
from memora.storage.database import Database
from memora.storage.purges import Purges
from memora.storage.refs import Refs
from memora.storage.schema import create_schema


@pytest.fixture
def purges(tmp_path: Path) -> Iterator[Purges]:
    database = Database(str(tmp_path / "purges.db"), create=True)
    create_schema(database)
    yield Refs(database).purges
    database.close()


def name(number: int) -> CommitId:
    return CommitId(ObjectId(number.to_bytes(32, "big")))


def test_what_was_erased_is_known_by_id(purges: Purges) -> None:
    purges.add([name(1), name(3)], 7)
    assert purges.has([name(1), name(2), name(3)]) == {name(1), name(3)}
    assert purges.has([]) == set()
    assert purges.count() == 2


def test_what_was_erased_twice_keeps_the_time_of_the_first(purges: Purges) -> None:
    purges.add([name(1)], 7)
    purges.add([name(1), name(2)], 9)
    assert list(purges.list()) == [(name(1), 7), (name(2), 9)]


def test_many_objects_are_asked_for_at_once(purges: Purges) -> None:
    every = [name(number) for number in range(40_000)]
    purges.add(every[::1000], 7)
    assert purges.has(every) == set(every[::1000])


def test_a_commit_that_was_replaced_twice_leads_to_the_newest(purges: Purges) -> None:
    purges.rewrite({name(1): name(11), name(2): name(12)})
    purges.rewrite({name(11): name(21)})
    assert purges.successor(name(1)) == purges.successor(name(11)) == name(21)
    assert purges.successor(name(2)) == name(12)
    assert purges.successor(name(12)) is None
    assert purges.rewritten() == {name(1): name(21), name(2): name(12), name(11): name(21)}
