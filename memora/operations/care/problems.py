"""What is wrong with a store, one thing at a time."""

from __future__ import annotations

from typing import Final, NamedTuple

from memora.model.ids import NodeId, ObjectId

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"


class Problem(NamedTuple):
    """One thing that is wrong. ``rule`` is stable and says which check found it (docs/reliability.md lists them).

    An ``error`` is damage: something that was stored is gone or changed. ``revisions`` name what a reader would
    stumble over: workspaces, branches, tags and the first digits of commits. ``path`` is one of the project, ``line``
    counts from 1.
    """

    rule: str
    severity: str
    message: str
    object: ObjectId | None = None
    node: NodeId | None = None
    revisions: tuple[str, ...] = ()
    path: str | None = None
    line: int | None = None


def damage(rule: str, message: str, object_id: ObjectId | None = None, node: NodeId | None = None) -> Problem:
    """A problem that is damage."""
    return Problem(rule, ERROR, message, object_id, node)


def warning(rule: str, message: str) -> Problem:
    """A problem that lost nothing, so far."""
    return Problem(rule, WARNING, message)
