"""How a workspace stands."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import NotFound
from memora.history.changes import ChangeCounts
from memora.operations.history.switch import switch_to_commit
from memora.operations.history.undo import undo
from memora.operations.remember.pin import pin
from memora.operations.remember.promote import promote
from memora.operations.remember.remove import remove
from memora.operations.start.status import Status, status
from memora.repository import Repository

DAY = 86_400_000_000


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(tmp_path)


def of(seat: Seat, **options: int) -> Status:
    return status(seat.repository, now=seat.now, **options)


def test_a_new_store(seat: Seat) -> None:
    found = of(seat)
    assert (found.workspace, found.branch, found.head, found.nodes) == ("default", "main", None, 0)
    assert found.is_clean
    assert found.changes == ()


def test_changes_since_the_head(seat: Seat) -> None:
    for name in ("a", "b", "c"):
        seat.remember(f"{name} 1", key=name)
    first = seat.commit("First")
    assert of(seat).is_clean
    seat.revise("a", "a 2")
    seat.do(promote, node="b")
    seat.do(remove, ["c"])
    seat.remember("d 1")
    found = of(seat)
    assert (found.head, found.nodes) == (first.commit, 3)
    assert found.counts == ChangeCounts(added=1, changed=1, removed=1, promoted=1)
    assert {change.effect: change.latest.content for change in found.changes} == {
        "added": "d 1",
        "changed": "a 2",
        "removed": "c 1",
        "promoted": "b 1",
    }


def test_a_few_of_each_effect_are_given_and_all_are_counted(seat: Seat) -> None:
    seat.remember("a 1", key="a")
    seat.commit("First")
    seat.revise("a", "a 2")
    for number in range(4):
        seat.remember(f"fact {number}")
    found = of(seat, most=2)
    assert found.counts == ChangeCounts(added=4, changed=1)
    assert sorted(change.effect for change in found.changes) == ["added", "added", "changed"]


def test_a_change_taken_back_is_none(seat: Seat) -> None:
    seat.remember("a 1", key="a")
    seat.commit("First")
    seat.remember("b")
    seat.do(undo)
    assert of(seat).is_clean


def test_what_has_outlived_itself_is_counted_unless_pinned(seat: Seat) -> None:
    seat.remember("short", ttl="1d")
    seat.remember("pinned", ttl="1d", key="pinned")
    seat.remember("long")
    seat.do(pin, ["pinned"])
    assert of(seat).expired == 0
    seat.now += 2 * DAY
    assert of(seat).expired == 1
    seat.commit("First")
    assert of(seat).expired == 1


def test_a_branch_that_another_workspace_moved(seat: Seat) -> None:
    seat.remember("one")
    seat.commit("First")
    other = seat.at("other")
    for content in ("two", "three"):
        other.remember(content)
        other.commit(content)
    found = of(seat)
    assert (found.behind, found.ahead) == (2, 0)
    assert found.is_clean
    assert (of(other).behind, of(other).ahead) == (0, 0)


def test_a_branch_that_another_workspace_took_back(seat: Seat) -> None:
    seat.remember("one")
    seat.commit("First")
    other = seat.at("other")
    other.remember("two")
    other.commit("Second")
    third = seat.at("third")
    third.remember("draft")
    other.do(undo)
    found = of(third)
    assert (found.behind, found.ahead) == (0, 1)


def test_a_detached_head(seat: Seat) -> None:
    seat.remember("one")
    first = seat.commit("First")
    seat.do(switch_to_commit, "HEAD")
    found = of(seat)
    assert (found.branch, found.head, found.behind) == (None, first.commit, 0)


def test_a_workspace_that_nobody_made(seat: Seat) -> None:
    with (
        Repository.open(seat.repository.path, workspace="nowhere") as repository,
        pytest.raises(NotFound, match="workspace"),
    ):
        status(repository, now=seat.now)
