"""The laws of merging (docs/merge.md), over random memories of every type with every field."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from memory_merge import merge_trees, nodes_of, write_tree
from plain_merge import version_of
from random_memories import Change, Family, Memories, change_lists, changed, families

from memora.merge.decisions import MergePlan
from memora.model.ids import TreeId
from memora.storage.memory import MemoryObjects


def merged(objects: MemoryObjects, base: Memories, ours: Memories, theirs: Memories) -> Memories:
    """What the memories are after a merge."""
    return nodes_of(
        objects, merge_trees(objects, *(write_tree(objects, side.values()) for side in (base, ours, theirs)))[0]
    )


def both_ways(family: Family) -> tuple[MemoryObjects, tuple[TreeId, MergePlan], tuple[TreeId, MergePlan]]:
    objects = MemoryObjects()
    base, ours, theirs = (write_tree(objects, side.values()) for side in family)
    return objects, merge_trees(objects, base, ours, theirs), merge_trees(objects, base, theirs, ours)


@given(families)
def test_both_orders_give_the_same_tree(family: Family) -> None:
    objects, (forward, plan), (backward, other) = both_ways(family)
    assert nodes_of(objects, forward) == nodes_of(objects, backward)
    assert forward == backward
    assert sorted(plan.conflicts) == sorted(other.conflicts)


@given(change_lists, change_lists)
def test_merging_with_itself_changes_nothing(base_changes: list[Change], changes: list[Change]) -> None:
    objects = MemoryObjects()
    base = changed({}, base_changes)
    trees = [write_tree(objects, side.values()) for side in (base, changed(base, changes))]
    tree, plan = merge_trees(objects, *trees, trees[1])
    assert tree == trees[1]
    assert not plan.decisions


@given(change_lists, change_lists)
def test_merging_an_ancestor_changes_nothing(base_changes: list[Change], changes: list[Change]) -> None:
    base = changed({}, base_changes)
    ours = changed(base, changes)
    assert merged(MemoryObjects(), base, ours, base) == ours
    assert merged(MemoryObjects(), base, base, ours) == ours


@given(families)
def test_merging_twice_changes_nothing(family: Family) -> None:
    objects = MemoryObjects()
    once = merged(objects, *family)
    assert merged(objects, family[2], once, family[2]) == once
    assert merged(objects, family[1], family[1], once) == once


@given(families, change_lists)
def test_disputes_merge_both_ways_alike(family: Family, third: list[Change]) -> None:
    objects = MemoryObjects()
    base, ours, _ = family
    disputed, side = merged(objects, *family), changed(base, third)
    assert merged(objects, base, disputed, side) == merged(objects, base, side, disputed)
    again = merged(objects, base, ours, side)
    assert merged(objects, base, disputed, again) == merged(objects, base, again, disputed)


@given(families)
def test_nothing_that_one_side_added_alone_is_lost(family: Family) -> None:
    base, ours, theirs = family
    found = merged(MemoryObjects(), *family)
    shown = {node.content for node in found.values()}
    for side, other in ((ours, theirs), (theirs, ours)):
        for node_id in side.keys() - base.keys() - other.keys():
            node = side[node_id]
            # A node whose key another one has may live on inside their dispute, or in the one that says the same.
            shares = node.key is not None and (node.content in shown or _in_dispute(found, node.key))
            assert node_id in found or shares


@given(families)
def test_a_key_is_left_to_one_memory(family: Family) -> None:
    keys = [node.key for node in merged(MemoryObjects(), *family).values() if node.key is not None]
    assert len(keys) == len(set(keys))


@given(families)
def test_a_memory_both_sides_changed_differently_is_decided_or_disputed(family: Family) -> None:
    _, (_, plan), _ = both_ways(family)
    decided = {decision.node for decision in plan.decisions}
    base, ours, theirs = family
    for node_id in base.keys() & ours.keys() & theirs.keys():
        contents = {side[node_id].content for side in family}
        if len(contents) == 3 and node_id not in plan.removed:
            assert node_id in decided


@given(families, st.sampled_from(["auto", "ours", "theirs", "manual"]))
def test_what_both_sides_set_differently_is_never_settled_unsaid(family: Family, strategy: str) -> None:
    objects = MemoryObjects()
    trees = [write_tree(objects, side.values()) for side in family]
    _, plan = merge_trees(objects, *trees, strategy=strategy)
    overruled = {decision.overruled for decision in plan.decisions}
    base, ours, theirs = family
    for node_id in (base.keys() & ours.keys() & theirs.keys()) - plan.removed - {*plan.conflicts}:
        sides = [side[node_id] for side in family]
        lost = [side for side in sides[1:] if version_of(side) in overruled]
        for name in ("type", "key", "pinned", "expires_at", "valid_from", "valid_to"):
            assert lost or len({getattr(side, name) for side in sides}) < 3


@given(families)
def test_what_is_in_dispute_is_what_the_plan_says(family: Family) -> None:
    objects, (tree, plan), _ = both_ways(family)
    assert {node_id for node_id, node in nodes_of(objects, tree).items() if node.dispute} == set(plan.conflicts)
    assert len(set(plan.conflicts)) == len(plan.conflicts)
    for node in nodes_of(objects, tree).values():
        assert (node.status == "conflicted") == (node.dispute is not None)


@given(families, st.sampled_from(["ours", "theirs"]))
def test_a_strategy_leaves_no_node_in_dispute(family: Family, strategy: str) -> None:
    objects = MemoryObjects()
    base, ours, theirs = (write_tree(objects, side.values()) for side in family)
    _, plan = merge_trees(objects, base, ours, theirs, strategy=strategy)
    assert all(decision.verdict.rule == "same_key" for decision in plan.decisions if decision.is_disputed)


def _in_dispute(memories: Memories, key: str) -> bool:
    return any(node.key == key and node.status == "conflicted" for node in memories.values())
