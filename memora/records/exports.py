"""The records of exports, of targets, and of what people changed in exported files."""

from __future__ import annotations

from typing import Any

from memora.operations.history.commit import CommitResult
from memora.operations.share.export import Exported
from memora.operations.share.pull import Taken


def export_record(item: Exported, *, text: bool = False) -> dict[str, Any]:
    """``memora.export/v1``: one file. ``text`` is there where it was asked for instead of written."""
    record: dict[str, Any] = {
        "schema": "memora.export/v1",
        "target": item.target,
        "path": item.path or None,
        "outcome": item.outcome,
        "revision": item.revision,
        "digest": item.digest,
        "nodes": [entry.node.id.hex() for entry in item.entries],
        "tokens": item.tokens,
        "left_out": [
            {
                "node": left.entry.node.id.hex(),
                "reason": left.reason,
                "of": None if left.of is None else left.of.node.id.hex(),
            }
            for left in item.left_out
        ],
        "beyond": item.beyond,
        "notes": list(item.notes),
    }
    if text:
        record["text"] = item.text
    return record


def target_record(name: str, path: str, about: str, template: str | None, source: str | None = None) -> dict[str, Any]:
    """``memora.target/v1``: a target; ``path`` is null where it has no place of its own.

    ``source`` is what its template says, where that was asked for.
    """
    record = {"schema": "memora.target/v1", "name": name, "path": path or None, "about": about, "template": template}
    return record if source is None else {**record, "source": source}


def hand_edit_record(item: Taken, commit: CommitResult | None) -> dict[str, Any]:
    """``memora.hand-edit/v1``: one change that a person made in an exported file, and what became of it."""
    edit = item.edit
    return {
        "schema": "memora.hand-edit/v1",
        "change": edit.change,
        "outcome": item.outcome,
        "path": edit.path,
        "line": edit.line,
        "node": None if item.node is None else item.node.hex(),
        "before": None if edit.node is None else edit.node.content,
        "after": edit.content,
        "problem": edit.problem,
        "commit": None if commit is None else commit.commit.hex(),
    }
