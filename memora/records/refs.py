"""The records of branches and tags, and of where a workspace is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memora.operations.history.branch import Branch, BranchDetail
from memora.operations.history.switch import Switched
from memora.operations.history.tag import TagEntry

if TYPE_CHECKING:
    from memora.operations.history.tracking import Tracked


def branch_record(branch: Branch) -> dict[str, Any]:
    """``memora.ref/v1``; ``commit`` is null for a branch without one, ``current`` says that the workspace is on it.

    ``remote`` only where it is one of a remote, ``upstream`` where it follows one and that was looked up.
    """
    commit = None if branch.commit is None else branch.commit.hex()
    record: dict[str, Any] = {
        "schema": "memora.ref/v1",
        "name": branch.name,
        "commit": commit,
        "current": branch.current,
    }
    if branch.remote is not None:
        record["remote"] = branch.remote
    if branch.tracked is not None:
        record["upstream"] = upstream_fields(branch.tracked)
    return record


def upstream_fields(tracked: Tracked) -> dict[str, Any]:
    """What a branch follows; ``ahead`` and ``behind`` are null where either has no commit that is known here."""
    ahead, behind = tracked.distance or (None, None)
    return {"remote": tracked.remote, "branch": tracked.branch, "ahead": ahead, "behind": behind}


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
    branch = Branch(switched.head.branch or "HEAD", switched.head.commit, True, tracked=switched.tracked)
    return {**branch_record(branch), "outcome": switched.outcome, "carried": switched.carried}
