"""Removing nodes from the working tree."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import NotFound
from memora.operations.history.undo import undo
from memora.operations.naming import read_named
from memora.operations.remember.remove import remove


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    for name in ("one", "two", "three"):
        seat.remember(name, key=name)
    return seat


def test_several_at_once_are_one_operation(seat: Seat) -> None:
    before, number = read_named(seat.repository, ["three", "one"]), seat.repository.log.head().number
    changes = seat.do(remove, ["three", "one"])
    assert (changes.outcome, changes.nodes) == ("changed", tuple(before))
    assert seat.memories == {"two"}
    assert seat.repository.log.head().number == number + 1
    operation = next(iter(seat.repository.log.newest_first()))
    assert (operation.command, operation.summary) == ("rm", "2 memories")


def test_all_or_none(seat: Seat) -> None:
    before = seat.state
    with pytest.raises(NotFound):
        seat.do(remove, ["one", "nowhere"])
    assert seat.state == before


def test_a_node_named_twice_is_removed_once(seat: Seat) -> None:
    node = read_named(seat.repository, ["one"])[0].node
    changes = seat.do(remove, ["one", node.id.hex(), node.id.hex()[:8]])
    assert [item.node for item in changes.nodes] == [node]
    with pytest.raises(NotFound):
        seat.do(remove, ["one"])


def test_undo_brings_it_back(seat: Seat) -> None:
    before = seat.memories
    seat.do(remove, ["one"])
    seat.do(undo)
    assert seat.memories == before
