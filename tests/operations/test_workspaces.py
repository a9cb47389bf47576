"""Several workspaces over one store, on one branch and on different ones."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import BadName
from memora.errors.store import NoWorkspace
from memora.operations.history.branch import create_branch, list_branches
from memora.operations.history.op import op_log
from memora.operations.history.standing import uncommitted
from memora.operations.history.switch import switch, switch_to_commit, switch_to_new
from memora.operations.history.undo import undo
from memora.operations.revisions import resolve_commit
from memora.operations.start.status import status
from memora.storage.refs import Head


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("one")
    seat.commit("One")
    return seat


def test_reading_makes_no_workspace(seat: Seat) -> None:
    other = seat.at("w2")
    for read in (
        lambda: other.repository.workspace,
        lambda: list_branches(other.repository),
        lambda: list(op_log(other.repository)),
        lambda: uncommitted(other.repository, 1),
        lambda: status(other.repository, now=other.now),
        lambda: resolve_commit(other.repository, "HEAD", other.now),
    ):
        with pytest.raises(NoWorkspace) as caught:
            read()
        assert (caught.value.what, caught.value.name) == ("workspace", "w2")
    assert len(seat.repository.refs.workspaces.list()) == 1


def test_the_first_command_that_writes_makes_it_on_the_branch_of_the_default_one(seat: Seat) -> None:
    other = seat.at("w2")
    assert other.do(switch, "main").outcome == "already"
    assert other.head == seat.head
    assert other.memories == {"one"}


def test_it_begins_at_the_tip_whatever_the_default_one_has_not_committed(seat: Seat) -> None:
    seat.remember("not committed")
    third = seat.at("w3")
    third.remember("from w3")
    third.commit("Three")
    other = seat.at("w2")
    other.do(switch, "main")
    assert other.memories == {"one", "from w3"}
    assert other.head.commit != seat.head.commit


def test_it_begins_on_the_commit_of_a_default_one_without_a_branch(seat: Seat) -> None:
    seat.do(switch_to_commit, "HEAD")
    other = seat.at("w2")
    other.remember("two")
    assert (other.head, other.memories) == (seat.head, {"one", "two"})


def test_it_begins_on_another_branch_at_once(seat: Seat) -> None:
    seat.do(create_branch, "dev", None)
    other = seat.at("w2")
    assert other.do(switch, "dev").outcome == "switched"
    assert (other.head.branch, seat.head.branch) == ("dev", "main")
    third = seat.at("w3")
    third.do(switch_to_new, "feature", "dev")
    assert third.head == Head("feature", seat.branches["main"])


def test_a_command_that_fails_makes_none(seat: Seat) -> None:
    with pytest.raises(Exception, match="no branch"):
        seat.at("w2").do(switch, "nowhere")
    assert len(seat.repository.refs.workspaces.list()) == 1


def test_a_name_that_is_none(seat: Seat) -> None:
    with pytest.raises(BadName):
        seat.at("a..b").do(switch, "main")


def test_different_branches_do_not_meet(seat: Seat) -> None:
    other = seat.at("w2")
    other.do(switch_to_new, "dev", None)
    for number in range(3):
        seat.remember(f"main {number}")
        other.remember(f"dev {number}")
        seat.commit(f"Main {number}")
        other.commit(f"Dev {number}")
    assert seat.memories == {"one", "main 0", "main 1", "main 2"}
    assert other.memories == {"one", "dev 0", "dev 1", "dev 2"}


def test_one_branch_takes_the_commits_of_both(seat: Seat) -> None:
    other = seat.at("w2")
    other.do(switch, "main")
    for number in range(3):
        seat.remember(f"default {number}")
        other.remember(f"w2 {number}")
        seat.commit(f"Default {number}")
        other.commit(f"Other {number}")
    assert seat.do(switch, "main").outcome == "moved"
    assert seat.memories == other.memories
    assert len(seat.memories) == 7
    assert seat.head == other.head


def test_one_undoes_what_it_did_and_not_what_the_other_did(seat: Seat) -> None:
    other = seat.at("w2")
    other.do(switch_to_new, "dev", None)
    other.remember("from w2")
    seat.remember("two")
    other.do(undo)
    assert (other.head.branch, other.memories) == ("dev", {"one"})
    other.do(undo)
    assert (other.head.branch, set(seat.branches)) == ("main", {"main"})
    assert seat.memories == {"one", "two"}
