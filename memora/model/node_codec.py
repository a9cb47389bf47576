"""A node's version as canonical bytes, and back (SPEC.md, "Node bodies")."""

from __future__ import annotations

from typing import Any

from memora.errors import BadInput
from memora.model import canonical
from memora.model.ids import NODE_ID_BYTES, OBJECT_ID_BYTES, NodeId, ObjectId, VersionId
from memora.model.node import Dispute, Link, Node, Observation


def encode_node(node: Node) -> bytes:
    """The canonical body of a version. The node's values must have passed the model's rules."""
    body: dict[str, Any] = {
        "confidence": canonical_confidence(node.confidence),
        "content": node.content,
        "created_at": node.created_at,
        "id": node.id.hex(),
        "observations": [_observation_fields(item) for item in node.observations],
        "status": node.status,
        "type": node.type,
        "updated_at": node.updated_at,
    }
    if node.key is not None:
        body["key"] = node.key
    if node.tags:
        body["tags"] = node.tags
    if node.links:
        body["links"] = [{"rel": link.relation, "to": link.to.hex()} for link in node.links]
    if node.applies_to:
        body["applies_to"] = node.applies_to
    if node.pinned:
        body["pinned"] = True
    if node.expires_at is not None:
        body["expires_at"] = node.expires_at
    if node.valid_from is not None:
        body["valid_from"] = node.valid_from
    if node.valid_to is not None:
        body["valid_to"] = node.valid_to
    if node.dispute is not None:
        body["conflict"] = _dispute_fields(node.dispute)
    return canonical.encode_checked(body)


def decode_node(body: bytes) -> Node:
    """The node in a body. Raises BadInput where a field is missing or of another shape.

    Whether the body is canonical is for ``fsck`` to ask: the id of the object vouches for the rest.
    """
    fields = canonical.parse_verified(body)
    try:
        return Node(
            id=NodeId(_digest(fields["id"], NODE_ID_BYTES)),
            type=fields["type"],
            content=fields["content"],
            confidence=float(fields["confidence"]),
            status=fields["status"],
            observations=tuple(_decode_observation(item) for item in fields["observations"]),
            created_at=fields["created_at"],
            updated_at=fields["updated_at"],
            key=fields.get("key"),
            tags=tuple(fields.get("tags", ())),
            links=tuple(
                Link(item["rel"], NodeId(_digest(item["to"], NODE_ID_BYTES))) for item in fields.get("links", ())
            ),
            applies_to=tuple(fields.get("applies_to", ())),
            pinned=fields.get("pinned", False),
            expires_at=fields.get("expires_at"),
            valid_from=fields.get("valid_from"),
            valid_to=fields.get("valid_to"),
            dispute=_decode_dispute(fields["conflict"]) if "conflict" in fields else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput("node", f"is not a node: {type(error).__name__} at {error}") from None


def canonical_confidence(confidence: float) -> float | int:
    """A confidence with at most four decimals, an integer where it is 0 or 1."""
    rounded = round(confidence, 4)
    return int(rounded) if rounded in (0, 1) else rounded


def _observation_fields(observation: Observation) -> dict[str, Any]:
    fields: dict[str, Any] = {"at": observation.at, "author": observation.author, "source": observation.source}
    if observation.session is not None:
        fields["session"] = observation.session
    if observation.evidence:
        fields["evidence"] = observation.evidence
    return fields


def _decode_observation(fields: dict[str, Any]) -> Observation:
    return Observation(
        fields["source"], fields["author"], fields["at"], fields.get("session"), tuple(fields.get("evidence", ()))
    )


def _dispute_fields(dispute: Dispute) -> dict[str, Any]:
    fields: dict[str, Any] = {"sides": [side.hex() for side in dispute.sides]}
    if dispute.base is not None:
        fields["base"] = dispute.base.hex()
    return fields


def _decode_dispute(fields: dict[str, Any]) -> Dispute:
    base = fields.get("base")
    return Dispute(
        None if base is None else _version(base),
        tuple(_version(side) for side in fields["sides"]),
    )


def _version(text: str) -> VersionId:
    return VersionId(ObjectId(_digest(text, OBJECT_ID_BYTES)))


def _digest(text: str, size: int) -> bytes:
    digest = bytes.fromhex(text)
    if len(digest) != size or text != digest.hex():
        raise ValueError(f"{text!r} is not {size} bytes of lower-case hexadecimal")
    return digest
