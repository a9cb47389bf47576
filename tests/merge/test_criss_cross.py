"""Histories that crossed over themselves: what the merged base must be like, by example."""

from __future__ import annotations

import pytest
from memory_history import MemoryHistory
from random_memories import IDS, Change, changed

from memora.history.bases import merge_bases
from memora.history.graph import is_ancestor
from memora.history.load import load_node
from memora.merge.base_tree import DEEPEST
from memora.model.ids import CommitId


def write(history: MemoryHistory, commit: CommitId | None, *some: Change, at: int = 1) -> CommitId:
    return history.change(commit, lambda before: changed(before, some), at)


def say(words: str, node: int = 0) -> Change:
    return node, "content", words


def content(history: MemoryHistory, commit: CommitId, node: int = 0) -> str:
    found = history.memories(commit)[IDS[node]]
    assert found.dispute is None
    return found.content


@pytest.mark.parametrize("at", range(8))  # which decides in what order the bases come
def test_of_three_bases_each_is_merged_with_what_the_others_had(at: int) -> None:
    history = MemoryHistory()
    first = write(history, None, say("one"))
    second = write(history, first, say("two"))
    third = write(history, second, say("three"))
    behind, ahead, between = (
        write(history, commit, say("beside", node), at=at) for node, commit in ((1, first), (2, third), (3, second))
    )
    ours = history.merge(history.merge(behind, ahead, at), between, at)
    theirs = history.merge(history.merge(ahead, between, at), behind, at)
    assert len(merge_bases(history, ours, theirs)) == 3
    ours = write(history, ours, say("four"))
    assert content(history, history.merge(ours, theirs, at)) == "four"


def test_a_dispute_that_both_crossings_have_is_settled_by_whoever_settles_it() -> None:
    history = MemoryHistory()
    start = write(history, None, say("SQLite"))
    one, two = (write(history, start, say(words)) for words in ("PostgreSQL", "MySQL"))
    ours, theirs = history.merge(one, two, 2), history.merge(two, one, 2)
    assert history.tree(ours) == history.tree(theirs)
    theirs = write(history, theirs, say("Oracle"))
    assert content(history, history.merge(ours, theirs, 3)) == "Oracle"
    assert content(history, history.merge(theirs, ours, 3)) == "Oracle"


def test_two_memories_that_met_under_a_key_before_the_crossing_meet_no_more() -> None:
    history = MemoryHistory()
    start = write(history, None, say("beside", 3))
    one = write(history, start, say("RS256", 0), (0, "key", "key.one"))
    two = write(history, start, say("HS256", 1), (1, "key", "key.one"))
    ours, theirs = history.merge(one, two, 2), history.merge(two, one, 2)
    [disputed] = (node for node in history.memories(ours).values() if node.dispute is not None)
    theirs = write(history, theirs, say("ES256", IDS.index(disputed.id)))
    assert content(history, history.merge(ours, theirs, 3), IDS.index(disputed.id)) == "ES256"


def test_two_settlements_of_one_dispute_clash_and_everything_they_point_at_is_stored() -> None:
    history = MemoryHistory()
    start = write(history, None, say("SQLite"))
    one, two = (write(history, start, say(words)) for words in ("PostgreSQL", "MySQL"))
    ours = write(history, history.merge(one, two, 2), say("Oracle"))
    theirs = write(history, history.merge(two, one, 2), say("DB2"))
    [node] = history.memories(history.merge(ours, theirs, 3)).values()
    assert node.dispute is not None
    assert node.dispute.base == history.entry_of(start, IDS[0])
    assert set(node.dispute.sides) == {history.entry_of(ours, IDS[0]), history.entry_of(theirs, IDS[0])}


def test_a_base_that_no_commit_has_is_stored_with_the_dispute_that_names_it() -> None:
    history = MemoryHistory()
    start = write(history, None, say("SQLite"))
    one = write(history, start, say("PostgreSQL"), (0, "confidence", 0.9), (0, "tags", "a"))
    two = write(history, start, say("MySQL"), (0, "tags", "b"))
    ours = write(history, history.merge(one, two, 2, "theirs"), say("Oracle"))
    theirs = write(history, history.merge(two, one, 2, "ours"), say("DB2"))
    [node] = history.memories(history.merge(ours, theirs, 3)).values()
    assert node.dispute is not None and node.dispute.base is not None
    base = load_node(history.objects, node.dispute.base)
    assert (base.content, base.tags) == ("PostgreSQL", ("a", "b"))
    assert all(base not in history.memories(commit).values() for commit in history.entries)


def braid(history: MemoryHistory, lines: int, crossings: int) -> list[CommitId]:
    """The tips of some lines that all merged all others, again and again, each adding a word in between."""
    start = write(history, None, say("start"))
    tips = [write(history, start, say("first", node)) for node in range(1, lines + 1)]
    for crossing in range(crossings):
        before = list(tips)
        for line in range(lines):
            for step in range(1, lines):
                tips[line] = history.merge(tips[line], before[(line + step) % lines], crossing)
            tips[line] = write(history, tips[line], say(f"word {crossing}", line + 1))
    return tips


@pytest.mark.parametrize("lines", [2, 3])
def test_the_work_for_crossings_on_top_of_each_other_is_bounded(lines: int) -> None:
    reads = []
    for crossings in (DEEPEST // 2, DEEPEST):
        history = MemoryHistory()
        ours, theirs, *_ = braid(history, lines, crossings)
        assert not is_ancestor(history, ours, theirs)
        before = history.objects.reads
        history.merged_tree(ours, theirs)
        reads.append(history.objects.reads - before)
    assert reads[1] < 8 * reads[0]


def test_beyond_the_deepest_crossing_it_still_merges() -> None:
    history = MemoryHistory()
    ours, theirs = braid(history, 2, DEEPEST + 5)
    merged = history.merge(ours, theirs, 99)
    assert [content(history, merged, node) for node in (0, 1, 2)] == ["start", "word 28", "word 28"]


def test_unrelated_histories_have_no_base() -> None:
    history = MemoryHistory()
    ours, theirs = write(history, None, say("SQLite")), write(history, None, say("beside", 1), at=2)
    assert history.base_memories(ours, theirs) == {}
    assert history.memories(history.merge(ours, theirs, 3)).keys() == {IDS[0], IDS[1]}
