"""The record of a purge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from memora.operations.care.purge import Erased, NothingToPurge
from memora.operations.care.purging.pointers import MovedRef
from memora.operations.remotes.erasing import Carried


def purge_record(outcome: Erased | NothingToPurge, carried: Sequence[Carried] = ()) -> dict[str, Any]:
    """``memora.purge/v1``: what is gone and what took its place, by ids alone; once done what still holds it."""
    record: dict[str, Any] = {"schema": "memora.purge/v1"}
    if isinstance(outcome, Erased):
        pointers = outcome.pointers
        record |= {
            "nodes": sorted(node.hex() for node in outcome.nodes),
            "versions": sorted(old.hex() for old, new in outcome.versions.items() if new is None),
            "objects": sorted(object_id.hex() for object_id in outcome.objects),
            "commits": {old.hex(): new.hex() for old, new in sorted(outcome.commits.items())},
            "refs": [_ref(ref) for ref in pointers.refs],
            "tags": outcome.tags,
            "sessions": outcome.sessions,
            "workspaces": pointers.workspaces,
            "operations": pointers.operations,
            "events": pointers.events,
            "copies": list(outcome.copies),
            "exports": list(outcome.exports),
            "elsewhere": [node.hex() for node in outcome.elsewhere],
            "rules": list(outcome.rules),
            "dry_run": outcome.dry_run,
        }
    else:
        lists = ("nodes", "versions", "objects", "refs", "copies", "exports", "elsewhere", "rules")
        counts = ("tags", "sessions", "workspaces", "operations", "events")
        record |= {**{name: [] for name in lists}, "commits": {}, **dict.fromkeys(counts, 0)}
        record["dry_run"] = False
    record["remotes"] = [_remote(remote) for remote in carried]
    if outcome.cleaned is not None:
        record["finished"] = outcome.cleaned.finished
        record["remains"] = list(outcome.cleaned.remains)
        record["copies"] = list(outcome.cleaned.copies)
    return record


def _remote(carried: Carried) -> dict[str, Any]:
    moves = [
        {
            "name": move.name,
            "before": None if move.expected is None else move.expected.hex(),
            "after": None if move.target is None else move.target.hex(),
        }
        for move in carried.moves
    ]
    return {"name": carried.remote, "reached": carried.problem is None, "problem": carried.problem, "refs": moves}


def _ref(ref: MovedRef) -> dict[str, Any]:
    moved = {"name": ref.name, "from": ref.before.hex()}
    if ref.after is not None:
        moved["to"] = ref.after.hex()
    return moved
