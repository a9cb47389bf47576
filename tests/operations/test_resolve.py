"""Settling disputes, and what is remembered of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_seat import CheckedSeat
from stores import DAY

from memora.errors import SecretFound
from memora.errors.history import NoSuchSide, NotDisputed
from memora.model.node import Node
from memora.model.rules import find_broken_rule
from memora.operations.care.prune import prune
from memora.operations.history.branch import delete_branch
from memora.operations.history.conflicts import forget_resolutions, list_conflicts, resolve
from memora.operations.history.merge import merge, preview_merge
from memora.operations.history.merging import RESOLUTIONS
from memora.operations.history.op import op_log
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.undo import redo
from memora.operations.naming import find_key, read_current
from memora.operations.remember.add import add
from memora.operations.remember.edit import edit
from memora.operations.remember.link import link
from memora.operations.remember.remove import remove


@pytest.fixture
def seat(tmp_path: Path) -> CheckedSeat:
    """A seat on branch ``ours``, with a branch ``theirs`` that says something else of the database."""
    seat = CheckedSeat(tmp_path)
    seat.remember("SQLite", key="db", source="import")
    seat.commit("Base")
    seat.on("theirs", "db", "MySQL")
    seat.on("ours", "db", "PostgreSQL")
    return seat


def node(seat: CheckedSeat, key: str = "db") -> Node:
    """The memory under a key."""
    found = find_key(seat.repository, key)
    assert found is not None
    return read_current(seat.repository, found).node


def remembered(seat: CheckedSeat) -> int:
    return len(seat.repository.refs.list(RESOLUTIONS))


def merge_again(seat: CheckedSeat) -> None:
    """Merge the same two beliefs once more, on a new branch at where ours was."""
    seat.do(switch_to_new, "again", "ours.before")
    seat.do(merge, "theirs")


@pytest.fixture
def disputed(seat: CheckedSeat) -> CheckedSeat:
    """A seat where the two have been merged; ``ours.before`` is where ours was."""
    seat.do(switch_to_new, "ours.before", None)
    seat.do(switch, "ours")
    seat.do(merge, "theirs")
    return seat


@pytest.mark.parametrize(
    ("choice", "words"), [("ours", "PostgreSQL"), ("theirs", "MySQL"), ("base", "SQLite"), ("content", "Oracle")]
)
def test_what_a_person_settles_is_stable_and_has_that_persons_word(
    disputed: CheckedSeat, choice: str, words: str
) -> None:
    disputed.author = "eve"
    disputed.do(resolve, "db", choice, content="Oracle" if choice == "content" else None)
    settled = node(disputed)
    assert (settled.content, settled.status, settled.dispute) == (words, "stable", None)
    assert ("manual", "eve") in {seen.observer for seen in settled.observations}
    assert list_conflicts(disputed.repository) == []
    [entry] = op_log(disputed.repository, limit=1)
    assert entry.operation.summary == f"{choice}: {words}"
    disputed.commit("Settled")


def test_both_sides_kept_are_two_memories_and_one_has_the_key(disputed: CheckedSeat) -> None:
    disputed.do(resolve, "db", "both")
    assert disputed.memories == {"PostgreSQL", "MySQL"}
    assert node(disputed).content == "PostgreSQL"


def test_all_sides_of_a_larger_dispute_are_kept(disputed: CheckedSeat) -> None:
    disputed.on("third", "db", "Oracle")
    disputed.do(switch, "ours")
    disputed.do(merge, "third")
    disputed.do(resolve, "db", "both")
    assert disputed.memories == {"PostgreSQL", "MySQL", "Oracle"}
    assert list_conflicts(disputed.repository) == []
    disputed.undo()
    disputed.do(resolve, "db", "theirs")
    assert disputed.memories == {"Oracle"}


def test_sides_kept_apart_do_not_take_the_place_of_a_memory_that_says_so_already(disputed: CheckedSeat) -> None:
    disputed.remember("MySQL")
    disputed.do(resolve, "db", "both")
    contents = [entry.content for entry in disputed.nodes]
    assert sorted(contents) == ["MySQL", "MySQL", "PostgreSQL"]


@pytest.mark.parametrize("ours", ["RS256", "HS256"])
def test_two_memories_under_one_key_kept_apart_are_the_two_they_were(seat: CheckedSeat, ours: str) -> None:
    ids = {}
    for type_name, words in (("semantic", "RS256"), ("project", "HS256")):
        seat.branch_off(words)
        seat.do(add, {"content": words, "key": "alg", "type": type_name})
        ids[words] = node(seat, "alg").id
        seat.commit(words)
    theirs = "HS256" if ours == "RS256" else "RS256"
    seat.do(switch, ours)
    seat.do(merge, theirs)
    seat.do(resolve, "alg", "both")
    assert {entry.content: entry.id for entry in seat.nodes if entry.key != "db"} == ids
    assert node(seat, "alg").content == ours


@pytest.mark.parametrize("ours", ["RS256", "HS256"])
def test_two_that_led_to_each_other_do_not_lead_to_themselves_when_kept_apart(seat: CheckedSeat, ours: str) -> None:
    seat.do(switch, "main")
    ids = {}
    for words in ("RS256", "HS256"):
        seat.remember(words)
        ids[words] = next(entry.id.hex() for entry in seat.nodes if entry.content == words)
    seat.do(link, ids["RS256"], "relates_to", ids["HS256"])
    seat.do(link, ids["HS256"], "relates_to", ids["RS256"])
    seat.commit("Both")
    for words, node_id in ids.items():
        seat.branch_off(words)
        seat.do(edit, node_id, {"key": "alg"})
        seat.commit(words)
    seat.do(switch, ours)
    seat.do(merge, "HS256" if ours == "RS256" else "RS256")
    seat.do(resolve, "alg", "both")
    assert [find_broken_rule(entry) for entry in seat.nodes] == [None] * 3


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_a_dispute_about_a_key_comes_to_one_memory_of_the_type_that_was_chosen(seat: CheckedSeat, choice: str) -> None:
    for type_name, words in (("semantic", "RS256"), ("project", "HS256")):
        seat.branch_off(type_name)
        seat.do(add, {"content": words, "key": "alg", "type": type_name, "tags": [type_name]})
        seat.commit(words)
    seat.do(merge, "semantic")
    seat.do(resolve, "alg", choice)
    settled = node(seat, "alg")
    assert (settled.content, settled.type) == {"ours": ("HS256", "project"), "theirs": ("RS256", "semantic")}[choice]
    assert settled.tags == ("project", "semantic")
    assert not {"RS256", "HS256"} <= seat.memories


def test_a_side_that_is_not_there_cannot_be_chosen(disputed: CheckedSeat) -> None:
    for branch, words in (("one", "The port is 80"), ("two", "The port is 8080")):
        disputed.branch_off(branch)
        disputed.remember(words, key="port")
        disputed.commit(words)
    disputed.do(merge, "one")
    before = disputed.state
    with pytest.raises(NoSuchSide):
        disputed.do(resolve, "port", "base")
    assert disputed.state == before
    disputed.do(resolve, "port", "theirs")
    with pytest.raises(NotDisputed):
        disputed.do(resolve, "port", "theirs")


def test_of_an_edit_against_a_deletion_both_cannot_be_kept(seat: CheckedSeat) -> None:
    seat.branch_off("deleted")
    seat.do(remove, ["db"])
    seat.commit("Deleted")
    seat.do(merge, "theirs")
    before = seat.state
    with pytest.raises(NoSuchSide):
        seat.do(resolve, "db", "both")
    assert seat.state == before
    seat.do(resolve, "db", "base")
    assert seat.memories == {"SQLite"}


@pytest.mark.parametrize("choice", ["ours", "theirs", "base", "content"])
def test_the_same_dispute_is_settled_in_the_same_way(disputed: CheckedSeat, choice: str) -> None:
    disputed.do(resolve, "db", choice, content="Oracle" if choice == "content" else None)
    settled = node(disputed)
    disputed.commit("Settled")
    merge_again(disputed)
    assert list_conflicts(disputed.repository) == []
    again = node(disputed)
    assert (again.content, again.status, again.observations) == (settled.content, settled.status, settled.observations)


def test_the_same_dispute_the_other_way_round_is_the_same(disputed: CheckedSeat) -> None:
    disputed.do(resolve, "db", "theirs")
    disputed.commit("Settled")
    disputed.do(switch, "theirs")
    disputed.do(merge, "ours.before")
    assert (disputed.memories, list_conflicts(disputed.repository)) == ({"MySQL"}, [])


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_a_settlement_by_deletion_is_remembered(seat: CheckedSeat, choice: str) -> None:
    seat.branch_off("deleted")
    seat.do(remove, ["db"])
    seat.commit("Deleted")
    seat.do(switch_to_new, "deleted.before", None)
    seat.do(merge, "theirs")
    seat.do(resolve, "db", choice)
    expected = seat.memories
    assert expected == (set() if choice == "ours" else {"MySQL"})
    seat.commit("Settled")
    seat.do(switch, "deleted")
    seat.do(merge, "theirs")
    assert (seat.memories, list_conflicts(seat.repository)) == (expected, [])


def test_keeping_both_is_not_remembered(disputed: CheckedSeat) -> None:
    disputed.do(resolve, "db", "both")
    disputed.commit("Settled")
    assert remembered(disputed) == 0
    merge_again(disputed)
    assert len(list_conflicts(disputed.repository)) == 1


def test_a_settlement_counts_for_the_memory_that_it_was_made_for(disputed: CheckedSeat) -> None:
    disputed.do(switch, "main")
    disputed.remember("SQLite", key="cache.db", source="import")
    disputed.commit("Another database")
    for branch, words in (("one", "PostgreSQL"), ("two", "MySQL")):
        disputed.on(branch, "cache.db", words)
    disputed.do(switch, "ours")
    disputed.do(resolve, "db", "ours")
    disputed.commit("Settled")
    disputed.do(switch, "one")
    disputed.do(merge, "two")
    assert [conflict.node.key for conflict in list_conflicts(disputed.repository)] == ["cache.db"]


def test_a_dispute_that_says_something_else_is_another_one(disputed: CheckedSeat) -> None:
    disputed.do(resolve, "db", "ours")
    disputed.commit("Settled")
    disputed.on("third", "db", "Oracle")
    disputed.do(merge, "ours.before")
    assert len(list_conflicts(disputed.repository)) == 1


def test_undo_forgets_a_settlement_and_redo_remembers_it(disputed: CheckedSeat) -> None:
    disputed.do(resolve, "db", "ours")
    after = disputed.state
    disputed.undo()
    assert (remembered(disputed), len(list_conflicts(disputed.repository))) == (0, 1)
    disputed.do(redo)
    assert (disputed.state, remembered(disputed)) == (after, 1)


def test_a_settlement_outlives_a_prune_and_all_branches_it_was_made_on(disputed: CheckedSeat) -> None:
    disputed.do(resolve, "db", "content", content="Oracle")
    disputed.commit("Settled")
    disputed.do(switch, "ours.before")
    disputed.do(delete_branch, "ours", force=True)
    assert prune(disputed.repository, now=disputed.now + DAY, older_than=0).objects
    disputed.do(merge, "theirs")
    assert (disputed.memories, list_conflicts(disputed.repository)) == ({"Oracle"}, [])


def test_a_settlement_that_was_forgotten_settles_nothing(disputed: CheckedSeat) -> None:
    disputed.do(resolve, "db", "ours")
    disputed.commit("Settled")
    assert disputed.do(forget_resolutions, "db") == 1
    assert disputed.do(forget_resolutions, "db") == 0
    prune(disputed.repository, now=disputed.now + DAY, older_than=0)
    merge_again(disputed)
    assert len(list_conflicts(disputed.repository)) == 1


def test_what_is_settled_anew_is_remembered_anew(disputed: CheckedSeat) -> None:
    disputed.do(resolve, "db", "ours")
    disputed.undo()
    disputed.do(resolve, "db", "theirs")
    disputed.commit("Settled")
    assert remembered(disputed) == 1
    merge_again(disputed)
    assert disputed.memories == {"MySQL"}


def test_a_dry_run_knows_what_was_settled_before(disputed: CheckedSeat) -> None:
    disputed.do(resolve, "db", "theirs")
    disputed.commit("Settled")
    disputed.do(switch, "ours.before")
    preview = preview_merge(disputed.repository, "theirs", now=disputed.now)
    result = disputed.do(merge, "theirs")
    assert preview.tree == result.tree
    assert [decision.verdict.rule for decision in result.plan.decisions] == ["remembered"]


def test_an_edit_of_the_words_settles_a_dispute_without_being_remembered(disputed: CheckedSeat) -> None:
    disputed.do(edit, "db", {"content": "Oracle"})
    assert list_conflicts(disputed.repository) == []
    assert remembered(disputed) == 0


def test_a_settled_memory_merges_on_like_any_other(disputed: CheckedSeat) -> None:
    disputed.do(resolve, "db", "ours")
    disputed.commit("Settled")
    disputed.do(switch, "theirs")
    disputed.do(edit, "db", {"tags": ["sql"]})
    disputed.commit("Tagged")
    disputed.do(switch, "ours")
    disputed.do(merge, "theirs")
    settled = node(disputed)
    assert (settled.content, settled.status, settled.tags) == ("PostgreSQL", "stable", ("sql",))


def test_the_author_of_a_side_is_counted_once(disputed: CheckedSeat) -> None:
    before = list_conflicts(disputed.repository)[0].ours
    assert before is not None
    disputed.do(resolve, "db", "ours")
    settled = node(disputed)
    assert (settled.confidence, settled.observations) == (before.node.confidence, before.node.observations)


def test_a_secret_settles_nothing(disputed):
    with pytest.raises(SecretFound):
        disputed.do(resolve, "db", "content", content="Oracle with ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8")
    assert node(disputed).dispute is not None
