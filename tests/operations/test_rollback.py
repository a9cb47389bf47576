"""Rollback: an earlier memory becomes the newest commit, and nothing of what was left is lost."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import BadInput, MergeWaiting, NotFound
from memora.history.changes import ChangeCounts
from memora.history.load import load_commit, load_node
from memora.operations.history.merge import merge
from memora.operations.history.rollback import NothingToRollBack, RolledBack, rollback
from memora.operations.history.standing import uncommitted
from memora.operations.history.switch import switch, switch_to_commit, switch_to_new
from memora.operations.history.undo import undo
from memora.operations.revisions import resolve_commit
from memora.storage.refs import Head
from memora.tree.lookup import entries


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("value 1", key="value")
    seat.commit("One")
    seat.revise("value", "value 2")
    seat.remember("two")
    seat.commit("Two")
    return seat


def roll(seat: Seat, to: str, **options: str) -> RolledBack:
    result = seat.do(rollback, to=to, **options)
    assert isinstance(result, RolledBack), result
    return result


def test_the_old_memory_is_a_new_commit(seat: Seat) -> None:
    tip = seat.branches["main"]
    result = roll(seat, "HEAD~1")
    made = load_commit(seat.repository.objects, result.commit.commit)
    old = load_commit(seat.repository.objects, result.target)
    assert (made.tree, made.parents, made.author, made.at) == (old.tree, (tip,), "ada", seat.now)
    assert made.message == result.commit.message == f"Roll back to {result.target.hex()[:8]}: One"
    assert result.commit.changes == ChangeCounts(changed=1, removed=1)
    assert result.checkpoint is None
    assert seat.head == Head("main", result.commit.commit)
    assert seat.branches["main"] == result.commit.commit
    assert seat.memories == {"value 1"}
    assert uncommitted(seat.repository, 1) == []


def test_what_was_not_committed_is_kept_in_a_checkpoint(seat: Seat) -> None:
    tip = seat.branches["main"]
    seat.remember("three")
    result = roll(seat, "HEAD~1")
    assert result.checkpoint is not None
    kept = load_commit(seat.repository.objects, result.checkpoint)
    assert kept.parents == (tip,)
    assert kept.message == f"Checkpoint before rollback to {result.target.hex()[:8]}: One"
    assert result.commit.parents == (result.checkpoint,)
    assert seat.memories == {"value 1"}
    roll(seat, result.checkpoint.hex())
    assert seat.memories == {"value 2", "two", "three"}


def test_a_checkpoint_alone_makes_sense_too(seat: Seat) -> None:
    seat.remember("three")
    result = roll(seat, "HEAD")
    assert result.checkpoint is not None
    assert seat.memories == {"value 2", "two"}


def test_no_checkpoint_of_what_comes_back_anyway(seat: Seat) -> None:
    tip = seat.branches["main"]
    first = load_commit(seat.repository.objects, resolve_commit(seat.repository, "HEAD~1", seat.now))
    with seat.repository.transaction("edit by hand", author="ada", now=seat.now) as transaction:
        transaction.set_tree(first.tree)
    result = roll(seat, "HEAD~1")
    assert result.checkpoint is None
    assert result.commit.parents == (tip,)
    assert seat.memories == {"value 1"}


def test_nothing_to_roll_back(seat: Seat) -> None:
    number = seat.repository.log.head().number
    assert seat.do(rollback, to="HEAD") == NothingToRollBack(seat.branches["main"])
    first = roll(seat, "HEAD~1").target
    assert isinstance(seat.do(rollback, to=first.hex()), NothingToRollBack)
    assert seat.repository.log.head().number == number + 1


def test_message_and_author_are_the_callers(seat: Seat) -> None:
    seat.author = "bob"
    result = roll(seat, "HEAD~1", message="It was better before\n\nMuch better.")
    made = load_commit(seat.repository.objects, result.commit.commit)
    assert (made.message, made.author) == ("It was better before\n\nMuch better.", "bob")


def test_on_no_branch(seat: Seat) -> None:
    main = seat.branches["main"]
    seat.do(switch_to_commit, "HEAD")
    result = roll(seat, "HEAD~1")
    assert (result.commit.branch, seat.head) == (None, Head(None, result.commit.commit))
    assert seat.branches["main"] == main


def test_on_top_of_what_another_workspace_did(seat: Seat) -> None:
    seat.remember("three")
    other = seat.at("w2")
    other.remember("from w2")
    theirs = other.commit("From w2").commit
    result = roll(seat, "HEAD~1")
    assert result.checkpoint is not None
    assert load_commit(seat.repository.objects, result.checkpoint).parents == (theirs,)
    assert seat.memories == {"value 1"}
    roll(seat, result.checkpoint.hex())
    assert seat.memories == {"value 2", "two", "three", "from w2"}


def test_a_checkpoint_that_meets_what_another_workspace_did(seat: Seat) -> None:
    seat.revise("value", "value 3")
    other = seat.at("w2")
    other.revise("value", "value of w2")
    theirs = other.commit("From w2").commit
    before = seat.state
    result = roll(seat, "HEAD~1")
    assert result.checkpoint is not None
    kept = load_commit(seat.repository.objects, result.checkpoint)
    assert kept.parents == (theirs,)
    nodes = [load_node(seat.repository.objects, version) for _, version in entries(seat.repository.objects, kept.tree)]
    assert {node.status for node in nodes if node.key == "value"} == {"conflicted"}
    assert seat.memories == {"value 1"}
    seat.do(undo)
    assert seat.state == before


def test_not_while_a_merge_waits(seat: Seat) -> None:
    seat.do(switch_to_new, "dev", "HEAD~1")
    seat.remember("on dev")
    seat.commit("On dev")
    seat.do(merge, "main", commit=False)
    before = seat.state
    for verb, arguments, options in (
        (rollback, (), {"to": "HEAD~1"}),
        (switch, ("main",), {"carry": True}),
        (switch_to_new, ("new", None), {}),
        (switch_to_commit, ("HEAD",), {}),
    ):
        with pytest.raises(MergeWaiting):
            seat.do(verb, *arguments, **options)
    assert seat.do(switch, "dev").outcome == "already"
    assert seat.state == before


def test_a_branch_that_is_there_already_is_caught_up_with(seat: Seat) -> None:
    other = seat.at("w2")
    other.do(switch, "main")
    there = roll(other, "HEAD~1")
    assert isinstance(seat.do(rollback, to="HEAD~1"), NothingToRollBack)
    assert (seat.head, seat.memories) == (Head("main", there.commit.commit), {"value 1"})


def test_bad_input_writes_nothing(seat: Seat) -> None:
    seat.remember("three")
    before = seat.state
    with pytest.raises(NotFound):
        seat.do(rollback, to="nowhere")
    with pytest.raises(BadInput):
        seat.do(rollback, to="HEAD~1", message=" \n ")
    assert seat.state == before
