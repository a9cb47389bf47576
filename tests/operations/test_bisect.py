"""Bisecting history: marks that are kept as references, one operation a step, and what contradicts them."""

from __future__ import annotations

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import NoCommits, NotFound, Unavailable
from memora.errors.history import NoBisection, NotBisectable
from memora.history.changes import NodeChange
from memora.history.load import load_node
from memora.model.ids import CommitId, TreeId
from memora.operations.care.prune import prune
from memora.operations.history.bisect import (
    Bisection,
    Verdict,
    bisect_mark,
    bisect_reset,
    bisect_standing,
    bisect_start,
)
from memora.operations.history.bisect_nodes import bisect_nodes
from memora.operations.history.branch import delete_branch
from memora.operations.history.merge import merge
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.undo import redo, undo
from memora.operations.look.list import list_nodes
from memora.operations.remember.remove import remove
from memora.storage.refs import BRANCHES
from memora.tree.lookup import entries


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(tmp_path)


def build(seat: Seat, count: int, *, bad_from: int) -> list[CommitId]:
    """A line of commits, each with a fact of its own; from one on the algorithm is another."""
    commits = []
    for number in range(count):
        seat.remember(f"fact {number}")
        seat.revise("auth", "HS256" if number >= bad_from else "RS256")
        commits.append(seat.commit(f"commit {number}").commit)
    return commits


def says(seat: Seat, tree: TreeId, word: str) -> bool:
    objects = seat.repository.objects
    return any(word in load_node(objects, version).content for _, version in entries(objects, tree))


def is_bad(seat: Seat, commit: CommitId) -> bool:
    nodes = list_nodes(seat.repository, now=seat.now, revision=commit.hex())
    return any("HS256" in item.node.content for item in nodes)


def to_the_end(seat: Seat, found: Bisection) -> tuple[Bisection, int]:
    """Answer by looking, until the search is over."""
    tests = 0
    while found.outcome == "testing":
        assert found.commit is not None
        tests += 1
        found = seat.do(bisect_mark, "bad" if is_bad(seat, found.commit) else "good", None)
    return found, tests


def test_a_search_from_start_to_end(seat: Seat) -> None:
    commits = build(seat, 20, bad_from=13)
    found = seat.do(bisect_start, "HEAD", ["HEAD~19"])
    assert (found.outcome, found.remaining, found.steps) == ("testing", 19, 5)
    assert found.subject is not None and found.subject.message in ("commit 9", "commit 10")
    end, tests = to_the_end(seat, found)
    assert (end.outcome, end.commit, end.remaining) == ("found", commits[13], 1)
    assert tests <= 5


def test_neither_branch_nor_working_tree_moves(seat: Seat) -> None:
    build(seat, 8, bad_from=3)
    seat.remember("Not committed")
    before = seat.state
    to_the_end(seat, seat.do(bisect_start, "HEAD", ["HEAD~7"]))
    assert seat.state == before


def test_both_ends_can_be_named_later_and_without_a_name_are_head(seat: Seat) -> None:
    commits = build(seat, 4, bad_from=3)
    assert seat.do(bisect_start).outcome == "waiting"
    found = seat.do(bisect_mark, "bad", None)
    assert (found.outcome, found.marks.bad, found.commit) == ("waiting", commits[-1], None)
    assert seat.do(bisect_mark, "good", "HEAD~3").outcome == "testing"


def test_every_step_is_an_operation_that_can_be_undone(seat: Seat) -> None:
    build(seat, 16, bad_from=5)
    standings = [seat.do(bisect_start, "HEAD", ["HEAD~15"])]
    while standings[-1].outcome == "testing":
        assert standings[-1].commit is not None
        verdict = "bad" if is_bad(seat, standings[-1].commit) else "good"
        standings.append(seat.do(bisect_mark, verdict, None))
    for standing in reversed(standings[:-1]):
        seat.do(undo)
        assert bisect_standing(seat.repository) == standing
    seat.do(undo)
    with pytest.raises(NoBisection):
        bisect_standing(seat.repository)
    seat.do(redo)
    assert bisect_standing(seat.repository) == standings[0]
    assert {operation.command for operation in seat.repository.log.newest_first()} >= {"bisect", "undo", "redo"}


