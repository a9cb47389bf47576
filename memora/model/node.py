"""A node, one memory, as a value.

Named tuples rather than dataclasses: they cost a sixth at start-up, and every command starts up.
"""

from __future__ import annotations

from typing import NamedTuple

from memora.model.ids import NodeId, VersionId
from memora.model.names import QUARANTINE, STALE


class Observation(NamedTuple):
    """One sighting that supports a node, or contradicts it. ``at`` is in microseconds, ``evidence`` sorted.

    ``note`` says in a line of words why somebody said so. ``anchors`` are what the evidence said
    (``memora.model.anchor``), sorted.
    """

    source: str
    author: str
    at: int
    session: str | None = None
    evidence: tuple[str, ...] = ()
    note: str | None = None
    contradicts: bool = False
    anchors: tuple[str, ...] = ()

    @property
    def observer(self) -> tuple[str, str]:
        """Who saw it: two sightings are independent when this differs."""
        return self.source, self.author


class Link(NamedTuple):
    """A typed edge from the node that holds it."""

    relation: str
    to: NodeId


class Dispute(NamedTuple):
    """What a conflicted node stands between: the version both sides came from, and the sides, sorted."""

    base: VersionId | None
    sides: tuple[VersionId, ...]


class Node(NamedTuple):
    """One state of one memory.

    ``tags`` and ``applies_to`` are sorted and without doubles, ``links`` and ``observations`` too
    (see ``memora.model.node_codec``). Times are microseconds; None means "not set".
    """

    id: NodeId
    type: str
    content: str
    confidence: float
    status: str
    observations: tuple[Observation, ...]
    created_at: int
    updated_at: int
    key: str | None = None
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    applies_to: tuple[str, ...] = ()
    pinned: bool = False
    expires_at: int | None = None
    valid_from: int | None = None
    valid_to: int | None = None
    dispute: Dispute | None = None

    def is_expired(self, now: int) -> bool:
        """Whether its lifetime has ended. A pinned node does not expire."""
        return self.expires_at is not None and self.expires_at <= now and not self.pinned

    @property
    def is_retracted(self) -> bool:
        """Whether it is out of service because somebody contradicted it."""
        return self.status == "deprecated" and any(item.contradicts for item in self.observations)

    @property
    def is_quarantined(self) -> bool:
        """Whether it waits for somebody to look at it, and is shown to no agent until then."""
        return QUARANTINE in self.tags

    @property
    def is_stale(self) -> bool:
        """Whether its evidence was looked at and does not hold any more."""
        return any(tag.startswith(STALE) for tag in self.tags)

    @property
    def support(self) -> tuple[Observation, ...]:
        """The observations that do not contradict it. Empty only where merges left nothing else."""
        return tuple([item for item in self.observations if not item.contradicts])


class NodeVersion(NamedTuple):
    """A node and the id of that state of it."""

    node: Node
    version: VersionId


def dated(before: Node, after: Node, now: int) -> Node:
    """The later state of a node with the time of its change, which never runs backwards.

    ``before`` itself comes back where the two are equal.
    """
    return before if after == before else after._replace(updated_at=max(now, before.updated_at))


def observation_order(
    observation: Observation,
) -> tuple[int, str, str, str, tuple[str, ...], str, bool, tuple[str, ...]]:
    """The key that sorts observations: by time, then by everything else."""
    return (
        observation.at,
        observation.source,
        observation.author,
        observation.session or "",
        observation.evidence,
        observation.note or "",
        observation.contradicts,
        observation.anchors,
    )


def merge_observations(*groups: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """The sorted union of some sightings."""
    return tuple(sorted({item for group in groups for item in group}, key=observation_order))


def observers(node: Node) -> set[tuple[str, str]]:
    """The distinct observers of a node; who only contradicted it is none."""
    return {observation.observer for observation in node.support}


def evidence(node: Node) -> list[str]:
    """Everything that the observations of a node point to."""
    return [piece for observation in node.observations for piece in observation.evidence]


def sources(node: Node) -> list[str]:
    """The distinct sources that support a node, in order of their names."""
    return sorted({observation.source for observation in node.support})
