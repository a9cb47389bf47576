"""The records of commits that take others back or do them again."""

from __future__ import annotations

from typing import Any

from memora.model.ids import CommitId, ObjectId
from memora.operations.history.cherry_pick import Picked
from memora.operations.history.revert import Reverted
from memora.records.commits import commit_record


def revert_record(result: Reverted) -> dict[str, Any]:
    """``memora.commit/v1`` with ``reverted``, the commits taken back, newest first, and the nodes in ``conflicts``.

    ``commit`` is null where it was only planned.
    """
    # A plan has no id; any will do to make the rest of the record.
    made = result.commit or CommitId(ObjectId(b""))
    return {
        **commit_record(made, result.value, result.branch, result.changes),
        "commit": None if result.commit is None else result.commit.hex(),
        "dry_run": result.commit is None,
        "reverted": [commit.hex() for commit in result.selection.commits],
        "conflicts": [node.hex() for node in result.conflicts],
    }


def pick_record(picked: Picked) -> dict[str, Any]:
    """``memora.commit/v1`` with ``picked``, the commit that was done again, and the nodes in ``conflicts``."""
    return {
        **commit_record(picked.commit, picked.value, picked.branch, picked.changes),
        "picked": picked.source.hex(),
        "conflicts": [node.hex() for node in picked.conflicts],
    }
