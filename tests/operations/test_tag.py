"""Tags: names that stay where they are."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import AlreadyExists, BadInput, BadName, NoCommits, NotFound
from memora.history.load import load_tag
from memora.model.ids import ObjectId, TagId
from memora.operations.history.tag import TagEntry, create_tag, delete_tag, list_tags
from memora.operations.history.undo import undo
from memora.operations.revisions import resolve_commit


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("one")
    seat.commit("One")
    seat.remember("two")
    seat.commit("Two")
    return seat


def test_a_plain_tag_is_a_name_and_nothing_else(seat: Seat) -> None:
    tip = seat.branches["main"]
    assert seat.do(create_tag, "v1") == TagEntry("v1", tip)
    assert seat.tags == {"v1": tip}
    seat.remember("three")
    seat.commit("Three")
    assert seat.tags == {"v1": tip}


def test_a_message_makes_an_object(seat: Seat) -> None:
    entry = seat.do(create_tag, "v1", "HEAD~1", message="Before the move")
    stored = load_tag(seat.repository.objects, TagId(ObjectId(seat.tags["v1"])))
    assert entry.annotation == stored
    assert (stored.name, stored.author, stored.at, stored.message) == ("v1", "ada", seat.now, "Before the move")
    assert stored.commit == entry.commit == resolve_commit(seat.repository, "v1", seat.now)
    assert resolve_commit(seat.repository, "HEAD~1", seat.now) == stored.commit


def test_tags_are_listed_by_name(seat: Seat) -> None:
    assert list_tags(seat.repository) == []
    second = seat.do(create_tag, "v2", message="Second")
    first = seat.do(create_tag, "v1", "HEAD~1")
    assert list_tags(seat.repository) == [first, second]


def test_a_tag_does_not_move_unless_told_to(seat: Seat) -> None:
    first = seat.do(create_tag, "v1", "HEAD~1")
    with pytest.raises(AlreadyExists):
        seat.do(create_tag, "v1")
    assert seat.tags["v1"] == first.commit
    moved = seat.do(create_tag, "v1", force=True)
    assert seat.tags["v1"] == moved.commit != first.commit
    seat.do(undo)
    assert seat.tags["v1"] == first.commit


def test_moving_a_tag_to_where_it_is_does_nothing(seat: Seat) -> None:
    seat.do(create_tag, "v1")
    number = seat.repository.log.head().number
    seat.do(create_tag, "v1", force=True)
    assert seat.repository.log.head().number == number


def test_deleting(seat: Seat) -> None:
    seat.do(create_tag, "v1", message="First")
    assert seat.do(delete_tag, "v1").commit == seat.branches["main"]
    assert seat.tags == {}
    seat.do(create_tag, "release-1")
    with pytest.raises(NotFound) as caught:
        seat.do(delete_tag, "release-2")
    assert (caught.value.what, caught.value.similar) == ("tag", ("release-1",))
    with pytest.raises(NotFound):
        seat.do(delete_tag, "a..b")


def test_a_tag_may_have_the_name_of_a_branch(seat: Seat) -> None:
    seat.do(create_tag, "main", "HEAD~1")
    assert resolve_commit(seat.repository, "main", seat.now) == seat.branches["main"]


def test_names_that_look_alike_clash(seat: Seat) -> None:
    seat.do(create_tag, "v1")
    with pytest.raises(AlreadyExists):
        seat.do(create_tag, "V1")


def test_bad_input_writes_nothing(seat: Seat, tmp_path: Path) -> None:
    number = seat.repository.log.head().number
    with pytest.raises(BadName):
        seat.do(create_tag, "a b")
    with pytest.raises(BadInput):
        seat.do(create_tag, "v1", message="  ")
    with pytest.raises(NotFound):
        seat.do(create_tag, "v1", "nowhere")
    assert seat.repository.log.head().number == number
    with pytest.raises(NoCommits):
        Seat(tmp_path / "empty").do(create_tag, "v1")