def test_reset_forgets_the_marks_and_undo_brings_them_back(seat: Seat) -> None:
    build(seat, 8, bad_from=5)
    found = seat.do(bisect_start, "HEAD", ["HEAD~7"])
    assert seat.do(bisect_reset)
    assert seat.repository.refs.list("refs/bisect/") == []
    number = seat.repository.log.head().number
    assert not seat.do(bisect_reset)
    assert seat.repository.log.head().number == number
    seat.do(undo)
    assert bisect_standing(seat.repository) == found


def test_a_new_start_takes_the_place_of_the_old(seat: Seat) -> None:
    build(seat, 8, bad_from=5)
    seat.do(bisect_start, "HEAD", ["HEAD~7"])
    first = seat.do(bisect_mark, "skip", None)
    second = seat.do(bisect_start, "HEAD~1", ["HEAD~3"])
    assert (second.remaining, len(second.marks.goods), second.marks.skipped) == (2, 1, ())
    seat.do(undo)
    assert bisect_standing(seat.repository) == first


def test_workspaces_search_apart(seat: Seat) -> None:
    build(seat, 8, bad_from=5)
    seat.do(bisect_start, "HEAD", ["HEAD~7"])
    other = seat.at("default/good-x")
    other.now = seat.now
    with pytest.raises(NoBisection):
        other.do(bisect_mark, "good", "HEAD~3")
    other.do(bisect_start, "HEAD~1", ["HEAD~2"])
    assert bisect_standing(seat.repository).remaining == 7
    assert bisect_standing(other.repository).remaining == 1
    seat.do(bisect_reset)
    assert bisect_standing(other.repository).remaining == 1


def test_only_skipped_commits_left(seat: Seat) -> None:
    commits = build(seat, 6, bad_from=3)
    found = seat.do(bisect_start, "HEAD~1", ["HEAD~4"])
    while found.outcome == "testing":
        found = seat.do(bisect_mark, "skip", None)
    assert (found.outcome, found.commit) == ("undecided", None)
    assert set(found.candidates) == set(commits[2:5])
    assert seat.do(bisect_mark, "good", commits[3].hex()).commit == commits[4]


@pytest.fixture
def merged(seat: Seat) -> Seat:
    """Base, then three commits on each of two sides, and their merge; ``theirs`` brought the other algorithm."""
    build(seat, 2, bad_from=9)
    seat.do(switch_to_new, "theirs", None)
    for number in range(3):
        if number == 1:
            seat.revise("auth", "HS256")
        seat.remember(f"theirs {number}")
        seat.commit(f"theirs {number}")
    seat.do(switch, "main")
    for number in range(3):
        seat.remember(f"ours {number}")
        seat.commit(f"ours {number}")
    seat.do(merge, "theirs")
    return seat


def test_a_commit_on_the_other_side_of_a_merge_is_found(merged: Seat) -> None:
    found, tests = to_the_end(merged, merged.do(bisect_start, "HEAD", ["HEAD~4"]))
    assert found.subject is not None and found.subject.message == "theirs 1"
    assert tests <= 4


def test_a_good_commit_of_one_side_says_nothing_of_the_other(merged: Seat) -> None:
    found, _ = to_the_end(merged, merged.do(bisect_start, "HEAD", ["HEAD~1"]))
    assert found.subject is not None and found.subject.message == "theirs 1"


def test_the_first_commit_can_be_the_bad_one_without_a_good_one_before_it(merged: Seat) -> None:
    """Beside a good commit: the side it came from has none of its own."""
    found = merged.do(bisect_start, "HEAD", ["HEAD^1"])
    found = merged.do(bisect_mark, "bad", "theirs~2")
    assert (found.outcome, found.remaining) == ("found", 1)


