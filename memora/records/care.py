"""The records of what keeps a store healthy: problems, decisions of gc, checks of the set-up, what was removed."""

from __future__ import annotations

from typing import Any

from memora.operations.care.doctor import Check
from memora.operations.care.gc import Collection, Decision
from memora.operations.care.problems import Problem
from memora.operations.care.projection import Projected
from memora.operations.care.prune import Pruned
from memora.operations.care.repair import Repaired


def problem_record(problem: Problem) -> dict[str, Any]:
    """``memora.problem/v1``; ``object``, ``node`` and ``revisions`` where they apply."""
    record: dict[str, Any] = {
        "schema": "memora.problem/v1",
        "rule": problem.rule,
        "severity": problem.severity,
        "message": problem.message,
    }
    if problem.object is not None:
        record["object"] = problem.object.hex()
    if problem.node is not None:
        record["node"] = problem.node.hex()
    if problem.path is not None:
        record["path"] = problem.path
    if problem.line is not None:
        record["line"] = problem.line
    if problem.revisions:
        record["revisions"] = list(problem.revisions)
    return record


def repaired_record(repaired: Repaired) -> dict[str, Any]:
    """``memora.repaired/v1``: what ``fsck --repair`` did, where it kept the old database, and what is wrong still."""
    return {
        "schema": "memora.repaired/v1",
        "actions": list(repaired.actions),
        "copy": repaired.copy,
        "restored": repaired.restored,
        "not_found": [object_id.hex() for object_id in repaired.not_found],
        "problems": [problem_record(problem) for problem in repaired.problems],
    }


def collection_record(decision: Decision, collection: Collection) -> dict[str, Any]:
    """``memora.collection/v1``: one decision of gc, and the numbers it follows from."""
    node = decision.node
    record: dict[str, Any] = {
        "schema": "memora.collection/v1",
        "node": node.id.hex(),
        "action": decision.action,
        "type": node.type,
        "status": node.status,
        "content": node.content,
        "score": round(decision.importance.total, 6),
        "threshold": collection.threshold,
        "confidence": node.confidence,
        "recency": round(decision.importance.recency, 6),
        "access": round(decision.importance.access, 6),
        "accesses": decision.accesses,
        "dry_run": collection.dry_run,
    }
    if node.expires_at is not None:
        record["expires_at"] = node.expires_at
    return record


def pruned_record(pruned: Pruned, *, dry_run: bool) -> dict[str, Any]:
    """``memora.pruned/v1``: how much was removed, or would be."""
    return {
        "schema": "memora.pruned/v1",
        "objects": pruned.objects,
        "kinds": pruned.kinds,
        "size_bytes": pruned.size_bytes,
        "kept": pruned.kept,
        "operations": pruned.operations,
        "dry_run": dry_run,
    }


def reindex_record(projected: Projected) -> dict[str, Any]:
    """``memora.reindex/v1``: how many of what was projected."""
    return {"schema": "memora.reindex/v1", **projected._asdict(), "unreadable": list(projected.unreadable)}


def check_record(check: Check) -> dict[str, Any]:
    """``memora.check/v1``: one thing that doctor looked at; ``advice`` where something can be done."""
    record = {"schema": "memora.check/v1", "name": check.name, "state": check.state, "message": check.message}
    if check.advice:
        record["advice"] = check.advice
    return record
