"""Two memories that a merge would leave under one key: one dispute, or one memory where they say the same."""

from __future__ import annotations

from typing import Final

from memora.history.load import load_node
from memora.merge.decisions import Decision, Holders, MergePlan
from memora.merge.nodes import merge_node
from memora.merge.policy import DEFAULT_POLICIES, Candidate, Verdict
from memora.model.belief import says_the_same
from memora.model.ids import NodeId, VersionId, hash_object
from memora.model.node import Dispute, Node
from memora.model.node_codec import encode_node
from memora.model.ports import ObjectReader

SAME_KEY: Final = Verdict(None, "same_key", "two memories under one key")


def settle_keys(objects: ObjectReader, plan: MergePlan, holders: Holders) -> MergePlan:
    """The plan with every key left to one node.

    The node whose id sorts first stays. Where the contents agree it gains the support of the other, else it stands
    in dispute between the versions of both; the other leaves the tree.
    """
    changed = _changed_nodes(objects, plan)
    claims: dict[str, dict[NodeId, Candidate]] = {}
    for candidate in changed.values():
        if candidate is not None and candidate.node.key is not None:
            claims.setdefault(candidate.node.key, {})[candidate.node.id] = candidate
    for key, claim in sorted(claims.items()):
        for node, version in holders(key):
            if node not in changed:
                claim[node] = Candidate(load_node(objects, version), version)
        if len(claim) > 1:
            plan = _settle(plan, [claim[node] for node in sorted(claim)])
    return plan


def _changed_nodes(objects: ObjectReader, plan: MergePlan) -> dict[NodeId, Candidate | None]:
    """Every node that the merge changes in ours, as it will be; None where it goes."""
    changed: dict[NodeId, Candidate | None] = dict.fromkeys(plan.removed)
    for node, version in plan.taken.items():
        changed[node] = None if version is None else Candidate(load_node(objects, version), version)
    for node, state in plan.written.items():
        changed[node] = Candidate(state, _version_of(state))
    return changed


def _settle(plan: MergePlan, claim: list[Candidate]) -> MergePlan:
    first, *others = claim
    if all(says_the_same(first.node, other.node.content) for other in others):
        node, decisions, combined = first.node, plan.decisions, (*plan.combined, first.node.id)
        for other in others:
            same = merge_node(None, Candidate(node, first.version), other, policies=DEFAULT_POLICIES).node
            assert same is not None
            node = same._replace(id=first.node.id, type=first.node.type, content=first.node.content)
    else:
        node = _disputed([candidate.node for candidate in claim], [candidate.version for candidate in claim])
        decision = Decision(node.id, SAME_KEY, ("key",), None, first.version, others[0].version, None)
        decisions, combined = (*plan.decisions, decision), plan.combined
    gone = {other.node.id for other in others}
    return MergePlan(
        taken={node_id: version for node_id, version in plan.taken.items() if node_id not in {*gone, node.id}},
        written={**{n: state for n, state in plan.written.items() if n not in gone}, node.id: node},
        removed=plan.removed | gone,
        combined=combined,
        decisions=decisions,
        kept=(*plan.kept, *(candidate.node for candidate in claim)),
    )


def _disputed(nodes: list[Node], versions: list[VersionId]) -> Node:
    sides = {
        side
        for node, version in zip(nodes, versions, strict=True)
        for side in (node.dispute.sides if node.dispute else (version,))
    }
    return nodes[0]._replace(
        status="conflicted",
        dispute=Dispute(None, tuple(sorted(sides))),
        updated_at=max(node.updated_at for node in nodes),
    )


def _version_of(node: Node) -> VersionId:
    return VersionId(hash_object("node", encode_node(node)))
