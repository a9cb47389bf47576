"""The record of what a store holds."""

from __future__ import annotations

from collections import Counter
from typing import Any

from memora.operations.look.stats import Stats


def stats_record(stats: Stats) -> dict[str, Any]:
    """``memora.stats/v1``. ``types``, ``statuses`` and ``observations`` count the nodes of the workspace.

    ``average_confidence`` is null without nodes; ``size_bytes`` is the whole ``.memora`` folder.
    """
    types: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    for tally in stats.tallies:
        types[tally.type] += tally.nodes
        statuses[tally.status] += tally.nodes
    average = stats.average_confidence
    return {
        "schema": "memora.stats/v1",
        "workspace": stats.workspace,
        "branch": stats.branch,
        "nodes": stats.nodes,
        "types": dict(types),
        "statuses": dict(statuses),
        "average_confidence": None if average is None else round(average, 4),
        "observations": dict(stats.observations),
        "expired": stats.expired,
        "disputed": stats.disputed,
        "versions": stats.objects.get("node", 0),
        "commits": stats.objects.get("commit", 0),
        "branches": stats.branches,
        "tags": stats.tags,
        "workspaces": stats.workspaces,
        "objects": stats.objects,
        "size_bytes": stats.size_bytes,
    }
