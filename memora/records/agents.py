"""The records of coding agents and their settings."""

from __future__ import annotations

from typing import Any

from memora.operations.agents.install import AgentChange
from memora.operations.agents.status import AgentStanding


def change_record(change: AgentChange, *, dry_run: bool) -> dict[str, Any]:
    """``memora.agent-change/v1``; with ``diff`` where nothing was written."""
    record = {
        "schema": "memora.agent-change/v1",
        "agent": change.harness,
        "scope": change.scope,
        "path": change.path,
        "outcome": change.outcome,
        "written": not dry_run and change.after != change.before,
    }
    if dry_run:
        from difflib import unified_diff

        before, after = (change.before or "").splitlines(True), (change.after or "").splitlines(True)
        record["diff"] = "".join(unified_diff(before, after, change.path, change.path))
    return record


def standing_record(standing: AgentStanding) -> dict[str, Any]:
    """``memora.agent/v1``; ``note`` only where there is something to say."""
    record: dict[str, Any] = {
        "schema": "memora.agent/v1",
        "agent": standing.harness,
        "scope": standing.scope,
        "path": standing.path,
        "state": standing.state,
        "events": list(standing.events),
    }
    if standing.note:
        record["note"] = standing.note
    return record
