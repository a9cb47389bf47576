"""The laws of merging (docs/merge.md), over random memories of every type with every field."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from memory_merge import merge_trees, nodes_of, write_tree

from memora.model.ids import NodeId, hash_node_identity
from memora.model.node import Link, Node, Observation, merge_observations
from memora.model.vocabulary import NODE_TYPES, RELATIONS, SOURCES
from memora.storage.memory import MemoryObjects

IDS = tuple(hash_node_identity("law", "key", str(number)) for number in range(5))
DAY = 86_400_000_000

observations = st.builds(
    Observation,
    source=st.sampled_from(SOURCES),
    author=st.sampled_from(["ada", "bob", "eve"]),
    at=st.integers(1, 5).map(lambda day: day * DAY),
    evidence=st.lists(st.sampled_from(["a.py:L1", "b.py:L2"]), max_size=2, unique=True).map(sorted).map(tuple),
)


def node_of(node_id: NodeId) -> st.SearchStrategy[Node]:
    return st.builds(
        Node,
        id=st.just(node_id),
        type=st.sampled_from(NODE_TYPES),
        content=st.sampled_from(["SQLite", "PostgreSQL", "MySQL"]),
        confidence=st.sampled_from([0.0, 0.5, 0.7, 0.7005, 0.8, 0.95, 1.0]),
        status=st.sampled_from(["ephemeral", "stable", "deprecated"]),
        observations=st.lists(observations, min_size=1, max_size=3).map(tuple).map(merge_observations),
        created_at=st.integers(0, 3),
        updated_at=st.integers(4, 7),
        key=st.sampled_from([None, None, f"key.{node_id.hex()[:3]}", "key.shared"]),
        tags=st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(sorted).map(tuple),
        links=st.lists(st.builds(Link, st.sampled_from(RELATIONS), st.sampled_from(IDS)), max_size=2, unique=True)
        .map(sorted)
        .map(tuple),
        applies_to=st.lists(st.sampled_from(["src/*", "docs/*"]), unique=True).map(sorted).map(tuple),
        pinned=st.booleans(),
        expires_at=st.sampled_from([None, 10, 20]),
        valid_from=st.sampled_from([None, 1]),
        valid_to=st.sampled_from([None, 2]),
        dispute=st.none(),
    )


def one_key_each(nodes: list[Node]) -> list[Node]:
    """The nodes of one side: a key belongs to one of them."""
    taken: set[str] = set()
    result = []
    for node in nodes:
        result.append(node._replace(key=None) if node.key in taken else node)
        taken |= {node.key} if node.key else set()
    return result


sides = (
    st.lists(st.sampled_from(IDS), unique=True)
    .flatmap(lambda ids: st.tuples(*(node_of(node_id) for node_id in ids)))
    .map(list)
    .map(one_key_each)
)
families = st.tuples(sides, sides, sides)


@given(families)
def test_both_orders_give_the_same_tree(family: tuple[list[Node], list[Node], list[Node]]) -> None:
    objects = MemoryObjects()
    base, ours, theirs = (write_tree(objects, side) for side in family)
    forward, plan = merge_trees(objects, base, ours, theirs)
    backward, other = merge_trees(objects, base, theirs, ours)
    assert nodes_of(objects, forward) == nodes_of(objects, backward)
    assert forward == backward
    assert sorted(plan.conflicts) == sorted(other.conflicts)


@given(sides, sides)
def test_merging_with_itself_changes_nothing(base_nodes: list[Node], nodes: list[Node]) -> None:
    objects = MemoryObjects()
    base, ours = write_tree(objects, base_nodes), write_tree(objects, nodes)
    merged, plan = merge_trees(objects, base, ours, ours)
    assert merged == ours
    assert not plan.decisions


@given(sides, sides)
def test_merging_an_ancestor_changes_nothing(base_nodes: list[Node], nodes: list[Node]) -> None:
    objects = MemoryObjects()
    base, ours = write_tree(objects, base_nodes), write_tree(objects, nodes)
    assert merge_trees(objects, base, ours, base)[0] == ours


@given(families)
def test_merging_twice_changes_nothing(family: tuple[list[Node], list[Node], list[Node]]) -> None:
    objects = MemoryObjects()
    base, ours, theirs = (write_tree(objects, side) for side in family)
    merged, _ = merge_trees(objects, base, ours, theirs)
    assert merge_trees(objects, theirs, merged, theirs)[0] == merged


@given(families)
def test_nothing_that_one_side_added_alone_is_lost(family: tuple[list[Node], list[Node], list[Node]]) -> None:
    objects = MemoryObjects()
    base, ours, theirs = (write_tree(objects, side) for side in family)
    merged = nodes_of(objects, merge_trees(objects, base, ours, theirs)[0])
    known = {node.id for node in family[0]}
    shown = {node.content for node in merged.values()}
    for side, other in (family[1:], family[:0:-1]):
        for node in side:
            if node.id not in known and node.id not in {item.id for item in other}:
                kept = merged.get(node.id)
                # A node whose key another one has may live on inside their dispute, or in the one that says the same.
                assert kept is not None or (
                    node.key is not None and (node.content in shown or _in_dispute(merged, node.key))
                )


@given(families)
def test_a_memory_both_sides_changed_differently_is_decided_or_disputed(
    family: tuple[list[Node], list[Node], list[Node]],
) -> None:
    objects = MemoryObjects()
    base, ours, theirs = (write_tree(objects, side) for side in family)
    _, plan = merge_trees(objects, base, ours, theirs)
    decided = {decision.node for decision in plan.decisions}
    before, mine, yours = ({node.id: node for node in side} for side in family)
    for node_id in before.keys() & mine.keys() & yours.keys():
        contents = {side[node_id].content for side in (before, mine, yours)}
        if len(contents) == 3:
            assert node_id in decided


@given(families, st.sampled_from(["ours", "theirs"]))
def test_a_strategy_leaves_no_node_in_dispute(family: tuple[list[Node], list[Node], list[Node]], strategy: str) -> None:
    objects = MemoryObjects()
    base, ours, theirs = (write_tree(objects, side) for side in family)
    _, plan = merge_trees(objects, base, ours, theirs, strategy=strategy)
    assert all(decision.verdict.rule == "same_key" for decision in plan.decisions if decision.is_disputed)


def _in_dispute(merged: dict[NodeId, Node], key: str) -> bool:
    return any(node.key == key and node.status == "conflicted" for node in merged.values())
