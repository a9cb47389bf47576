"""A node, one memory, as a value.

Named tuples rather than dataclasses: they cost a sixth at start-up, and every command starts up.
"""

from __future__ import annotations

from typing import NamedTuple

from memora.model.ids import NodeId, VersionId


class Observation(NamedTuple):
    """One sighting that supports a node. ``at`` is in microseconds, ``evidence`` sorted."""

    source: str
    author: str
    at: int
    session: str | None = None
    evidence: tuple[str, ...] = ()

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


def observation_order(observation: Observation) -> tuple[int, str, str, str, tuple[str, ...]]:
    """The key that sorts observations: by time, then by everything else."""
    return (
        observation.at,
        observation.source,
        observation.author,
        observation.session or "",
        observation.evidence,
    )


def merge_observations(*groups: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """The sorted union of some sightings."""
    return tuple(sorted({item for group in groups for item in group}, key=observation_order))


def observers(node: Node) -> set[tuple[str, str]]:
    """The distinct observers of a node."""
    return {observation.observer for observation in node.observations}
