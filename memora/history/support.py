"""What holds a belief up once something that it was derived from has fallen (docs/support.md).

A node *holds* others up while it is in the tree and not deprecated. A node that is derived from one that does not
hold is unsupported, unless somebody saw it themselves or another node that it is derived from is itself supported.
Nodes that rest on each other alone do not hold each other up. Computed, never stored: so it follows whatever changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple, Protocol

from memora.model.ids import NodeId
from memora.model.node import Node, Observation
from memora.model.vocabulary import OBSERVING_SOURCES

DERIVED_FROM: Final = "derived_from"


class Derivations(Protocol):
    """The nodes of a tree, and which of them are derived from which."""

    def shaken(self) -> Iterable[NodeId]:
        """The nodes in service that are derived from one that is not in service, or not in the tree."""
        ...

    def dependants(self, node: NodeId) -> Iterable[NodeId]:
        """The nodes in service that are derived from a node, in order of id."""
        ...

    def holds(self, node: NodeId) -> bool:
        """Whether a node is in the tree and in service."""
        ...

    def read(self, node: NodeId) -> Node:
        """A node of the tree."""
        ...


class Support(NamedTuple):
    """A node that something fallen reaches, and what still holds it up: a sighting, or a node it is derived from."""

    node: Node
    sighting: Observation | None = None
    parent: NodeId | None = None

    @property
    def is_left(self) -> bool:
        """Whether anything holds the node up."""
        return self.sighting is not None or self.parent is not None


class Dependant(NamedTuple):
    """A node in the tree of what rests on another one, so many steps below it.

    ``again`` says that it stands further up already, with what rests on it.
    """

    depth: int
    support: Support
    again: bool


def parents(node: Node) -> list[NodeId]:
    """What a node is derived from, in order of id."""
    return [link.to for link in node.links if link.relation == DERIVED_FROM]


def direct_sighting(node: Node) -> Observation | None:
    """The first observation of a node by a source that looks or measures, with evidence; None where there is none."""
    return next((item for item in node.support if item.source in OBSERVING_SOURCES and item.evidence), None)


def judge(derivations: Derivations, fallen: Collection[NodeId] = ()) -> dict[NodeId, Support]:
    """What is left of the support of every node that something fallen reaches, in order of id.

    ``fallen`` are nodes to be taken as fallen although they hold. Cost follows the nodes that are reached.
    """
    reached = _reach(derivations, fallen)
    judged: dict[NodeId, Support] = {}
    below: dict[NodeId, list[NodeId]] = {}
    for node_id, node in sorted(reached.items()):
        sighting = direct_sighting(node)
        holder = None
        for parent in parents(node):
            if parent in reached:
                below.setdefault(parent, []).append(node_id)
            elif holder is None and parent not in fallen and derivations.holds(parent):
                holder = parent
        judged[node_id] = Support(node, sighting, None if sighting else holder)
    pending = [node_id for node_id, support in judged.items() if support.is_left]
    while pending:
        parent = pending.pop()
        for node_id in below.get(parent, ()):
            if not judged[node_id].is_left:
                judged[node_id] = judged[node_id]._replace(parent=parent)
                pending.append(node_id)
    return judged


def find_unsupported(derivations: Derivations) -> list[Node]:
    """The nodes in service that nothing holds up any more, in order of id."""
    return [support.node for support in judge(derivations).values() if not support.is_left]


def walk_dependants(derivations: Derivations, root: NodeId, judged: dict[NodeId, Support]) -> Iterator[Dependant]:
    """What rests on a node that falls, directly or not, from the top down; ``judged`` took it as fallen.

    Ends at what something else holds up: what rests on that is safe.
    """
    seen: set[NodeId] = set()
    pending = [(1, node) for node in reversed([*derivations.dependants(root)])]
    while pending:
        depth, node_id = pending.pop()
        support = judged.get(node_id)
        if support is None:  # the root itself, which rests on it by a circle
            continue
        again = node_id in seen
        yield Dependant(depth, support, again)
        if again or support.is_left:
            continue
        seen.add(node_id)
        pending += [(depth + 1, node) for node in reversed([*derivations.dependants(node_id)])]


def _reach(derivations: Derivations, fallen: Collection[NodeId]) -> dict[NodeId, Node]:
    """The nodes in service below what has fallen; not those below a node that somebody saw themselves."""
    reached: dict[NodeId, Node] = {}
    pending = [*derivations.shaken()]
    for root in fallen:
        pending += derivations.dependants(root)
    while pending:
        node_id = pending.pop()
        if node_id in reached or node_id in fallen:
            continue
        node = reached[node_id] = derivations.read(node_id)
        if direct_sighting(node) is None:
            pending += derivations.dependants(node_id)
    return reached
