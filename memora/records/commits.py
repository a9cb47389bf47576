"""The record of a commit."""

from __future__ import annotations

from typing import Any

from memora.history.changes import ChangeCounts
from memora.model.commit import Commit
from memora.model.ids import CommitId


def commit_record(
    commit_id: CommitId, commit: Commit, branch: str | None, changes: ChangeCounts | None
) -> dict[str, Any]:
    """``memora.commit/v1``. ``changes`` are counts against the first parent.

    ``branch`` is the branch that was committed to, in a log the one whose tip the commit is; null where there is none.
    ``decisions`` is there where the commit is a merge that decided clashes.
    """
    record: dict[str, Any] = {
        "schema": "memora.commit/v1",
        "commit": commit_id.hex(),
        "parents": [parent.hex() for parent in commit.parents],
        "tree": commit.tree.hex(),
        "branch": branch,
        "author": commit.author,
        "at": commit.at,
        "message": commit.message,
        "changes": None if changes is None else changes._asdict(),
    }
    if commit.decisions:
        record["decisions"] = [
            {"node": item.node.hex(), "rule": item.rule, "overruled": item.overruled.hex() if item.overruled else None}
            for item in commit.decisions
        ]
    return record
