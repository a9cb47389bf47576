"""The record of a memory that was imported."""

from __future__ import annotations

from typing import Any

from memora.operations.share.importing import Imported


def imported_record(item: Imported) -> dict[str, Any]:
    """``memora.imported/v1``: a memory of a file and what became of it, or would."""
    return {
        "schema": "memora.imported/v1",
        "path": item.path,
        "line": item.line,
        "format": item.format,
        "outcome": item.outcome,
        "node": item.node.id.hex(),
        "type": item.node.type,
        "content": item.node.content,
        "key": item.node.key,
        "tags": list(item.node.tags),
        "applies_to": list(item.node.applies_to),
        "quarantined": item.node.is_quarantined,
        "reasons": list(item.reasons),
    }
