"""The plan of a merge: what is taken from where, what was decided and why, what stays in dispute.

A plan is a value. Nothing is written by making one, so ``--dry-run`` prints the plan that the merge would carry
out. Cost follows the changes of the two sides, not the size of the trees.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from memora.history.load import load_node
from memora.merge.decisions import Decision, Holders, MergePlan
from memora.merge.keys import settle_keys
from memora.merge.nodes import NodeMerge, merge_deletion, merge_node
from memora.merge.policy import DEFAULT_POLICIES, Candidate, Policy, Strategy
from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.node import Node
from memora.model.ports import ObjectReader
from memora.tree.diff import diff


class _Change(NamedTuple):
    old: VersionId | None
    new: VersionId | None


def plan_merge(
    objects: ObjectReader,
    base: TreeId,
    ours: TreeId,
    theirs: TreeId,
    *,
    policies: Mapping[str, Policy] = DEFAULT_POLICIES,
    strategy: Strategy = "auto",
    holders: Holders | None = None,
) -> MergePlan:
    """Plan the merge of two trees that came from one. Under ``auto`` swapping the sides gives a plan for the same tree.

    ``holders`` gives the nodes of ours under a key. It is needed where theirs is no tree of its own, but made from
    ours, so that it may give a node a key that another one has on all three sides.
    """
    mine = {node: _Change(old, new) for node, old, new in diff(objects, base, ours)}
    taken: dict[NodeId, VersionId | None] = {}
    written: dict[NodeId, Node] = {}
    removed: set[NodeId] = set()
    combined: list[NodeId] = []
    decisions: list[Decision] = []
    for node, old, new in diff(objects, base, theirs):
        change = mine.get(node)
        if change is None:
            taken[node] = new
            continue
        if change.new == new:
            continue
        merged = _merge_one(objects, old, change.new, new, policies, strategy)
        if merged.verdict is not None:
            decisions.append(Decision(node, merged.verdict, merged.clashing, old, change.new, new, merged.overruled))
        else:
            combined.append(node)
        if merged.node is None:
            removed.add(node)
        else:
            written[node] = merged.node
    plan = MergePlan(taken, written, frozenset(removed), tuple(combined), tuple(decisions))
    return settle_keys(objects, plan, holders or _changed_holders(objects, mine))


def _changed_holders(objects: ObjectReader, mine: Mapping[NodeId, _Change]) -> Holders:
    """The nodes under a key among those that ours changed; any other was under that key in the base already.

    There it kept theirs from giving the key to another node.
    """
    keyed: dict[str, list[tuple[NodeId, VersionId]]] | None = None

    def holders(key: str) -> list[tuple[NodeId, VersionId]]:
        nonlocal keyed
        if keyed is None:
            keyed = {}
            for node, (_, version) in mine.items():
                held = None if version is None else load_node(objects, version).key
                if held is not None and version is not None:
                    keyed.setdefault(held, []).append((node, version))
        return keyed.get(key, [])

    return holders


def _merge_one(
    objects: ObjectReader,
    base: VersionId | None,
    ours: VersionId | None,
    theirs: VersionId | None,
    policies: Mapping[str, Policy],
    strategy: Strategy,
) -> NodeMerge:
    before = None if base is None else _candidate(objects, base)
    if ours is not None and theirs is not None:
        return merge_node(
            before, _candidate(objects, ours), _candidate(objects, theirs), policies=policies, strategy=strategy
        )
    kept = ours if ours is not None else theirs
    assert before is not None and kept is not None  # One side changed what the other deleted.
    return merge_deletion(
        before, _candidate(objects, kept), kept_is_ours=ours is not None, policies=policies, strategy=strategy
    )


def _candidate(objects: ObjectReader, version: VersionId) -> Candidate:
    node = load_node(objects, version)
    sides = node.dispute.sides if node.dispute else ()
    return Candidate(node, version, tuple(Candidate(load_node(objects, side), side) for side in sides))
