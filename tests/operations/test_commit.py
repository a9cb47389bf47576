"""Recording the working tree: all of it or some nodes, alone or beside another workspace."""

from itertools import count
from pathlib import Path

import pytest
from seats import Seat

from memora.errors import Ambiguous, BadInput, CommitClash, NotFound, Refused
from memora.history.changes import ChangeCounts
from memora.history.load import load_commit, load_node
from memora.model.belief import birth_id
from memora.operations.history.commit import CommitResult, NothingToCommit, commit
from memora.operations.history.conflicts import list_conflicts
from memora.operations.history.switch import switch_to_commit
from memora.operations.history.undo import undo
from memora.operations.remember.add import add
from memora.operations.remember.promote import promote
from memora.operations.remember.remove import remove
from memora.operations.start.status import status
from memora.storage.refs import Head
from memora.tree.lookup import entries


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(tmp_path)


def committed(seat: Seat) -> set[str]:
    """What the nodes of the head say."""
    assert seat.head.commit is not None
    objects = seat.repository.objects
    tree = load_commit(objects, seat.head.commit).tree
    return {load_node(objects, version).content for _, version in entries(objects, tree)}


def test_the_first_commit_makes_the_branch(seat: Seat) -> None:
    seat.remember("one")
    result = seat.commit("  First\n\nbody ")
    assert result.parents == ()
    assert (result.branch, result.message, result.author) == ("main", "First\n\nbody", "ada")
    assert (result.at, result.changes) == (seat.now, ChangeCounts(added=1))
    assert seat.branches == {"main": result.commit}
    assert seat.head == Head("main", result.commit)
    assert load_commit(seat.repository.objects, result.commit).tree == seat.repository.workspace.tree


def test_a_commit_counts_what_it_changed(seat: Seat) -> None:
    for name in ("a", "b", "c"):
        seat.remember(f"{name} 1", key=name)
    first = seat.commit("First")
    seat.revise("a", "a 2")
    seat.do(promote, node="b")
    seat.do(remove, ["c"])
    seat.remember("d 1")
    second = seat.commit("Second")
    assert second.parents == (first.commit,)
    assert str(second.changes) == "1 added, 1 changed, 1 removed, 1 promoted"


def test_nothing_to_commit_writes_nothing(seat: Seat) -> None:
    seat.remember("one")
    seat.commit("First")
    before = seat.repository.log.head()
    assert seat.do(commit, message="Again") == NothingToCommit("main", uncommitted=False)
    assert seat.repository.log.head() == before


def test_an_empty_store_has_nothing_to_commit(seat: Seat) -> None:
    assert seat.do(commit, message="First") == NothingToCommit("main", uncommitted=False)
    assert seat.branches == {}


def test_an_empty_commit_if_asked_for(seat: Seat) -> None:
    first = seat.do(commit, message="Start", allow_empty=True)
    second = seat.do(commit, message="Again", allow_empty=True)
    assert second.parents == (first.commit,)
    assert not second.changes


@pytest.mark.parametrize("message", ["", "  \n ", "bell \x07", "x" * 65537])
def test_a_bad_message_changes_nothing(seat: Seat, message: str) -> None:
    seat.remember("one")
    with pytest.raises(BadInput) as caught:
        seat.do(commit, message=message)
    assert caught.value.field == "message"
    assert seat.head == Head("main", None)


def test_only_the_nodes_named(seat: Seat) -> None:
    for name in ("a", "b", "c"):
        seat.remember(f"{name} 1", key=name)
    seat.do(commit, message="Some", nodes=["a", "c"])
    assert committed(seat) == {"a 1", "c 1"}
    assert seat.memories == {"a 1", "b 1", "c 1"}
    assert status(seat.repository, now=seat.now).counts == ChangeCounts(added=1)
    assert seat.commit("Rest").changes == ChangeCounts(added=1)


def test_a_removal_can_be_named_by_key_or_id(seat: Seat) -> None:
    for name in ("a", "b"):
        seat.remember(f"{name} 1", key=name)
    seat.commit("First")
    gone = seat.do(remove, ["a", "b"]).nodes
    seat.do(commit, message="No a", nodes=["a"])
    assert committed(seat) == {"b 1"}
    assert seat.memories == set()
    seat.do(commit, message="No b", nodes=[gone[1].node.id.hex()[:8]])
    assert committed(seat) == set()


def test_nodes_without_changes_leave_the_others_uncommitted(seat: Seat) -> None:
    seat.remember("a 1", key="a")
    seat.commit("First")
    seat.remember("b 1", key="b")
    assert seat.do(commit, message="a", nodes=["a"]) == NothingToCommit("main", uncommitted=True)


def test_an_unknown_node_commits_nothing(seat: Seat) -> None:
    seat.remember("a 1", key="a")
    with pytest.raises(NotFound):
        seat.do(commit, message="x", nodes=["a", "nothing"])
    assert seat.head.commit is None


def test_an_ambiguous_node_commits_nothing(seat: Seat) -> None:
    by_prefix: dict[str, str] = {}
    for number in count():
        prefix = birth_id("semantic", None, f"fact {number}").hex()[:4]
        if prefix in by_prefix:
            break
        by_prefix[prefix] = f"fact {number}"
    seat.remember(by_prefix[prefix])
    seat.remember(f"fact {number}")
    with pytest.raises(Ambiguous):
        seat.do(commit, message="x", nodes=[prefix])
    assert seat.head.commit is None


