"""The record of what became of a piece of evidence."""

from __future__ import annotations

from typing import Any

from memora.evidence.verify import BROKEN, Finding

_WORDS = {
    "moved": "the lines are at another place",
    "changed": "the lines are not what they were",
    "gone": "the file is not there",
    "failed": "the command failed",
    "not run": "a command is run only on request",
    "unanchored": "nobody kept what the lines said",
}


def finding_record(found: Finding) -> dict[str, Any]:
    """``memora.problem/v1``; ``verdict``, ``evidence`` and, where lines moved, ``moved_to``."""
    severity = "warning" if found.verdict in BROKEN else "note"
    record: dict[str, Any] = {
        "schema": "memora.problem/v1",
        "rule": "stale",
        "severity": severity,
        "message": f"{found.evidence}: {_WORDS.get(found.verdict, found.verdict)}",
        "node": found.node.hex(),
        "verdict": found.verdict.replace(" ", "_"),
        "evidence": found.evidence,
    }
    if not found.evidence.startswith("cmd:"):
        record["path"] = found.place.path
        if found.place.first is not None:
            record["line"] = found.place.first
    if found.verdict == "moved" and found.now is not None:
        record["moved_to"] = str(found.now)
    return record