def message(seat: Seat, *arguments: str) -> str:
    before = bisect_standing(seat.repository)
    with pytest.raises(NotBisectable) as caught:
        seat.do(bisect_mark, *arguments)
    assert bisect_standing(seat.repository) == before
    return str(caught.value)


def test_marks_that_contradict_each_other(seat: Seat) -> None:
    build(seat, 8, bad_from=5)
    seat.do(bisect_start, "HEAD~1", ["HEAD~5"])
    assert message(seat, "good", "HEAD~1").endswith("cannot be both good and bad")
    assert message(seat, "bad", "HEAD~5").endswith("cannot be both good and bad")
    assert "comes before good commit" in message(seat, "bad", "HEAD~6")
    assert "comes before good commit" in message(seat, "good", "HEAD")


def test_ends_that_do_not_lie_in_one_line(seat: Seat) -> None:
    build(seat, 3, bad_from=2)
    seat.do(switch_to_new, "side", None)
    seat.remember("beside")
    seat.commit("beside")
    seat.do(switch, "main")
    seat.remember("ahead")
    seat.commit("ahead")
    for ends in (("HEAD", ["HEAD"]), ("HEAD~1", ["HEAD"]), ("HEAD", ["side"]), ("side", ["HEAD~2", "main"])):
        with pytest.raises(NotBisectable):
            seat.do(bisect_start, *ends)
        assert seat.repository.refs.list("refs/bisect/") == []
    seat.do(bisect_start, "HEAD", ["HEAD~2"])
    assert "does not descend" in message(seat, "good", "side")


def test_a_bad_commit_of_another_line_has_to_come_after_the_good_ones(seat: Seat) -> None:
    build(seat, 3, bad_from=2)
    seat.do(switch_to_new, "side", "HEAD~2")
    seat.remember("beside")
    seat.commit("beside")
    seat.do(bisect_start, "main", ["main~1"])
    assert "does not descend" in message(seat, "bad", "side")


def test_marks_without_a_start(seat: Seat) -> None:
    with pytest.raises(NoCommits):
        seat.do(bisect_start)
    build(seat, 2, bad_from=1)
    for verdict in ("good", "bad", "skip"):
        with pytest.raises(NoBisection):
            seat.do(bisect_mark, verdict, None)
    with pytest.raises(NoBisection):
        bisect_standing(seat.repository)


def test_unknown_revisions(seat: Seat) -> None:
    build(seat, 2, bad_from=1)
    with pytest.raises(NotFound):
        seat.do(bisect_start, "nowhere", [])
    with pytest.raises(NotFound):
        seat.do(bisect_start, "HEAD", ["nowhere"])
    seat.do(bisect_start)
    with pytest.raises(NotFound):
        seat.do(bisect_mark, "bad", "nowhere")


def test_nothing_is_under_test_when_the_search_is_over(seat: Seat) -> None:
    build(seat, 2, bad_from=1)
    assert seat.do(bisect_start, "HEAD", ["HEAD~1"]).outcome == "found"
    assert message(seat, "good", None) == "no commit is under test: the search is over"  # type: ignore[arg-type]


def test_prune_keeps_what_is_searched_and_fsck_finds_nothing_wrong(seat: Seat) -> None:
    build(seat, 3, bad_from=9)
    seat.do(switch_to_new, "side", None)
    seat.revise("auth", "HS256")
    seat.commit("side")
    seat.do(bisect_start, "side", ["main~2"])
    seat.do(switch, "main")
    seat.do(delete_branch, "side", force=True)
    found = bisect_standing(seat.repository)
    prune(seat.repository, now=seat.now + 10, older_than=0)
    assert bisect_standing(seat.repository) == found
    seat.sound()


def test_the_longest_name_of_a_workspace_is_no_damage(seat: Seat) -> None:
    build(seat, 3, bad_from=1)
    agent = seat.at("w" * 200)
    agent.now = seat.now
    agent.do(bisect_start, "HEAD", ["HEAD~2"])
    seat.sound()


