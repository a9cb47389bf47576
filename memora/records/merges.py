"""The records of a merge, of what it decided, and of what stays in dispute."""

from __future__ import annotations

from typing import Any

from memora.merge.decisions import Decision
from memora.model.ids import ObjectId
from memora.model.node import NodeVersion
from memora.operations.history.conflicts import Conflict
from memora.operations.history.merge import MergeResult
from memora.records.nodes import node_record


def merge_record(result: MergeResult, *, dry_run: bool) -> dict[str, Any]:
    """``memora.merge/v1``; ``conflicts`` are node ids, ``commit`` is null where nothing was committed."""
    decisions = result.plan.decisions if result.plan else ()
    return {
        "schema": "memora.merge/v1",
        "outcome": result.outcome,
        "branch": result.branch,
        "commit": _hex(result.commit),
        "theirs": result.theirs.hex(),
        "tree": result.tree.hex(),
        "changes": result.changes._asdict(),
        "decisions": [_decision_fields(decision) for decision in decisions if not decision.is_disputed],
        "conflicts": [node.hex() for node in result.plan.conflicts] if result.plan else [],
        "dry_run": dry_run,
    }


def conflict_record(conflict: Conflict) -> dict[str, Any]:
    """``memora.conflict/v1``: the node in dispute, and the node records it stands between, null for "not there".

    ``others`` are sides beyond ours and theirs, from merges that added to the dispute.
    """
    return {
        "schema": "memora.conflict/v1",
        "node": conflict.node.id.hex(),
        "key": conflict.node.key,
        "base": _side_record(conflict.base),
        "ours": _side_record(conflict.ours),
        "theirs": _side_record(conflict.theirs),
        "others": [node_record(side.node, side.version) for side in conflict.others],
    }


def forgotten_record(count: int) -> dict[str, Any]:
    """``memora.forgotten/v1``: how many settled disputes about a node were forgotten."""
    return {"schema": "memora.forgotten/v1", "resolutions": count}


def _decision_fields(decision: Decision) -> dict[str, Any]:
    return {
        "node": decision.node.hex(),
        "rule": decision.verdict.rule,
        "reason": decision.verdict.reason,
        "winner": decision.verdict.winner,
        "fields": list(decision.fields),
        "base": _hex(decision.base),
        "ours": _hex(decision.ours),
        "theirs": _hex(decision.theirs),
        "overruled": _hex(decision.overruled),
    }


def _side_record(side: NodeVersion | None) -> dict[str, Any] | None:
    return None if side is None else node_record(side.node, side.version)


def _hex(object_id: ObjectId | None) -> str | None:
    return None if object_id is None else object_id.hex()
