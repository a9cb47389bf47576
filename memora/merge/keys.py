"""Two memories that a merge would leave under one key: one dispute, or one memory where they say the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from memora.history.load import load_node
from memora.merge.decisions import Decision, Holders, MergePlan
from memora.merge.nodes import merge_node
from memora.merge.policy import DEFAULT_POLICIES, Candidate, Verdict
from memora.model.belief import says_the_same
from memora.model.ids import NodeId, VersionId, hash_object
from memora.model.node import Dispute, Link, Node
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
    gone = {other.node.id for other in others}
    decisions = tuple(
        # What was in dispute about one of them is part of the one dispute about the key.
        decision
        for decision in plan.decisions
        if not (decision.is_disputed and decision.node in {*gone, first.node.id})
    )
    combined = tuple(node for node in plan.combined if node not in {*gone, first.node.id})
    if _say_the_same(claim):
        node, settled = _united(plan, first, others)
        decisions = (*decisions, *settled)
        combined = combined if settled else (*combined, node.id)
    else:
        node = _disputed(claim)
        decision = Decision(node.id, SAME_KEY, ("key",), None, first.version, others[0].version, None)
        decisions = (*decisions, decision)
    return MergePlan(
        taken={node_id: version for node_id, version in plan.taken.items() if node_id not in {*gone, node.id}},
        written={**{n: state for n, state in plan.written.items() if n not in gone}, node.id: node},
        removed=plan.removed | gone,
        combined=combined,
        decisions=decisions,
        kept=(*plan.kept, *(candidate.node for candidate in claim)),
    )


def _say_the_same(claim: list[Candidate]) -> bool:
    """Whether nobody contradicts. What a disputed node shows is not all that it says."""
    first = claim[0].node
    return all(item.node.dispute is None and says_the_same(first, item.node.content) for item in claim)


def _united(plan: MergePlan, first: Candidate, others: list[Candidate]) -> tuple[Node, list[Decision]]:
    """The one memory that several under a key become, and what had to be decided for that."""
    node, decisions = first.node, []
    for other in others:
        same = Candidate(other.node._replace(content=node.content), other.version)
        sides = Candidate(node, first.version), same
        ours, theirs = sides if other.node.id in plan.taken else reversed(sides)
        merged = merge_node(None, ours, theirs, policies=DEFAULT_POLICIES)
        assert merged.node is not None
        node = merged.node._replace(id=first.node.id)
        if merged.verdict is not None:
            decisions.append(
                Decision(node.id, merged.verdict, merged.clashing, None, ours.version, theirs.version, merged.overruled)
            )
    return node._replace(links=_links_away(node.id, node.links)), decisions


def _disputed(claim: list[Candidate]) -> Node:
    sides = {side for node, version, _ in claim for side in (node.dispute.sides if node.dispute else (version,))}
    nodes = [candidate.node for candidate in claim]
    return nodes[0]._replace(
        status="conflicted",
        dispute=Dispute(None, tuple(sorted(sides))),
        created_at=min(node.created_at for node in nodes),
        updated_at=max(node.updated_at for node in nodes),
        tags=tuple(sorted({tag for node in nodes for tag in node.tags})),
        links=_links_away(nodes[0].id, (link for node in nodes for link in node.links)),
        applies_to=tuple(sorted({glob for node in nodes for glob in node.applies_to})),
    )


def _links_away(node: NodeId, links: Iterable[Link]) -> tuple[Link, ...]:
    """Links but those to the node itself, which led to it from the one that it took in."""
    return tuple(sorted({link for link in links if link.to != node}))


def _version_of(node: Node) -> VersionId:
    return VersionId(hash_object("node", encode_node(node)))
