"""The record of an answer of recall."""

from __future__ import annotations

from typing import Any

from memora.model.importance import Importance
from memora.operations.look.recall import Answer
from memora.records.nodes import node_record


def hit_record(answer: Answer, *, explain: bool = False) -> dict[str, Any]:
    """``memora.hit/v1``: the score and the node record, and of a disputed node the records of its sides.

    With ``explain`` the parts of the score and the terms.
    """
    item, hit, sides = answer
    record: dict[str, Any] = {
        "schema": "memora.hit/v1",
        "score": round(hit.score.total, 4),
        "node": node_record(item.node, item.version),
    }
    if sides:
        record["sides"] = [node_record(*side) for side in sides]
    if explain:
        score = hit.score
        record["explain"] = {
            "text": round(score.text, 4),
            "length": round(score.length, 4),
            "status": score.status,
            "belief": round(score.belief, 4),
            "importance": importance_fields(score.importance),
            "matched": list(hit.matched),
            "named": list(hit.named),
        }
    return record


def importance_fields(importance: Importance) -> dict[str, Any]:
    """The parts of an importance inside a record."""
    *parts, pinned = importance._asdict().items()
    # A match read from the index says pinned by 0 or 1.
    return {**{name: round(value, 4) for name, value in parts}, "pinned": bool(pinned[1])}
