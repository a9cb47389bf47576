"""The rules of merging, one case a file in ``golden/``: the prose of each states the rule it shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden_case import Case, format_node, read_case
from memory_merge import merge_trees, write_tree

from memora.history.load import load_node
from memora.model.ids import ObjectId, TreeId, VersionId
from memora.storage.memory import MemoryObjects
from memora.tree.lookup import entries

CASES = sorted((Path(__file__).parent / "golden").glob("*.txt"))


def lines_of(objects: MemoryObjects, tree: TreeId, case: Case) -> list[str]:
    names = {node.id: name for side in (case.base, case.ours, case.theirs) for name, node in side.items()}
    contents = {
        bytes(object_id): load_node(objects, VersionId(ObjectId(object_id))).content
        for object_id, (kind, _) in objects.objects.items()
        if kind == "node"
    }
    return sorted(
        format_node(names[node], load_node(objects, version), contents) for node, version in entries(objects, tree)
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_merge(path: Path) -> None:
    case = read_case(path)
    objects = MemoryObjects()
    base, ours, theirs = (write_tree(objects, nodes.values()) for nodes in (case.base, case.ours, case.theirs))
    tree, plan = merge_trees(objects, base, ours, theirs)
    swapped, _ = merge_trees(objects, base, theirs, ours)
    assert lines_of(objects, tree, case) == sorted(case.merged), case.prose
    assert lines_of(objects, swapped, case) == sorted(case.merged), f"the other way round: {case.prose}"
    names = {node.id: name for side in (case.base, case.ours, case.theirs) for name, node in side.items()}
    decided = sorted(f"{names[d.node]} {d.verdict.rule} {d.verdict.winner or 'dispute'}" for d in plan.decisions)
    assert decided == sorted(case.decisions), case.prose


def test_every_case_says_what_it_shows() -> None:
    assert len(CASES) >= 20
    for path in CASES:
        assert read_case(path).prose.endswith("."), path.name
