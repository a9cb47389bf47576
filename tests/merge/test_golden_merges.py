"""The rules of merging, one case a file in ``golden/``: the prose of each states the rule it shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden_case import Case, format_node, read_case, swap_sides
from memory_merge import merge_trees, nodes_of, write_tree
from plain_merge import PlainMerge, version_of

from memora.merge.policy import DEFAULT_POLICIES, RULES
from memora.model.ids import TreeId
from memora.model.node_codec import encode_node
from memora.storage.memory import MemoryObjects

CASES = sorted((Path(__file__).parent / "golden").glob("*.txt"))
# The plain rules know no policies but the default ones.
PLAIN_CASES = [path for path in CASES if "policies" not in read_case(path).options]


def lines_of(objects: MemoryObjects, tree: TreeId, case: Case) -> list[str]:
    nodes = nodes_of(objects, tree).values()
    return sorted(format_node(case.names[node.id], node, case.names, objects) for node in nodes)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_merge(path: Path) -> None:
    case = read_case(path)
    objects = MemoryObjects()
    for state in case.states.values():
        objects.write("node", encode_node(state))
    base, ours, theirs = (write_tree(objects, nodes.values()) for nodes in (case.base, case.ours, case.theirs))
    tree, plan = merge_trees(objects, base, ours, theirs, **case.options)
    swapped, _ = merge_trees(objects, base, theirs, ours, **swap_sides(case.options))
    assert lines_of(objects, tree, case) == sorted(case.merged), case.prose
    assert lines_of(objects, swapped, case) == sorted(case.merged), f"the other way round: {case.prose}"
    decided = sorted(f"{case.names[d.node]} {d.verdict.rule} {d.verdict.winner or 'dispute'}" for d in plan.decisions)
    assert decided == sorted(case.decisions), case.prose


@pytest.mark.parametrize("path", PLAIN_CASES, ids=lambda path: path.stem)
def test_the_plain_rules_come_to_the_same(path: Path) -> None:
    case = read_case(path)
    sides = [{node.id: node for node in nodes.values()} for nodes in (case.base, case.ours, case.theirs)]
    objects = MemoryObjects()
    for state in (*case.states.values(), *(node for side in sides for node in side.values())):
        objects.write("node", encode_node(state))
    plain = PlainMerge({version_of(state): state for state in case.states.values()}, **case.options)
    merged = plain.merge(*sides).values()
    for state in plain.states.values():
        objects.write("node", encode_node(state))
    assert lines_of(objects, write_tree(objects, merged), case) == sorted(case.merged), case.prose


def test_every_case_says_what_it_shows() -> None:
    for path in CASES:
        assert read_case(path).prose.endswith("."), path.name


def test_every_rule_of_every_policy_has_a_case() -> None:
    decided = {line.split()[1] for path in CASES for line in read_case(path).decisions}
    assert decided >= {
        *RULES,
        "undecided",
        "manual",
        "strategy_ours",
        "same_key",
        "edit_against_deletion",
        "edit_stays",
        "new_words",
    }
    types = {node.type for path in CASES for node in read_case(path).theirs.values()}
    assert types == set(DEFAULT_POLICIES)
