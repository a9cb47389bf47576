"""The record of what ``check`` found."""

from __future__ import annotations

from typing import Any

from memora.operations.care.check import Finding
from memora.records.care import problem_record


def finding_record(finding: Finding) -> dict[str, Any]:
    """``memora.problem/v1``; of a pair also ``other``, ``reason``, ``score`` and the ``link`` proposed."""
    record = problem_record(finding.problem)
    if finding.pair is not None:
        first, second, suspicion = finding.pair
        record["other"] = second.node.id.hex()
        record["suspicion"] = suspicion.rule
        record["score"] = suspicion.score
        record["reason"] = suspicion.reason
        relation = "relates_to" if suspicion.rule == "duplicate" else "contradicts"
        record["link"] = {"node": first.node.id.hex(), "rel": relation, "to": second.node.id.hex()}
    return record
