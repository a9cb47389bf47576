"""Undo takes back whatever was done last, again and again; redo takes the undo back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from seats import Seat
from stores import NOON

from memora.errors.history import BranchInUse, MovedSince
from memora.errors.store import NoWorkspace
from memora.operations.care.gc import gc
from memora.operations.history.branch import create_branch, delete_branch, rename_branch
from memora.operations.history.merge import merge
from memora.operations.history.rollback import rollback
from memora.operations.history.switch import switch, switch_to_commit, switch_to_new
from memora.operations.history.tag import create_tag, delete_tag
from memora.operations.history.undo import NothingLeft, Step, redo, undo
from memora.operations.remember.edit import edit
from memora.operations.remember.remove import remove
from memora.storage.refs import Head


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(tmp_path)


def test_nothing_to_undo_or_redo_in_a_new_store(seat: Seat) -> None:
    assert seat.do(undo) == NothingLeft(forgotten=False)
    assert seat.do(redo) == NothingLeft(forgotten=False)
    assert seat.repository.log.head().number == 0


def test_undo_goes_back_step_by_step_and_redo_forward_again(seat: Seat) -> None:
    states = [seat.memories]
    for text in ("one", "two", "three"):
        seat.remember(text)
        states.append(seat.memories)
    for state in reversed(states[:-1]):
        assert isinstance(seat.do(undo), Step)
        assert seat.memories == state
    assert isinstance(seat.do(undo), NothingLeft)
    for state in states[1:]:
        assert isinstance(seat.do(redo), Step)
        assert seat.memories == state
    assert isinstance(seat.do(redo), NothingLeft)


def test_something_new_empties_what_could_be_redone(seat: Seat) -> None:
    seat.remember("one")
    seat.remember("two")
    seat.do(undo)
    seat.remember("three")
    assert isinstance(seat.do(redo), NothingLeft)
    seat.do(undo)
    assert seat.memories == {"one"}
    seat.do(undo)
    assert seat.memories == set()


def test_an_undo_is_an_operation_that_names_what_it_took_back(seat: Seat) -> None:
    seat.remember("one")
    step = seat.do(undo)
    assert step.operation.number == 2
    assert step.operation.command == "undo"
    assert step.target.number == 1
    assert step.target.command == "add"
    assert "add [semantic] one" in step.operation.summary
    assert seat.repository.log.find(2) == step.operation


def _prepare(seat: Seat) -> None:
    seat.remember("first", key="k.first")
    seat.commit("First")
    seat.remember("second", key="k.second")
    seat.commit("Second")
    seat.do(create_branch, "old", "HEAD~1")
    seat.do(create_tag, "v1", "HEAD~1")


DEEDS: dict[str, Callable[[Seat], object]] = {
    "add": lambda seat: seat.remember("third"),
    "edit": lambda seat: seat.do(edit, "k.first", {"content": "first, but better"}),
    "rm": lambda seat: seat.do(remove, ["k.first"]),
    "commit": lambda seat: (seat.remember("third"), seat.commit("Third")),
    "branch": lambda seat: seat.do(create_branch, "new", None),
    "branch -d": lambda seat: seat.do(delete_branch, "old", force=False),
    "branch -m": lambda seat: seat.do(rename_branch, "old", "older"),
    "branch -m of the current one": lambda seat: seat.do(rename_branch, None, "trunk"),
    "branch -m that changes case only": lambda seat: seat.do(rename_branch, "main", "Main"),
    "switch": lambda seat: seat.do(switch, "old"),
    "switch -c": lambda seat: seat.do(switch_to_new, "new", "HEAD~1"),
    "switch --detach": lambda seat: seat.do(switch_to_commit, "HEAD~1"),
    "switch --carry": lambda seat: (seat.remember("third"), seat.do(switch, "old", carry=True)),
    "tag": lambda seat: seat.do(create_tag, "v2", message="why"),
    "tag --force": lambda seat: seat.do(create_tag, "v1", "HEAD", force=True),
    "tag -d": lambda seat: seat.do(delete_tag, "v1"),
    "merge": lambda seat: (
        seat.do(switch, "old"),
        seat.remember("third"),
        seat.commit("Third"),
        seat.do(merge, "main"),
    ),
    "gc": lambda seat: seat.do(gc, threshold=1.0, aggressive=True),
    "rollback": lambda seat: seat.do(rollback, to="HEAD~1"),
    "rollback with a checkpoint": lambda seat: (seat.remember("third"), seat.do(rollback, to="HEAD~1")),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_undo_takes_back_anything(seat: Seat, deed: str) -> None:
    _prepare(seat)
    before = seat.state
    DEEDS[deed](seat)
    after = seat.state
    assert after != before
    while seat.state != before:
        assert isinstance(seat.do(undo), Step)
    while seat.state != after:
        assert isinstance(seat.do(redo), Step)
    assert isinstance(seat.do(redo), NothingLeft)


def test_a_rollback_and_its_checkpoint_go_in_one_step(seat: Seat) -> None:
    _prepare(seat)
    seat.remember("third")
    before = seat.state
    seat.do(rollback, to="HEAD~1")
    seat.do(undo)
    assert seat.state == before


def test_the_text_index_and_the_keys_follow(seat: Seat) -> None:
    seat.remember("old", key="k")
    seat.revise("k", "new")
    seat.do(undo)
    number = seat.repository.workspace.number
    node = seat.repository.index.nodes.nodes_with_key(number, "k")
    assert len(node) == 1
    assert seat.memories == {"old"}


def test_each_workspace_has_its_own_stack(seat: Seat) -> None:
    seat.remember("mine")
    seat.commit("Mine")
    other = seat.at("w2")
    other.remember("theirs")
    seat.remember("mine too")
    other.do(undo)
    assert other.memories == {"mine"}
    assert seat.memories == {"mine", "mine too"}
    assert isinstance(other.do(undo), NothingLeft)
    seat.do(undo)
    assert seat.memories == {"mine"}


def test_undo_in_a_workspace_that_is_not_there_makes_none(seat: Seat) -> None:
    with pytest.raises(NoWorkspace):
        seat.at("nowhere").do(undo)
    with pytest.raises(NoWorkspace):
        seat.at("nowhere").do(redo)
    assert [workspace.name for workspace in seat.repository.refs.workspaces.list()] == ["default"]


def test_a_branch_that_another_workspace_moved_is_left_alone(seat: Seat) -> None:
    seat.remember("zero")
    seat.commit("Zero")
    other = seat.at("w2")
    other.do(switch, "main")
    seat.remember("one")
    ours = seat.commit("One")
    other.remember("two")
    theirs = other.commit("Two")
    before = seat.state
    with pytest.raises(MovedSince) as caught:
        seat.do(undo)
    assert (caught.value.what, caught.value.name, caught.value.workspace) == ("branch", "main", "w2")
    assert caught.value.operation == seat.repository.log.head().number
    assert seat.state == before
    assert seat.branches["main"] == theirs.commit
    other.do(undo)
    assert seat.branches["main"] == ours.commit
    seat.do(undo)
    assert seat.branches["main"] == ours.parents[0]
    assert seat.memories == {"zero", "one"}


def test_a_workspace_whose_branch_was_renamed_elsewhere(seat: Seat) -> None:
    seat.remember("one")
    seat.commit("One")
    other = seat.at("w2")
    other.do(switch, "main")
    seat.remember("two")
    ours = seat.commit("Two")
    other.do(rename_branch, "main", "trunk")
    assert seat.head.branch == "trunk"
    with pytest.raises(MovedSince):
        seat.do(undo)
    other.do(undo)
    assert (seat.head.branch, other.head.branch) == ("main", "main")
    seat.do(undo)
    assert seat.head.commit == ours.parents[0]


def test_the_first_commit_stays_while_another_workspace_builds_on_it(seat: Seat) -> None:
    seat.remember("one")
    seat.commit("One")
    seat.at("w2").do(switch, "main")
    with pytest.raises(BranchInUse):
        seat.do(undo)
    assert "main" in seat.branches


def test_the_first_commit_goes_while_another_workspace_waits_on_the_empty_branch(seat: Seat) -> None:
    other = seat.at("w2")
    other.do(switch, "main")
    seat.remember("one")
    seat.commit("One")
    seat.do(undo)
    assert (seat.branches, other.head) == ({}, Head("main"))


def test_redo_is_refused_where_the_pointer_moved(seat: Seat) -> None:
    seat.remember("one")
    seat.commit("One")
    seat.do(create_branch, "dev", None)
    seat.do(undo)
    other = seat.at("w2")
    other.remember("two")
    other.commit("Two")
    other.do(create_branch, "dev", None)
    with pytest.raises(MovedSince) as caught:
        seat.do(redo)
    assert caught.value.name == "dev"


def test_undo_takes_no_branch_from_under_another_workspace(seat: Seat) -> None:
    seat.remember("one")
    seat.commit("One")
    seat.do(create_branch, "dev", None)
    other = seat.at("w2")
    other.do(switch, "dev")
    with pytest.raises(BranchInUse) as caught:
        seat.do(undo)
    assert (caught.value.name, caught.value.workspace) == ("dev", "w2")
    assert "dev" in seat.branches
    other.do(switch, "main")
    seat.do(undo)
    assert "dev" not in seat.branches


def test_a_working_tree_that_is_not_where_the_log_says(seat: Seat) -> None:
    seat.remember("one")
    workspace = seat.repository.workspace
    seat.remember("two")
    with seat.repository.exclusive():
        seat.repository.refs.workspaces.set(workspace.number, workspace.head, workspace.tree)
    with pytest.raises(MovedSince):
        seat.do(undo)


def test_what_prune_forgot_cannot_be_undone(seat: Seat) -> None:
    seat.remember("one")
    seat.remember("two")
    with seat.repository.exclusive():
        seat.repository.log.drop_to(1)
    assert isinstance(seat.do(undo), Step)
    assert seat.do(undo) == NothingLeft(forgotten=True)
    assert seat.memories == {"one"}


def test_times_come_from_the_caller(seat: Seat) -> None:
    seat.remember("one")
    step = undo(seat.repository, author="bob", now=NOON - 1)
    assert isinstance(step, Step)
    assert (step.operation.at, step.operation.author) == (NOON - 1, "bob")
