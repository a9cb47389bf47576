"""The record of a rollback."""

from __future__ import annotations

from typing import Any

from memora.model.commit import Commit
from memora.operations.history.rollback import RolledBack
from memora.records.commits import commit_record


def rollback_record(result: RolledBack) -> dict[str, Any]:
    """``memora.commit/v1`` with ``target``, the commit gone back to, and ``checkpoint``, null where none was needed.

    ``target`` is null for a moment of a session which no commit has.
    """
    made = result.commit
    commit = Commit(made.tree, made.parents, made.author, made.at, made.message)
    return {
        **commit_record(made.commit, commit, made.branch, made.changes),
        "target": None if result.target is None else result.target.hex(),
        "checkpoint": None if result.checkpoint is None else result.checkpoint.hex(),
    }
