"""What a merge decides, as values that the printer, the records and the tests all read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from memora.merge.policy import Verdict
from memora.model.ids import NodeId, VersionId
from memora.model.node import Node

# The rule of a dispute that people settled before; no side wins it.
REMEMBERED: Final = "remembered"

# The nodes of ours under a key, with their versions.
Holders = Callable[[str], Iterable[tuple[NodeId, VersionId]]]


class Decision(NamedTuple):
    """One clash and what became of it; ``verdict.winner`` is None where it stays in dispute.

    ``ours`` and ``theirs`` are the versions that clashed, None for a side that deleted the node.
    """

    node: NodeId
    verdict: Verdict
    fields: tuple[str, ...]
    base: VersionId | None
    ours: VersionId | None
    theirs: VersionId | None
    overruled: VersionId | None

    @property
    def is_disputed(self) -> bool:
        """Whether people have to decide."""
        return self.verdict.winner is None and self.verdict.rule != REMEMBERED


class MergePlan(NamedTuple):
    """What to do to ours so that it becomes the merge.

    ``taken`` are versions of theirs that ours takes as they are (None: theirs deleted the node), ``written`` nodes
    that exist on neither side and have to be stored, ``removed`` nodes that the merge takes out. ``combined`` are
    those among the written whose fields merged without a clash. ``kept`` are states of nodes that a dispute points
    at and nothing else holds; they have to be stored too.
    """

    taken: dict[NodeId, VersionId | None]
    written: dict[NodeId, Node]
    removed: frozenset[NodeId]
    combined: tuple[NodeId, ...]
    decisions: tuple[Decision, ...]
    kept: tuple[Node, ...] = ()

    @property
    def conflicts(self) -> tuple[NodeId, ...]:
        """Nodes that stay in dispute, by id."""
        return tuple(decision.node for decision in self.decisions if decision.is_disputed)
