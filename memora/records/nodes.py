"""The record of a node, and of what a command did to nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memora.model.ids import VersionId
from memora.model.node import Node, Observation
from memora.operations.remember.changes import ChangeSet, Counts

if TYPE_CHECKING:
    from memora.operations.look.show import NodeView


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


def node_view_record(view: NodeView) -> dict[str, Any]:
    """``memora.node/v1`` of ``show``, which adds what is not stored in the node.

    ``history`` has the newest commits that changed it, newest first; ``history_more`` counts others, and
    ``history_whole`` is False where older ones were not looked for.
    """
    return {
        **node_record(*view.item),
        "expired": view.expired,
        "importance": round(view.importance.total, 4),
        "accesses": view.accesses,
        "uncommitted": view.uncommitted,
        "remote": view.remote,
        "linked_from": [{"rel": item.relation, "from": item.id.hex()} for item in view.linked_from],
        "sides": [node_record(*side) for side in view.sides],
        "history": [
            {
                "commit": entry.id.hex(),
                "at": entry.commit.at,
                "author": entry.commit.author,
                "message": entry.commit.message,
            }
            for entry in view.history.commits
        ],
        "history_more": view.history.more,
        "history_whole": view.history.whole,
    }


def observation_fields(observation: Observation) -> dict[str, Any]:
    """One observation inside a record. ``stance`` is there where it contradicts the node."""
    fields: dict[str, Any] = {
        "source": observation.source,
        "author": observation.author,
        "at": observation.at,
        "evidence": list(observation.evidence),
    }
    if observation.anchors:
        fields["anchors"] = list(observation.anchors)
    if observation.session is not None:
        fields["session"] = observation.session
    if observation.note is not None:
        fields["note"] = observation.note
    if observation.contradicts:
        fields["stance"] = "contradicts"
    return fields


def change_set_record(changes: ChangeSet) -> dict[str, Any]:
    """``memora.change-set/v1`` of nodes."""
    record: dict[str, Any] = {
        "schema": "memora.change-set/v1",
        "outcome": changes.outcome,
        "nodes": [node_record(item.node, item.version) for item in changes.nodes],
    }
    if changes.unreadable:
        record["unreadable"] = [node.hex() for node in changes.unreadable]
    return record


def counts_record(counts: Counts) -> dict[str, Any]:
    """``memora.change-set/v1`` of a batch."""
    return {"schema": "memora.change-set/v1", **counts._asdict()}
