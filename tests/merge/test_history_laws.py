"""The laws of merging (docs/merge.md) over whole histories: several branches, every field, deletions, criss-cross."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from random_histories import RandomHistory, histories

from memora.model.ids import CommitId, NodeId
from memora.model.node import Node


@given(histories())
def test_both_orders_give_the_same_tree(history: RandomHistory) -> None:
    for ours, theirs in combinations(history.tips, 2):
        assert history.merged_tree(ours, theirs) == history.merged_tree(theirs, ours)


@given(histories())
def test_merging_there_and_back_ends_in_one_tree(history: RandomHistory) -> None:
    for ours, theirs in combinations(history.tips, 2):
        there = history.merge(ours, theirs, 100)
        assert history.merge(theirs, there, 100) == there
        assert history.merge(there, theirs, 100) == there


@given(histories())
def test_merging_an_ancestor_changes_nothing(history: RandomHistory) -> None:
    for tip in history.tips:
        for ancestor in history.ancestors(tip):
            assert history.merged_tree(tip, ancestor) == history.tree(tip)
            assert history.merged_tree(ancestor, tip) == history.tree(tip)


@given(histories(without=frozenset({"key"})))
def test_a_memory_that_one_side_left_alone_is_that_of_the_other(history: RandomHistory) -> None:
    for ours, theirs in combinations(history.tips, 2):
        base = history.base_memories(ours, theirs)
        mine, yours = history.memories(ours), history.memories(theirs)
        merged = history.memories(history.merge(ours, theirs, 100))
        for node in base.keys() | mine.keys() | yours.keys():
            if mine.get(node) == base.get(node):
                assert merged.get(node) == yours.get(node)
            elif yours.get(node) == base.get(node):
                assert merged.get(node) == mine.get(node)


@given(histories(without=frozenset({"key", None})))
def test_nothing_is_lost_that_nobody_deleted(history: RandomHistory) -> None:
    for commit in history.entries:
        ever = {node for ancestor in history.ancestors(commit) for node in history.memories(ancestor)}
        assert history.memories(commit).keys() == ever


@given(histories())
def test_a_key_is_left_to_one_memory_in_every_commit(history: RandomHistory) -> None:
    for commit in history.entries:
        keys = [node.key for node in history.memories(commit).values() if node.key is not None]
        assert len(keys) == len(set(keys))


@given(histories(without=frozenset({"key"})))
def test_changes_one_after_the_other_never_clash(history: RandomHistory) -> None:
    for node, writers in writers_of(history).items():
        in_a_row = all(
            before in history.ancestors(after) for index, after in enumerate(writers) for before in writers[:index]
        )
        for tip in history.tips if in_a_row else ():
            ancestors = history.ancestors(tip)
            written = [writer for writer in writers if writer in ancestors]
            expected = history.memories(written[-1]).get(node) if written else None
            assert history.memories(tip).get(node) == expected


@given(histories())
def test_what_a_dispute_points_at_is_stored(history: RandomHistory) -> None:
    for ours, theirs in combinations(history.tips, 2):
        history.merge(ours, theirs, 100)
    for commit in history.entries:
        for node in history.memories(commit).values():
            assert missing(history, node) == []


@given(histories(), st.data())
def test_the_bases_are_the_best_common_ancestors(history: RandomHistory, data: st.DataObject) -> None:
    from memora.history.bases import merge_bases

    commits = list(history.entries)
    ours, theirs = data.draw(st.sampled_from(commits)), data.draw(st.sampled_from(commits))
    common = history.ancestors(ours) & history.ancestors(theirs)
    best = [
        commit
        for commit in common
        if not any(commit in history.ancestors(other) for other in common if other != commit)
    ]
    assert merge_bases(history, ours, theirs) == sorted(best)


def writers_of(history: RandomHistory) -> dict[NodeId, list[CommitId]]:
    """Who changed each memory, merges aside, in the order in which it happened."""
    found: dict[NodeId, list[CommitId]] = {}
    for commit in history.changes():
        parents = history.entries[commit].parents
        before = history.memories(parents[0]) if parents else {}
        after = history.memories(commit)
        for node in before.keys() | after.keys():
            if before.get(node) != after.get(node):
                found.setdefault(node, []).append(commit)
    return found


def missing(history: RandomHistory, node: Node) -> list[bytes]:
    """The versions that a memory stands between, or these in turn, and that are not there."""
    from memora.history.load import load_node

    found: list[bytes] = []
    pending = [node]
    while pending:
        dispute = pending.pop().dispute
        for version in (dispute.base, *dispute.sides) if dispute else ():
            if version is None:
                continue
            if history.objects.has(version):
                pending.append(load_node(history.objects, version))
            else:
                found.append(version)
    return found
