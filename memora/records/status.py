"""The record of how a workspace stands."""

from __future__ import annotations

from typing import Any

from memora.operations.start.status import Status
from memora.records.refs import upstream_fields


def status_record(status: Status) -> dict[str, Any]:
    """``memora.status/v1``. ``changes`` counts since the head.

    ``expired``, ``conflicted``, ``unsupported``, ``stale`` and ``quarantined`` count what the working tree holds.

    ``branch`` is null on a detached head, ``head`` before the first commit.
    """
    return {
        "schema": "memora.status/v1",
        "workspace": status.workspace,
        "branch": status.branch,
        "head": status.head.hex() if status.head else None,
        "tree": status.tree.hex(),
        "nodes": status.nodes,
        "changes": status.counts._asdict(),
        "expired": status.expired,
        "conflicted": status.conflicted,
        "unsupported": status.unsupported,
        "stale": status.stale,
        "quarantined": status.quarantined,
        "ahead": status.ahead,
        "behind": status.behind,
        "merging": [commit.hex() for commit in status.merging],
        "bisecting": status.bisecting,
        "upstream": None if status.upstream is None else upstream_fields(status.upstream),
    }
