"""The records of branches and tags, and of where a workspace is."""

from __future__ import annotations

from typing import Any

from memora.operations.history.branch import Branch, BranchDetail
from memora.operations.history.switch import Switched
from memora.operations.history.tag import TagEntry


def branch_record(branch: Branch) -> dict[str, Any]:
    """``memora.ref/v1``; ``commit`` is null for a branch without one, ``current`` says that the workspace is on it."""
    commit = None if branch.commit is None else branch.commit.hex()
    return {"schema": "memora.ref/v1", "name": branch.name, "commit": commit, "current": branch.current}


def branch_detail_record(detail: BranchDetail) -> dict[str, Any]:
    """``memora.ref/v1`` with ``subject``, and with ``ahead`` and ``behind`` of HEAD where they are known."""
    record = {**branch_record(detail.branch), "subject": detail.subject}
    if detail.distance is not None:
        record.update(detail.distance._asdict())
    return record


def tag_record(tag: TagEntry) -> dict[str, Any]:
    """``memora.ref/v1``, never ``current``; with ``message``, ``author`` and ``at`` for an annotated tag."""
    record: dict[str, Any] = {
        "schema": "memora.ref/v1",
        "name": tag.name,
        "commit": tag.commit.hex(),
        "current": False,
    }
    if tag.annotation is not None:
        record.update(message=tag.annotation.message, author=tag.annotation.author, at=tag.annotation.at)
    return record


def switched_record(switched: Switched) -> dict[str, Any]:
    """``memora.ref/v1`` of where the workspace is now, ``HEAD`` for no branch, with ``outcome`` and ``carried``."""
    branch = Branch(switched.head.branch or "HEAD", switched.head.commit, True)
    return {**branch_record(branch), "outcome": switched.outcome, "carried": switched.carried}
