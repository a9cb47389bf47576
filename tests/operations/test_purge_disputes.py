"""A dispute that loses a side to a purge: what is left of it, now, in history and in what was settled."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_seat import CheckedSeat

from memora.history.load import load_commit
from memora.model.ids import CommitId
from memora.operations.care.purge import Erased, purge
from memora.operations.history.conflicts import list_conflicts, resolve
from memora.operations.history.merge import merge
from memora.operations.history.merging import RESOLUTIONS
from memora.operations.history.switch import switch
from memora.storage.refs import BRANCHES


@pytest.fixture
def seat(tmp_path: Path) -> CheckedSeat:
    """A seat on ``ours``, where branches say that the database is SQLite, PostgreSQL, MySQL and MariaDB."""
    seat = CheckedSeat(tmp_path)
    seat.remember("it is SQLite", key="db", source="import")
    seat.commit("Base")
    seat.on("theirs", "db", "it is MySQL")
    seat.on("others", "db", "it is MariaDB")
    seat.on("ours", "db", "it is PostgreSQL")
    return seat


def erase(seat: CheckedSeat, *names: str, match: str | None = None) -> Erased:
    result = seat.do(purge, names, match=match)
    assert isinstance(result, Erased)
    return result


def says(seat: CheckedSeat) -> tuple[str, str]:
    """What the memory of the database says, and its status."""
    [node] = [node for node in seat.nodes if node.key == "db"]
    return node.content, node.status


def test_a_dispute_of_which_one_side_is_left_is_that_side_again(seat: CheckedSeat) -> None:
    before = says(seat)
    seat.do(merge, "theirs")
    assert says(seat)[1] == "conflicted"
    erase(seat, match="it is MySQL")
    assert says(seat) == before
    assert list_conflicts(seat.repository) == []
    tip = seat.repository.refs.find(BRANCHES + "ours")
    assert tip is not None
    commit = load_commit(seat.repository.objects, CommitId(tip))
    assert len(commit.parents) == 2  # the merge was one, and stays one
    assert commit.tree == load_commit(seat.repository.objects, commit.parents[0]).tree


def test_a_dispute_of_which_two_sides_are_left_goes_on_between_them(seat: CheckedSeat) -> None:
    seat.do(merge, "theirs")
    seat.do(merge, "others")
    [conflict] = list_conflicts(seat.repository)
    assert conflict.node.dispute is not None and len(conflict.node.dispute.sides) == 3
    erase(seat, match="it is MySQL")
    [conflict] = list_conflicts(seat.repository)
    assert conflict.ours is not None and conflict.theirs is not None
    left = {conflict.ours.node.content, conflict.theirs.node.content}
    assert left == {"it is PostgreSQL", "it is MariaDB"}
    assert conflict.node.content in left
    assert conflict.base is not None and conflict.base.node.content == "it is SQLite"
    seat.do(resolve, "db", "ours")


def test_a_dispute_can_lose_what_it_came_from(seat: CheckedSeat) -> None:
    seat.do(merge, "theirs")
    erase(seat, match="it is SQLite")
    [conflict] = list_conflicts(seat.repository)
    assert conflict.base is None
    assert {says(seat)[1]} == {"conflicted"}
    seat.do(resolve, "db", "theirs")
    assert says(seat)[0] in ("it is MySQL", "it is PostgreSQL")


def test_a_dispute_without_any_side_is_gone(seat: CheckedSeat) -> None:
    seat.do(merge, "theirs")
    erase(seat, match="it is MySQL")
    erase(seat, match="it is PostgreSQL")
    assert [node.key for node in seat.nodes] == []


def test_how_it_was_settled_is_forgotten_with_the_memory(seat: CheckedSeat) -> None:
    seat.do(merge, "theirs")
    seat.do(resolve, "db", "ours")
    assert len(seat.repository.refs.list(RESOLUTIONS)) == 1
    moved = erase(seat, "db").pointers.refs
    assert seat.repository.refs.list(RESOLUTIONS) == []
    assert [ref.after for ref in moved if ref.was.startswith(RESOLUTIONS)] == [None]


def test_what_a_merge_decided_names_nothing_that_is_gone(seat: CheckedSeat) -> None:
    seat.do(switch, "theirs")
    seat.do(merge, "ours", strategy="ours")
    erase(seat, match="it is PostgreSQL")
    assert says(seat)[0] == "it is MySQL"
    tip = seat.repository.refs.find(BRANCHES + "theirs")
    assert tip is not None
    decisions = load_commit(seat.repository.objects, CommitId(tip)).decisions
    assert [decision.overruled for decision in decisions] == [None] * len(decisions)
    assert decisions
