"""The record of a node, and of what a command did to nodes."""

from __future__ import annotations

from typing import Any

from memora.model.ids import VersionId
from memora.model.node import Node, Observation
from memora.operations.remember.changes import ChangeSet, Counts


def node_record(node: Node, version: VersionId) -> dict[str, Any]:
    """``memora.node/v1``: the fields of a node as it is stored, and its version. Absent fields are left out."""
    record: dict[str, Any] = {
        "schema": "memora.node/v1",
        "id": node.id.hex(),
        "version": version.hex(),
        "type": node.type,
        "content": node.content,
        "confidence": node.confidence,
        "status": node.status,
        "tags": list(node.tags),
        "observations": [observation_fields(item) for item in node.observations],
        "links": [{"rel": link.relation, "to": link.to.hex()} for link in node.links],
        "applies_to": list(node.applies_to),
        "pinned": node.pinned,
        "created_at": node.created_at,
        "updated_at": node.updated_at,
    }
    for name, value in (
        ("key", node.key),
        ("expires_at", node.expires_at),
        ("valid_from", node.valid_from),
        ("valid_to", node.valid_to),
    ):
        if value is not None:
            record[name] = value
    if node.dispute is not None:
        record["conflict"] = {
            "base": node.dispute.base.hex() if node.dispute.base else None,
            "sides": [side.hex() for side in node.dispute.sides],
        }
    return record


def observation_fields(observation: Observation) -> dict[str, Any]:
    """One observation inside a record."""
    fields: dict[str, Any] = {
        "source": observation.source,
        "author": observation.author,
        "at": observation.at,
        "evidence": list(observation.evidence),
    }
    if observation.session is not None:
        fields["session"] = observation.session
    return fields


def change_set_record(changes: ChangeSet) -> dict[str, Any]:
    """``memora.change-set/v1`` of nodes."""
    return {
        "schema": "memora.change-set/v1",
        "outcome": changes.outcome,
        "nodes": [node_record(item.node, item.version) for item in changes.nodes],
    }


def counts_record(counts: Counts) -> dict[str, Any]:
    """``memora.change-set/v1`` of a batch."""
    return {"schema": "memora.change-set/v1", **counts._asdict()}
