"""The record of what a memory rests on."""

from __future__ import annotations

from typing import Any

from memora.history.grounds import Ground
from memora.records.nodes import observation_fields


def why_record(ground: Ground) -> dict[str, Any]:
    """``memora.why/v1``; ``support`` holds the same records for what it rests on, and for what supports it.

    ``relation`` is null at the top. ``weakest`` is the node that ``trust`` comes from. ``expanded`` is False where the
    support is left out, because it is in the record already or too deep. A ``missing`` memory has nulls.
    """
    node = ground.node
    observations = () if node is None else node.observations
    return {
        "schema": "memora.why/v1",
        "node": ground.id.hex(),
        "relation": ground.relation,
        "standing": ground.standing,
        "trust": ground.trust,
        "weakest": ground.weakest.hex(),
        "confidence": None if node is None else node.confidence,
        "type": None if node is None else node.type,
        "key": None if node is None else node.key,
        "content": None if node is None else node.content,
        "observations": [observation_fields(item) for item in observations],
        "evidence": sorted({piece for item in observations for piece in item.evidence}),
        "expanded": ground.expanded,
        "support": [why_record(below) for below in ground.support],
    }
