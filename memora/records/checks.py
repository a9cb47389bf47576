"""The record of what ``check`` found, and the place in the project that it is shown at."""

from __future__ import annotations

from typing import Any

from memora.evidence.places import Place, find_place
from memora.operations.care.checks.memories import Find
from memora.records.care import problem_record


def find_record(find: Find) -> dict[str, Any]:
    """``memora.problem/v1``; of a pair also ``other``, ``reason``, ``score`` and the ``link`` proposed."""
    record = problem_record(find.problem)
    if find.pair is not None:
        first, second, suspicion = find.pair
        record["other"] = second.node.id.hex()
        record["suspicion"] = suspicion.rule
        record["score"] = suspicion.score
        record["reason"] = suspicion.reason
        relation = "relates_to" if suspicion.rule == "duplicate" else "contradicts"
        record["link"] = {"node": first.node.id.hex(), "rel": relation, "to": second.node.id.hex()}
    return record


def shown_at(find: Find) -> Place | None:
    """The file and line that a find is shown at: its own, else where the evidence of its memory points; or None."""
    if find.problem.path is not None:
        return Place(find.problem.path, find.problem.line)
    for seen in find.node.support if find.node else ():
        for piece in seen.evidence:
            place = find_place(piece)
            if place is not None:
                return place
    return None
