"""The planner against the plain statement of its rules (``plain_merge``), over random memories and disputes."""

from __future__ import annotations

from hypothesis import given
from memory_merge import merge_trees, nodes_of, write_tree
from plain_merge import PlainMerge, States
from random_memories import Change, Family, Memories, change_lists, changed, families, strategies

from memora.model.rules import find_broken_rule
from memora.storage.memory import MemoryObjects


def merge_both_ways(objects: MemoryObjects, states: States, strategy: str, *sides: Memories) -> Memories:
    """What the planner makes of three sides, which must be what the rules say."""
    merged, _ = merge_trees(objects, *(write_tree(objects, side.values()) for side in sides), strategy=strategy)
    found = nodes_of(objects, merged)
    assert found == PlainMerge(states, strategy).merge(*sides)
    # Whoever is sent the merge takes it in only if all in it keeps the rules.
    assert [problem for node in found.values() if (problem := find_broken_rule(node))] == []
    return found


@given(families, strategies)
def test_a_merge_is_what_the_rules_say(family: Family, strategy: str) -> None:
    merge_both_ways(MemoryObjects(), {}, strategy, *family)


@given(families, change_lists, strategies)
def test_a_third_side_is_merged_by_the_rules(family: Family, third: list[Change], strategy: str) -> None:
    objects, states = MemoryObjects(), {}
    base, ours, theirs = family
    merged = merge_both_ways(objects, states, "manual", base, ours, theirs)
    merge_both_ways(objects, states, strategy, base, merged, changed(base, third))


@given(families, change_lists, change_lists, strategies)
def test_changes_of_disputes_are_merged_by_the_rules(
    family: Family, ours: list[Change], theirs: list[Change], strategy: str
) -> None:
    objects, states = MemoryObjects(), {}
    merged = merge_both_ways(objects, states, "manual", *family)
    merge_both_ways(objects, states, strategy, merged, changed(merged, ours), changed(merged, theirs))
