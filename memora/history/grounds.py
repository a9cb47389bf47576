"""What a memory rests on, and the trust that leaves.

A memory rests on what it is ``derived_from`` and ``depends_on``: it deserves no more trust than the weakest of these,
nor they than what they rest on. So trust is the smallest worth in the whole chain. What ``supports`` a memory is shown
with it, and takes nothing away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

from memora.history.load import load_node
from memora.model.ids import NodeId, TreeId
from memora.model.node import Node
from memora.model.ports import ObjectReader
from memora.tree.lookup import lookup

Standing = Literal["sound", "expired", "disputed", "deprecated", "retracted", "missing"]

PREMISES: Final = ("derived_from", "depends_on")
SUPPORTS: Final = "supports"
# So many levels are shown; trust is reckoned over all of them.
DEEPEST: Final = 100

_RELATIONS: Final = (*PREMISES, SUPPORTS)


class Ground(NamedTuple):
    """A memory in the tree below another one.

    ``relation`` is how the one above stands to it, None at the top: it is derived from it, depends on it, or is
    supported by it (``supports``). ``node`` is None where it is missing. ``weakest`` is the memory that the trust
    comes from. ``support`` is empty, and ``expanded`` False, where it is shown elsewhere or would be too deep.
    """

    relation: str | None
    id: NodeId
    node: Node | None
    standing: Standing
    trust: float
    weakest: NodeId
    support: tuple[Ground, ...]
    expanded: bool


class _Belief(NamedTuple):
    node: Node | None
    standing: Standing
    worth: float
    below: tuple[tuple[str, NodeId], ...]


def find_grounds(
    objects: ObjectReader,
    tree: TreeId,
    root: NodeId,
    supporters: Callable[[NodeId], Iterable[NodeId]],
    now: int,
) -> Ground:
    """The tree of what a node rests on, the premises before the supporters and the weaker before the stronger.

    ``supporters`` gives the nodes of the tree that support one. What is missing or out of service is worth nothing,
    what is in dispute as much as its weakest side, anything else its confidence.
    """
    beliefs = _gather(objects, tree, root, supporters, now)
    return _grow(beliefs, _reckon(beliefs), None, root, set(), 0)


def _gather(
    objects: ObjectReader,
    tree: TreeId,
    root: NodeId,
    supporters: Callable[[NodeId], Iterable[NodeId]],
    now: int,
) -> dict[NodeId, _Belief]:
    """Every memory that can be reached downwards, each read once."""
    found: dict[NodeId, _Belief] = {}
    pending = [root]
    while pending:
        node_id = pending.pop()
        if node_id in found:
            continue
        version = lookup(objects, tree, node_id)
        if version is None:
            found[node_id] = _Belief(None, "missing", 0.0, ())
            continue
        node = load_node(objects, version)
        below = [(link.relation, link.to) for link in node.links if link.relation in PREMISES]
        below += [(SUPPORTS, supporter) for supporter in supporters(node_id)]
        found[node_id] = _Belief(node, *_value(objects, node, now), tuple(below))
        pending += [other for _, other in below]
    return found


def _value(objects: ObjectReader, node: Node, now: int) -> tuple[Standing, float]:
    if node.status == "deprecated":
        return ("retracted" if node.is_retracted else "deprecated"), 0.0
    if node.dispute is not None:
        return "disputed", min(load_node(objects, side).confidence for side in node.dispute.sides)
    return ("expired" if node.is_expired(now) else "sound"), node.confidence


def _reckon(beliefs: dict[NodeId, _Belief]) -> dict[NodeId, tuple[float, NodeId]]:
    """The trust in each memory and where it comes from: the least worth among itself and all it rests on.

    The worth of the weakest goes up to everything that rests on it, then that of the next; cycles end by themselves.
    """
    above: dict[NodeId, list[NodeId]] = {}
    for node_id, belief in beliefs.items():
        for relation, premise in belief.below:
            if relation in PREMISES:
                above.setdefault(premise, []).append(node_id)
    trust: dict[NodeId, tuple[float, NodeId]] = {}
    for weakest in sorted(beliefs, key=lambda node_id: (beliefs[node_id].worth, node_id)):
        pending = [weakest]
        while pending:
            node_id = pending.pop()
            if node_id not in trust:
                trust[node_id] = beliefs[weakest].worth, weakest
                pending += above.get(node_id, [])
    return trust


def _grow(
    beliefs: dict[NodeId, _Belief],
    trust: dict[NodeId, tuple[float, NodeId]],
    relation: str | None,
    node_id: NodeId,
    shown: set[NodeId],
    depth: int,
) -> Ground:
    belief = beliefs[node_id]
    expanded = not belief.below or (node_id not in shown and depth < DEEPEST)
    support: tuple[Ground, ...] = ()
    if expanded:
        shown.add(node_id)
        below = sorted(belief.below, key=lambda item: (_RELATIONS.index(item[0]), trust[item[1]], item[1]))
        support = tuple(_grow(beliefs, trust, name, other, shown, depth + 1) for name, other in below)
    return Ground(relation, node_id, belief.node, belief.standing, *trust[node_id], support, expanded)
