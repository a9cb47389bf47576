"""Pinning nodes."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import NotFound
from memora.operations.naming import read_named
from memora.operations.remember.pin import pin


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    for name in ("one", "two"):
        seat.remember(name, key=name, ttl="1h")
    return seat


def pinned(seat: Seat) -> list[bool]:
    return [item.node.pinned for item in read_named(seat.repository, ["one", "two"])]


def test_a_pin_holds_until_it_is_taken_away(seat: Seat) -> None:
    changes = seat.do(pin, ["one"])
    assert (changes.outcome, pinned(seat)) == ("changed", [True, False])
    assert changes.nodes[0].node.updated_at == seat.now
    assert not changes.nodes[0].node.is_expired(seat.now + 10**15)
    assert seat.do(pin, ["one"], remove=True).outcome == "changed"
    assert pinned(seat) == [False, False]


def test_only_what_changes_is_told(seat: Seat) -> None:
    seat.do(pin, ["one"])
    changes = seat.do(pin, ["one", "two"])
    assert [item.node.content for item in changes.nodes] == ["two"]


def test_nothing_to_do_leaves_no_operation(seat: Seat) -> None:
    number = seat.repository.log.head().number
    changes = seat.do(pin, ["one", "two"], remove=True)
    assert changes.outcome == "unchanged"
    assert [item.node.content for item in changes.nodes] == ["one", "two"]
    assert seat.repository.log.head().number == number


def test_all_or_none(seat: Seat) -> None:
    with pytest.raises(NotFound):
        seat.do(pin, ["one", "nowhere"])
    assert pinned(seat) == [False, False]
