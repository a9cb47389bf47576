"""A plain node to start from, and ids by number."""

from __future__ import annotations

from memora.model.ids import NodeId, ObjectId, VersionId
from memora.model.node import Node, Observation

AT = 1_800_000_000_000_000  # 2027-01-15 08:00:00 UTC, in microseconds


def node_id(number: int) -> NodeId:
    return NodeId(bytes([number]) * 16)


def version(number: int) -> VersionId:
    return VersionId(ObjectId(bytes([number]) * 32))


def seen(source: str = "manual", author: str = "ada", at: int = AT, *evidence: str) -> Observation:
    return Observation(source, author, at, None, tuple(sorted(evidence)))


PLAIN = Node(
    id=node_id(1),
    type="semantic",
    content="Auth uses JWT RS256",
    confidence=0.8,
    status="ephemeral",
    observations=(seen(),),
    created_at=AT,
    updated_at=AT,
)
