"""The record of an error."""

from __future__ import annotations

from typing import Any

from memora.model.text import cut_middle


def error_record(code: str, error: object, hint: str, exit_code: int) -> dict[str, Any]:
    """``memora.error/v1``; a batch's bad lines come as ``lines``, the nodes that stand in the way as ``nodes``."""
    record: dict[str, Any] = {
        "schema": "memora.error/v1",
        "code": code,
        "message": cut_middle(str(error)),
        "hint": hint,
        "exit": exit_code,
    }
    problems = getattr(error, "problems", None)
    if problems:
        record["lines"] = [{"line": number, "problem": problem} for number, problem in problems]
    nodes = getattr(error, "nodes", None)
    if nodes:
        record["nodes"] = list(nodes)
    return record
