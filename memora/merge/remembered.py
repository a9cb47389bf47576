"""Disputes that were settled once are settled the same way when they return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from memora.history.load import load_node
from memora.merge.decisions import REMEMBERED, MergePlan
from memora.merge.policy import Verdict
from memora.model import canonical
from memora.model.ids import NodeId, hash_object
from memora.model.node import Dispute, Node
from memora.model.ports import ObjectReader

VERDICT: Final = Verdict(None, REMEMBERED, "settled so before")

# The settled node of a dispute's signature, or None. One that is still in dispute says that the node was removed.
Resolutions = Callable[[str], Node | None]


def signature(objects: ObjectReader, node: NodeId, dispute: Dispute) -> str:
    """What makes two disputes about a node the same: what base and sides say and where they stand, whoever says it.

    64 hexadecimal digits.
    """
    sides = sorted(_stand(load_node(objects, side)) for side in dispute.sides)
    base = [] if dispute.base is None else _stand(load_node(objects, dispute.base))
    body = canonical.encode({"base": base, "node": node.hex(), "sides": sides})
    return hash_object("node", body).hex()


def settle_remembered(objects: ObjectReader, plan: MergePlan, resolutions: Resolutions) -> MergePlan:
    """The plan with every dispute that was settled before settled again; its ``kept`` must be stored already."""
    written, gone = dict(plan.written), set()
    decisions = []
    for decision in plan.decisions:
        node = written.get(decision.node)
        settled = None
        if decision.is_disputed and node is not None and node.dispute is not None:
            settled = resolutions(signature(objects, node.id, node.dispute))
        if node is None or settled is None:
            decisions.append(decision)
            continue
        decisions.append(decision._replace(verdict=VERDICT))
        if settled.dispute is not None:
            del written[decision.node]
            gone.add(decision.node)
            continue
        written[decision.node] = node._replace(
            type=settled.type,
            content=settled.content,
            status=settled.status,
            confidence=settled.confidence,
            observations=settled.observations,
            expires_at=settled.expires_at,
            dispute=None,
        )
    return plan._replace(written=written, removed=plan.removed | gone, decisions=tuple(decisions))


def _stand(node: Node) -> list[str]:
    return [node.content, node.status]