class Judge:
    """A test of trees that is bad where all of some words are said; keeps the trees it saw."""

    def __init__(self, seat: Seat, *words: str) -> None:
        self.seat = seat
        self.words = words
        self.trees: list[TreeId] = []

    def __call__(self, tree: TreeId) -> Verdict:
        self.trees.append(tree)
        return "bad" if all(says(self.seat, tree, word) for word in self.words) else "good"


def contents(changes: tuple[NodeChange, ...]) -> set[str]:
    return {change.latest.content for change in changes}


def large_commit(seat: Seat) -> CommitId:
    """A commit that adds forty facts, revises the algorithm and removes a memory."""
    seat.remember("RS256", key="auth")
    seat.remember("to be removed", key="old")
    seat.commit("base")
    for number in range(40):
        seat.remember(f"fact <{number}>")
    seat.revise("auth", "HS256")
    seat.do(remove, ["old"])
    return seat.commit("large").commit


def test_the_one_change_in_a_commit_is_found_by_halving(seat: Seat) -> None:
    commit = large_commit(seat)
    for word in ("HS256", "<0>", "<39>"):
        judge = Judge(seat, word)
        found = bisect_nodes(seat.repository, commit, judge)
        assert (found.sufficient, found.total, len(found.changes)) == (True, 42, 1)
        assert word in found.changes[0].latest.content
        assert len(judge.trees) <= 7


def test_a_removal_can_be_the_change(seat: Seat) -> None:
    commit = large_commit(seat)
    found = bisect_nodes(seat.repository, commit, lambda tree: "good" if says(seat, tree, "to be removed") else "bad")
    assert [(change.kind, change.latest.content) for change in found.changes] == [("removed", "to be removed")]


def test_changes_that_need_each_other(seat: Seat) -> None:
    found = bisect_nodes(seat.repository, large_commit(seat), Judge(seat, "HS256", "<7>"))
    assert (found.sufficient, contents(found.changes)) == (True, {"HS256", "fact <7>"})


def test_too_many_to_name_them_all(seat: Seat) -> None:
    commit = large_commit(seat)
    found = bisect_nodes(seat.repository, commit, Judge(seat, *(f"<{number}>" for number in range(40))))
    assert not found.sufficient
    assert len(found.changes) == 5


def test_a_test_that_cannot_tell(seat: Seat) -> None:
    found = bisect_nodes(seat.repository, large_commit(seat), lambda tree: "skip")
    assert (found.sufficient, found.changes, len(found.undecided)) == (False, (), 42)


def test_the_first_commit_is_searched_against_nothing(seat: Seat) -> None:
    commits = build(seat, 1, bad_from=0)
    found = bisect_nodes(seat.repository, commits[0], Judge(seat, "HS256"))
    assert contents(found.changes) == {"HS256"}
    found = bisect_nodes(seat.repository, commits[0], lambda tree: "bad")
    assert (found.fails_without, found.sufficient, found.changes) == (True, False, ())


def test_the_trees_can_be_listed_and_go_with_the_next_prune(seat: Seat) -> None:
    commit = large_commit(seat)
    number, before = seat.repository.log.head().number, seat.state
    judge = Judge(seat, "HS256")
    bisect_nodes(seat.repository, commit, judge)
    assert (seat.repository.log.head().number, seat.state) == (number, before)
    tree = judge.trees[-1]
    listed = list_nodes(seat.repository, now=seat.now, revision=tree.hex())
    assert {item.node.content for item in listed} == {"HS256", "to be removed"}
    assert prune(seat.repository, now=seat.now).kinds.get("tree")
    assert not seat.repository.objects.has(tree)


def test_what_the_test_raises_ends_the_search(seat: Seat) -> None:
    def test(tree: TreeId) -> Verdict:
        raise Unavailable("no")

    commit = large_commit(seat)
    with pytest.raises(Unavailable):
        bisect_nodes(seat.repository, commit, test)
    assert seat.repository.refs.find(BRANCHES + "main") == commit
