"""What takes the changes of some commits back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from memora.history.changes import VersionChange
from memora.model.ids import NodeId, VersionId
from memora.model.node import Node

# Of each node the version it had and the one it gets; None where it is not.
Step = dict[NodeId, tuple[VersionId | None, VersionId | None]]

_QUIET_FIELDS: Final = ("type", "key", "pinned", "expires_at", "valid_from", "valid_to")


def inverse_steps(commits: Iterable[Iterable[VersionChange]]) -> list[Step]:
    """The steps, to be done one after the other, that undo what commits changed; the newest commit comes first.

    A node that several of them changed in a row goes back in one step. A further step begins where something else
    had changed a node in between. What cancels out is left out.
    """
    steps: list[Step] = [{}]
    for changes in map(list, commits):
        step = steps[-1]
        if any(node in step and step[node][1] != new for node, _, new in changes):
            step = {}
            steps.append(step)
        for node, old, new in changes:
            step[node] = (step[node][0] if node in step else new, old)
    kept = [{node: (start, end) for node, (start, end) in step.items() if start != end} for step in steps]
    return [step for step in kept if step]


def spare_later(start: Node, end: Node, now: Node) -> Node:
    """``end``, which ``start`` is to go back to, with the fields of ``now`` that were changed again since.

    A merge settles these fields by who is believed more, and that would quietly lose the later change. What a memory
    says and where it stands, which a merge can leave in dispute, are not touched; nor is the confidence in words that
    are taken back.
    """
    fields = [*_QUIET_FIELDS, "confidence"] if _words(start) == _words(end) else _QUIET_FIELDS
    return end._replace(**{name: getattr(now, name) for name in fields if getattr(now, name) != getattr(start, name)})


def is_stood_by(start: Node, end: Node, now: Node) -> bool:
    """Whether what ``start`` said and ``end`` did not was said again or judged anew since, and still stands in ``now``.

    To a merge only ``end`` says something else, so it would take that, and lose the later word.
    """
    return _words(start) == _words(now) != _words(end) and _standing(now) != _standing(start)


def _words(node: Node) -> str | tuple[VersionId, ...]:
    """What a memory says: its content, or all that it stands between."""
    return node.content if node.dispute is None else node.dispute.sides


def _standing(node: Node) -> tuple[object, ...]:
    return node.status, node.confidence, node.observations
