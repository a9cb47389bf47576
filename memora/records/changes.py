"""The record of what changed about a node."""

from __future__ import annotations

from typing import Any

from memora.history.changes import NodeChange, differences
from memora.history.plain import plain_lines
from memora.model.ids import ObjectId, VersionId
from memora.model.node import Node
from memora.records.nodes import node_record

_NO_VERSION = VersionId(ObjectId(b""))


def change_record(change: NodeChange, *, semantic: bool = False) -> dict[str, Any]:
    """``memora.change/v1``; ``fields`` hold the values of node records, null for a field that is not set.

    With ``semantic`` also ``summary``, the change in plain words.
    """
    before, after = _values(change.before), _values(change.after)
    names = ["conflict" if name == "dispute" else name for name in differences(change.before, change.after)]
    record: dict[str, Any] = {
        "schema": "memora.change/v1",
        "change": change.kind,
        "node": change.node.hex(),
        "fields": {name: {"from": before.get(name), "to": after.get(name)} for name in names if name != "id"},
    }
    if semantic:
        record["summary"] = plain_lines(change)
    return record


def _values(node: Node | None) -> dict[str, Any]:
    return {} if node is None else node_record(node, _NO_VERSION)
