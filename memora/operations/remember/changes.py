"""What the verbs that change nodes give back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from memora.model.ids import NodeId
from memora.model.node import Node, NodeVersion, dated
from memora.model.text import first_line

if TYPE_CHECKING:
    from memora.repository import Transaction

Outcome = Literal["added", "corroborated", "known", "changed", "unchanged"]


class ChangeSet(NamedTuple):
    """What happened, and the nodes it happened to, as they are now (removed ones as they were).

    When the outcome is ``unchanged`` the nodes are all those that were asked for. ``promoted`` says that a second
    observer made a corroborated node stable, ``settled`` that new words ended a dispute. ``unreadable`` are removed
    nodes whose version is damaged.
    """

    outcome: Outcome
    nodes: tuple[NodeVersion, ...]
    promoted: bool = False
    settled: bool = False
    unreadable: tuple[NodeId, ...] = ()


class Counts(NamedTuple):
    """How many memories of a batch were new, supported one that was known, brought nothing new, or revised one."""

    added: int
    corroborated: int
    known: int
    changed: int


def replace_nodes(transaction: Transaction, changes: Iterable[tuple[NodeVersion, Node]], now: int) -> ChangeSet:
    """Put the new states of some nodes into the working tree, dated now; where nothing differs a node is left alone."""
    asked = list(changes)
    later = [dated(before.node, after, now) for before, after in asked if after != before.node]
    changed = tuple(NodeVersion(node, transaction.write_node(node)) for node in later)
    if not changed:
        return ChangeSet("unchanged", tuple(before for before, _ in asked))
    transaction.set_nodes({item.node.id: item.version for item in changed})
    return ChangeSet("changed", changed)


def summarize(nodes: Iterable[Node]) -> str:
    """A few words for the operation log: the one node, or how many there are."""
    listed = list(nodes)
    if len(listed) != 1:
        return f"{len(listed)} memories"
    return f"[{listed[0].type}] {first_line(listed[0].content, 60)}"