def test_a_key_is_not_taken_from_a_node_whose_removal_stays_behind(seat: Seat) -> None:
    seat.remember("old", key="db", type="project")
    seat.commit("First")
    seat.do(remove, ["db"])
    seat.remember("new", key="db", type="semantic")
    with pytest.raises(Refused, match="key 'db'"):
        seat.do(commit, message="x", nodes=["db"])
    assert seat.commit("Both").changes == ChangeCounts(added=1, removed=1)


def test_a_detached_head_moves_alone(seat: Seat) -> None:
    seat.remember("one")
    first = seat.commit("First")
    seat.do(switch_to_commit, "HEAD")
    seat.remember("two")
    second = seat.commit("Second")
    assert second.branch is None
    assert seat.head == Head(None, second.commit)
    assert seat.branches == {"main": first.commit}


def test_a_commit_can_be_undone(seat: Seat) -> None:
    seat.remember("one")
    before = seat.state
    seat.commit("First")
    seat.do(undo)
    assert seat.state == before


def test_the_first_commit_of_two_workspaces_on_an_unborn_branch(seat: Seat) -> None:
    other = seat.at("other")
    seat.remember("ours")
    other.remember("theirs")
    theirs = other.commit("Theirs")
    ours = seat.commit("Ours")
    assert ours.parents == (theirs.commit,)
    assert ours.changes == ChangeCounts(added=1)
    assert seat.memories == {"ours", "theirs"}


def test_a_branch_that_moved_is_merged_in_first(seat: Seat) -> None:
    for name in ("a", "b", "c"):
        seat.remember(f"{name} 1", key=name)
    seat.commit("First")
    other = seat.at("other")
    other.revise("b", "b 2")
    other.remember("d 1")
    theirs = other.commit("Theirs")
    seat.revise("a", "a 2")
    seat.do(remove, ["c"])
    ours = seat.commit("Ours")
    assert ours.parents == (theirs.commit,)
    assert ours.changes == ChangeCounts(changed=1, removed=1)
    assert seat.memories == committed(seat) == {"a 2", "b 2", "d 1"}
    assert status(seat.repository, now=seat.now).is_clean


def test_some_nodes_on_top_of_a_branch_that_moved(seat: Seat) -> None:
    seat.remember("a 1", key="a")
    seat.commit("First")
    other = seat.at("other")
    other.remember("theirs")
    other.commit("Theirs")
    seat.revise("a", "a 2")
    seat.remember("later", key="later")
    seat.do(commit, message="Ours", nodes=["a"])
    assert committed(seat) == {"a 2", "theirs"}
    assert seat.memories == {"a 2", "theirs", "later"}


def test_a_node_that_both_changed_is_in_dispute_and_nothing_lost(seat: Seat) -> None:
    seat.remember("a 1", key="a")
    seat.commit("First")
    other = seat.at("other")
    other.revise("a", "a theirs")
    theirs = other.commit("Theirs")
    seat.revise("a", "a ours")
    seat.remember("new")
    ours = seat.commit("Ours")
    assert ours.parents == (theirs.commit,)
    assert ours.changes == ChangeCounts(added=1, conflicted=1)
    (conflict,) = list_conflicts(seat.repository)
    assert {conflict.ours.node.content, conflict.theirs.node.content} == {"a ours", "a theirs"}


def test_a_named_node_that_both_changed_is_refused_and_nothing_lost(seat: Seat) -> None:
    seat.remember("a 1", key="a")
    seat.commit("First")
    other = seat.at("other")
    other.revise("a", "a theirs")
    other.commit("Theirs")
    seat.revise("a", "a ours")
    seat.remember("new")
    before = seat.state
    with pytest.raises(CommitClash, match="another workspace has moved main") as caught:
        seat.do(commit, message="Ours", nodes=["a"])
    assert [node[:8] in str(caught.value) for node in caught.value.nodes] == [True]
    assert seat.state == before


def test_the_same_change_by_both_is_no_clash_and_catches_up(seat: Seat) -> None:
    seat.remember("a 1", key="a")
    seat.commit("First")
    other = seat.at("other")
    other.do(remove, ["a"])
    theirs = other.commit("Theirs")
    seat.do(remove, ["a"])
    assert seat.do(commit, message="Ours") == NothingToCommit("main", uncommitted=False, caught_up_with=theirs.commit)
    assert seat.head == Head("main", theirs.commit)
    assert status(seat.repository, now=seat.now).is_clean


def test_a_commit_that_was_undone_elsewhere_does_not_come_back(seat: Seat) -> None:
    seat.remember("a 1", key="a")
    first = seat.commit("First")
    seat.remember("withdrawn")
    seat.commit("Second")
    other = seat.at("other")
    seat.do(undo)
    seat.do(undo)
    other.remember("kept")
    result = other.commit("Third")
    assert result.parents == (first.commit,)
    assert other.memories == {"a 1", "kept"}


def test_a_clock_that_is_behind_changes_no_order(seat: Seat) -> None:
    seat.remember("one")
    first = seat.commit("First")
    add(seat.repository, {"content": "two"}, author="ada", now=1)
    second = commit(seat.repository, message="Second", author="ada", now=1)
    assert isinstance(second, CommitResult)
    assert second.at == 1
    commits = seat.repository.index.commits
    entry, before = commits.find(second.commit), commits.find(first.commit)
    assert entry and before and entry.at > before.at
