"""What differs between two revisions."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import BadUsage, NoCommits, NotFound
from memora.operations.look.diff import diff
from memora.operations.remember.remove import remove


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("a 1", key="a")
    seat.commit("One")
    seat.remember("b 1", key="b")
    seat.revise("a", "a 2")
    seat.commit("Two")
    return seat


def between(seat: Seat, *revisions: str, working: bool = False) -> dict[str, str]:
    """Each node that differs by the content it has or had, and what became of it."""
    changes = diff(seat.repository, *revisions, now=seat.now, working=working)
    return {change.latest.content: change.kind for change in changes}


def test_by_default_what_the_last_commit_changed(seat: Seat) -> None:
    assert between(seat) == {"a 2": "modified", "b 1": "added"}


def test_by_default_the_first_commit_added_everything(tmp_path: Path) -> None:
    seat = Seat(tmp_path)
    seat.remember("a 1")
    seat.commit("One")
    assert between(seat) == {"a 1": "added"}


def test_from_a_revision_to_the_head(seat: Seat) -> None:
    seat.do(remove, ["b"])
    seat.commit("Three")
    assert between(seat, "HEAD~2") == {"a 2": "modified"}
    assert between(seat, "HEAD~1") == {"b 1": "removed"}
    assert between(seat, "HEAD") == {}


def test_from_one_revision_to_another(seat: Seat) -> None:
    assert between(seat, "HEAD", "HEAD~1") == {"a 1": "modified", "b 1": "removed"}
    assert between(seat, "main", "main") == {}


def test_against_the_working_tree(seat: Seat) -> None:
    assert between(seat, working=True) == {}
    seat.remember("c 1")
    assert between(seat, working=True) == {"c 1": "added"}
    assert between(seat, "HEAD~1", working=True) == {"a 2": "modified", "b 1": "added", "c 1": "added"}


def test_the_working_tree_before_the_first_commit(tmp_path: Path) -> None:
    seat = Seat(tmp_path)
    seat.remember("a 1")
    assert between(seat, working=True) == {"a 1": "added"}


def test_a_tree_may_stand_for_a_revision(seat: Seat) -> None:
    tree = seat.repository.workspace.tree.hex()
    assert between(seat, "HEAD~1", tree[:12]) == {"a 2": "modified", "b 1": "added"}


def test_nothing_is_compared_twice(seat: Seat) -> None:
    with pytest.raises(BadUsage):
        between(seat, "HEAD~1", "HEAD", working=True)


def test_a_revision_that_is_not_there(seat: Seat, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        between(seat, "HEAD~2")
    with pytest.raises(NotFound):
        between(seat, "HEAD", "nothing")
    with pytest.raises(NoCommits):
        between(Seat(tmp_path / "empty"))
