"""Disputes of a workspace: what each stands between, and which side is ours, whatever was merged before and after."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from checked_seat import CheckedSeat
from stores import DAY

from memora.errors import NotFound
from memora.errors.history import NotDisputed
from memora.history.load import load_node
from memora.operations.care.prune import prune
from memora.operations.history.branch import delete_branch
from memora.operations.history.cherry_pick import cherry_pick
from memora.operations.history.commit import commit
from memora.operations.history.conflicts import Conflict, find_conflict, list_conflicts
from memora.operations.history.merge import merge
from memora.operations.history.revert import revert
from memora.operations.history.revert_selection import Wanted
from memora.operations.history.switch import switch
from memora.operations.remember.add import add
from memora.operations.remember.edit import edit
from memora.operations.remember.remove import remove


@pytest.fixture
def seat(tmp_path: Path) -> CheckedSeat:
    seat = CheckedSeat(tmp_path)
    seat.remember("SQLite", key="db", source="import")
    seat.commit("Base")
    return seat


def told(conflict: Conflict) -> tuple[str | None, ...]:
    """What base, ours and theirs say, and then the others."""
    sides = (conflict.base, conflict.ours, conflict.theirs, *conflict.others)
    return tuple(None if side is None else side.node.content for side in sides)


def only(seat: CheckedSeat) -> tuple[str | None, ...]:
    [conflict] = list_conflicts(seat.repository)
    return told(conflict)


def test_ours_is_what_the_branch_had_and_theirs_what_was_merged(seat: CheckedSeat) -> None:
    seat.on("one", "db", "PostgreSQL")
    seat.on("two", "db", "MySQL")
    seat.do(switch, "one")
    seat.do(merge, "two")
    assert only(seat) == ("SQLite", "PostgreSQL", "MySQL")
    seat.do(switch, "two")
    seat.do(merge, "one~1")
    assert only(seat) == ("SQLite", "MySQL", "PostgreSQL")


def test_a_fast_forward_changes_no_side(seat: CheckedSeat) -> None:
    seat.on("one", "db", "PostgreSQL")
    seat.on("two", "db", "MySQL")
    seat.do(switch, "one")
    seat.do(merge, "two")
    for name in ("two", "main"):
        seat.do(switch, name)
        assert seat.do(merge, "one").outcome == "fast_forward"
        assert only(seat) == ("SQLite", "PostgreSQL", "MySQL")


# The sides of a dispute lie in order of their ids, which is chance; so some contents are tried.
some_words = pytest.mark.parametrize("words", ["PostgreSQL", "Oracle", "DB2", "MariaDB"])


@some_words
def test_a_merge_that_only_brings_a_dispute_along_changes_no_side(seat: CheckedSeat, words: str) -> None:
    seat.on("one", "db", words)
    seat.on("two", "db", f"not {words}")
    seat.do(switch, "one")
    seat.do(merge, "two")
    seat.do(switch, "main")
    seat.remember("Something else")
    seat.commit("Else")
    seat.do(merge, "one")
    assert only(seat) == ("SQLite", words, f"not {words}")
    seat.remember("And more")
    seat.commit("More")
    assert only(seat) == ("SQLite", words, f"not {words}")


@some_words
def test_a_dispute_whose_tags_were_edited_has_the_sides_it_had(seat: CheckedSeat, words: str) -> None:
    seat.on("one", "db", words)
    seat.on("two", "db", f"not {words}")
    seat.do(switch, "one")
    seat.do(merge, "two")
    seat.do(edit, "db", {"tags": ["urgent"]})
    assert only(seat) == ("SQLite", words, f"not {words}")
    seat.commit("Tagged")
    assert only(seat) == ("SQLite", words, f"not {words}")


def test_the_sides_of_a_merge_that_waits(seat: CheckedSeat) -> None:
    seat.on("one", "db", "PostgreSQL")
    seat.on("two", "db", "MySQL")
    for ours, theirs, contents in (("one", "two", ("PostgreSQL", "MySQL")), ("two", "one", ("MySQL", "PostgreSQL"))):
        seat.do(switch, ours)
        seat.do(merge, theirs, commit=False)
        assert only(seat) == ("SQLite", *contents)
        seat.undo()


@pytest.mark.parametrize("order", list(permutations(("one", "two", "three"))))
def test_three_beliefs_are_in_dispute_in_whatever_order_they_are_merged(
    seat: CheckedSeat, order: tuple[str, ...]
) -> None:
    beliefs = {"one": "PostgreSQL", "two": "MySQL", "three": "Oracle"}
    for branch, words in beliefs.items():
        seat.on(branch, "db", words)
    seat.do(switch, order[0])
    seat.do(merge, order[1])
    assert only(seat) == ("SQLite", beliefs[order[0]], beliefs[order[1]])
    seat.do(merge, order[2])
    origin, ours, theirs, *others = only(seat)
    assert (origin, theirs) == ("SQLite", beliefs[order[2]])
    assert {ours, *others} == {beliefs[order[0]], beliefs[order[1]]}


def test_a_dispute_merged_into_a_third_belief(seat: CheckedSeat) -> None:
    for branch, words in (("one", "PostgreSQL"), ("two", "MySQL"), ("three", "Oracle")):
        seat.on(branch, "db", words)
    seat.do(switch, "one")
    seat.do(merge, "two")
    seat.do(switch, "three")
    seat.do(merge, "one")
    origin, ours, *others = only(seat)
    assert (origin, ours) == ("SQLite", "Oracle")
    assert set(others) == {"PostgreSQL", "MySQL"}


@pytest.mark.parametrize("ours", ["edited", "deleted"])
def test_a_deletion_is_a_side_without_words(seat: CheckedSeat, ours: str) -> None:
    seat.on("edited", "db", "PostgreSQL")
    seat.branch_off("deleted")
    seat.do(remove, ["db"])
    seat.commit("Deleted")
    theirs = "deleted" if ours == "edited" else "edited"
    seat.do(switch, ours)
    seat.do(merge, theirs)
    assert only(seat) == ("SQLite", *(("PostgreSQL", None) if ours == "edited" else (None, "PostgreSQL")))
    seat.do(switch, theirs)
    seat.do(merge, ours)
    assert only(seat) == ("SQLite", *(("PostgreSQL", None) if ours == "edited" else (None, "PostgreSQL")))


@some_words
@pytest.mark.parametrize("ours", ["semantic", "project"])
def test_two_memories_under_one_key_are_told_apart_by_who_had_them(seat: CheckedSeat, ours: str, words: str) -> None:
    contents = {"semantic": words, "project": f"not {words}"}
    for type_name, content in contents.items():
        seat.branch_off(type_name)
        seat.do(add, {"content": content, "key": "auth.alg", "type": type_name})
        seat.commit(content)
    theirs = "project" if ours == "semantic" else "semantic"
    seat.do(switch, ours)
    seat.do(merge, theirs)
    assert only(seat) == (None, contents[ours], contents[theirs])
    conflict = find_conflict(seat.repository, "auth.alg")
    assert {conflict.ours.node.id, conflict.theirs.node.id} > {conflict.node.id}


def test_a_belief_learnt_on_two_branches_apart_has_no_base(seat: CheckedSeat) -> None:
    for branch, words in (("one", "The port is 80"), ("two", "The port is 8080")):
        seat.branch_off(branch)
        seat.remember(words, key="port")
        seat.commit(words)
    seat.do(merge, "one")
    assert only(seat) == (None, "The port is 8080", "The port is 80")


def test_what_a_revert_meets_is_ours_against_what_comes_back(seat: CheckedSeat) -> None:
    seat.revise("db", "PostgreSQL")
    seat.commit("To be reverted")
    seat.revise("db", "Oracle")
    seat.commit("Later")
    seat.do(revert, Wanted("HEAD~1"))
    assert only(seat) == ("PostgreSQL", "Oracle", "SQLite")


def test_what_a_cherry_pick_meets_is_ours_against_what_was_picked(seat: CheckedSeat) -> None:
    seat.on("one", "db", "PostgreSQL")
    seat.on("two", "db", "MySQL")
    seat.do(switch, "two")
    seat.do(cherry_pick, ["one"])
    assert only(seat) == ("SQLite", "MySQL", "PostgreSQL")


def test_what_a_commit_meets_on_a_branch_that_moved_is_the_branch_against_what_was_committed(seat: CheckedSeat) -> None:
    other = seat.at("other")
    other.do(switch, "main")
    seat.revise("db", "PostgreSQL")
    other.revise("db", "MySQL")
    other.commit("First")
    seat.do(commit, message="Second")
    assert only(seat) == ("SQLite", "MySQL", "PostgreSQL")


def test_every_workspace_has_its_own_disputes(seat: CheckedSeat) -> None:
    seat.on("one", "db", "PostgreSQL")
    seat.on("two", "db", "MySQL")
    other = seat.at("other")
    other.do(switch, "one")
    seat.do(switch, "two")
    seat.do(merge, "one")
    assert list_conflicts(other.repository) == []
    with pytest.raises(NotDisputed):
        find_conflict(other.repository, "db")


def test_what_is_not_in_dispute(seat: CheckedSeat) -> None:
    assert list_conflicts(seat.repository) == []
    with pytest.raises(NotDisputed):
        find_conflict(seat.repository, "db")
    with pytest.raises(NotFound):
        find_conflict(seat.repository, "nothing")


def test_what_disputes_point_at_outlives_everything_else(seat: CheckedSeat) -> None:
    for branch, words in (("one", "PostgreSQL"), ("two", "MySQL"), ("three", "Oracle")):
        seat.on(branch, "db", words)
    seat.do(merge, "one")
    seat.do(merge, "two")
    before = list_conflicts(seat.repository)
    for branch in ("one", "two"):
        seat.do(delete_branch, branch, force=True)
    prune(seat.repository, now=seat.now + DAY, older_than=0)
    assert list_conflicts(seat.repository) == before
    for side in before[0].node.dispute.sides:
        assert load_node(seat.repository.objects, side).content in {"PostgreSQL", "MySQL", "Oracle"}


def test_a_merge_that_waits_outlives_a_prune(seat: CheckedSeat) -> None:
    seat.on("one", "db", "PostgreSQL")
    seat.on("two", "db", "MySQL")
    theirs = seat.branches["one"]
    seat.do(merge, "one", commit=False)
    before = list_conflicts(seat.repository)
    seat.do(delete_branch, "one", force=True)
    prune(seat.repository, now=seat.now + DAY, older_than=0)
    assert list_conflicts(seat.repository) == before
    assert seat.commit("Together").parents[1] == theirs
