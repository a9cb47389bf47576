"""Merging as a verb: outcomes, what is recorded, and what stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import MergeWaiting, NotFound, Refused, Uncommitted
from memora.errors.history import NotFastForward, UnrelatedHistories
from memora.history.load import load_commit
from memora.operations.history.commit import commit
from memora.operations.history.conflicts import forget_resolutions, list_conflicts, resolve
from memora.operations.history.merge import MergeResult, merge, preview_merge
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.undo import undo
from memora.operations.remember.add import add
from memora.operations.remember.remove import remove
from memora.storage.refs import BRANCHES, Head


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("The database is SQLite", key="db", source="import")
    seat.commit("Base")
    return seat


def diverge(seat: Seat, ours: str = "The database is MySQL", theirs: str = "The database is PostgreSQL") -> None:
    """Two branches that believe different things of one key, and each something of its own."""
    seat.do(switch_to_new, "theirs", None)
    seat.revise("db", theirs)
    seat.remember("Only theirs")
    seat.commit("Theirs")
    seat.do(switch, "main")
    seat.revise("db", ours)
    seat.remember("Only ours")
    seat.commit("Ours")


def test_a_fast_forward_makes_no_commit(seat: Seat) -> None:
    seat.do(switch_to_new, "theirs", None)
    seat.remember("New")
    theirs = seat.commit("Theirs").commit
    seat.do(switch, "main")
    result: MergeResult = seat.do(merge, "theirs")
    assert (result.outcome, result.commit, seat.head) == ("fast_forward", theirs, Head("main", theirs))
    assert seat.memories == {"The database is SQLite", "New"}
    assert seat.do(merge, "theirs").outcome == "up_to_date"


def test_a_fast_forward_that_is_not_wanted(seat: Seat) -> None:
    seat.do(switch_to_new, "theirs", None)
    seat.remember("New")
    theirs = seat.commit("Theirs").commit
    seat.do(switch, "main")
    ours = seat.head.commit
    result: MergeResult = seat.do(merge, "theirs", fast_forward="never", message="Together")
    recorded = load_commit(seat.repository.objects, seat.head.commit)
    assert (result.outcome, recorded.parents, recorded.message) == ("merged", (ours, theirs), "Together")


def test_a_branch_merged_into_itself_is_up_to_date(seat: Seat) -> None:
    before = seat.head
    assert seat.do(merge, "main").outcome == "up_to_date"
    assert seat.head == before


def test_a_dispute_is_committed_and_both_sides_are_kept(seat: Seat) -> None:
    diverge(seat)
    result: MergeResult = seat.do(merge, "theirs")
    assert (result.outcome, len(result.plan.conflicts), result.changes.conflicted) == ("merged", 1, 1)
    (conflict,) = list_conflicts(seat.repository)
    assert conflict.base.node.content == "The database is SQLite"
    assert conflict.ours.node.content == "The database is MySQL"
    assert conflict.theirs.node.content == "The database is PostgreSQL"
    assert {"Only ours", "Only theirs"} <= seat.memories


def test_a_decision_is_kept_in_the_commit_with_what_it_overruled(seat: Seat) -> None:
    seat.do(switch_to_new, "theirs", None)
    seat.remember("unrelated")
    seat.revise("db", "The database is PostgreSQL")
    seat.commit("Theirs")
    seat.do(switch, "main")
    fields = {"content": "The database is MySQL", "key": "db", "source": "codex"}
    seat.do(add, fields, replace=True)
    seat.commit("Ours")
    result: MergeResult = seat.do(merge, "theirs")
    (decision,) = load_commit(seat.repository.objects, result.commit).decisions
    assert decision.rule == "confidence"
    assert seat.repository.objects.has(decision.overruled)
    assert "The database is PostgreSQL" in seat.memories


def test_a_preview_changes_nothing_and_tells_what_merge_will_do(seat: Seat) -> None:
    diverge(seat)
    before = seat.state
    preview = preview_merge(seat.repository, "theirs", now=seat.now)
    assert seat.state == before
    result: MergeResult = seat.do(merge, "theirs")
    assert (preview.tree, preview.plan.decisions) == (result.tree, result.plan.decisions)


def test_uncommitted_changes_stand_in_the_way(seat: Seat) -> None:
    diverge(seat)
    seat.remember("Not committed")
    before = seat.state
    with pytest.raises(Uncommitted):
        seat.do(merge, "theirs")
    assert seat.state == before


def test_only_fast_forward_refuses_to_merge(seat: Seat) -> None:
    diverge(seat)
    with pytest.raises(NotFastForward):
        seat.do(merge, "theirs", fast_forward="only")


def test_an_unknown_branch(seat: Seat) -> None:
    with pytest.raises(NotFound):
        seat.do(merge, "nowhere")


def test_unrelated_histories_merge_only_when_asked_to(seat: Seat) -> None:
    from memora.model.commit import Commit
    from memora.tree.edit import write_empty

    with seat.repository.transaction("test", author="ada", now=seat.now) as transaction:
        root = transaction.write_commit(Commit(write_empty(seat.repository.objects), (), "bob", seat.now, "Other root"))
        transaction.move_ref(BRANCHES + "orphan", None, root)
    with pytest.raises(UnrelatedHistories):
        seat.do(merge, "orphan")
    assert seat.do(merge, "orphan", allow_unrelated=True).outcome == "merged"
    assert seat.memories == {"The database is SQLite"}


def test_a_merge_that_waits_is_committed_whole_with_both_parents(seat: Seat) -> None:
    diverge(seat)
    ours, theirs = seat.head.commit, seat.repository.refs.find(BRANCHES + "theirs")
    result: MergeResult = seat.do(merge, "theirs", commit=False)
    assert (result.commit, seat.head.commit) == (None, ours)
    with pytest.raises(Refused):
        seat.do(merge, "theirs")
    with pytest.raises(MergeWaiting):
        seat.do(commit, message="Part", nodes=["db"])
    recorded = seat.commit("Whole")
    assert recorded.parents == (ours, theirs)
    assert seat.do(merge, "theirs").outcome == "up_to_date"


def test_undo_takes_a_waiting_merge_back(seat: Seat) -> None:
    diverge(seat)
    before = seat.state
    seat.do(merge, "theirs", commit=False)
    seat.do(undo)
    assert seat.state == before
    seat.remember("Later")
    assert len(seat.commit("An ordinary commit").parents) == 1


def test_a_criss_cross_history_merges_against_both_bases(seat: Seat) -> None:
    diverge(seat)
    seat.do(switch_to_new, "cross", "theirs")
    seat.do(merge, "main")
    seat.do(resolve, "db", "ours", remember=False)
    seat.commit("Theirs after the first crossing")
    seat.do(switch, "main")
    seat.do(merge, "theirs")
    seat.do(resolve, "db", "theirs")
    seat.commit("Ours after the first crossing")
    result: MergeResult = seat.do(merge, "cross")
    assert result.outcome == "merged"
    assert {"Only ours", "Only theirs"} <= seat.memories
    assert not list_conflicts(seat.repository)


def test_a_settled_dispute_is_settled_the_same_way_when_it_returns(seat: Seat) -> None:
    diverge(seat)
    start = seat.head.commit
    seat.do(merge, "theirs")
    seat.do(resolve, "db", "theirs")
    seat.commit("Settled")
    seat.do(switch_to_new, "again", start.hex())
    result: MergeResult = seat.do(merge, "theirs")
    assert [decision.verdict.rule for decision in result.plan.decisions] == ["remembered"]
    assert not list_conflicts(seat.repository)
    assert "The database is PostgreSQL" in seat.memories


def test_a_settlement_that_was_forgotten_settles_nothing(seat: Seat) -> None:
    diverge(seat)
    start = seat.head.commit
    seat.do(merge, "theirs")
    seat.do(resolve, "db", "theirs")
    seat.commit("Settled")
    assert seat.do(forget_resolutions, "db") == 1
    seat.do(switch_to_new, "again", start.hex())
    seat.do(merge, "theirs")
    assert len(list_conflicts(seat.repository)) == 1


def test_a_deletion_against_an_edit_is_in_dispute_and_can_be_settled_either_way(seat: Seat) -> None:
    seat.do(switch_to_new, "theirs", None)
    seat.do(remove, ["db"])
    seat.commit("Theirs")
    seat.do(switch, "main")
    seat.revise("db", "The database is MySQL")
    seat.commit("Ours")
    seat.do(merge, "theirs")
    (conflict,) = list_conflicts(seat.repository)
    assert conflict.theirs is None
    assert conflict.ours.node.content == "The database is MySQL"
    seat.do(resolve, "db", "theirs")
    assert seat.memories == set()
    seat.do(undo)
    seat.do(resolve, "db", "ours")
    assert seat.memories == {"The database is MySQL"}


def test_a_branch_that_another_workspace_moved_is_caught_up_with(seat: Seat) -> None:
    diverge(seat)
    other = seat.at("other")
    other.remember("From the other workspace")
    tip = other.commit("Other").commit
    result: MergeResult = seat.do(merge, "theirs")
    assert load_commit(seat.repository.objects, result.commit).parents[0] == tip
    assert "From the other workspace" in seat.memories


def test_a_key_that_another_workspace_gave_away_is_seen(seat: Seat) -> None:
    seat.do(switch_to_new, "theirs", None)
    seat.do(add, {"content": "Tokens are opaque", "key": "auth", "type": "project"})
    seat.commit("Theirs")
    seat.do(switch, "main")
    other = seat.at("other")
    other.remember("Tokens are JWT", key="auth")
    other.commit("Other")
    result: MergeResult = seat.do(merge, "theirs", fast_forward="never")
    assert [decision.verdict.rule for decision in result.plan.decisions] == ["same_key"]


def test_a_preview_leaves_uncommitted_changes_out_of_it(seat: Seat) -> None:
    seat.do(switch_to_new, "theirs", None)
    seat.do(add, {"content": "Tokens are opaque", "key": "auth", "type": "project"})
    seat.commit("Theirs")
    seat.do(switch, "main")
    seat.remember("Tokens are JWT", key="auth")
    preview = preview_merge(seat.repository, "theirs", now=seat.now, fast_forward="never")
    seat.do(undo)
    result: MergeResult = seat.do(merge, "theirs", fast_forward="never")
    assert (preview.tree, preview.plan.decisions) == (result.tree, ())
