"""The record of a search for a bad commit, or for the change in it."""

from __future__ import annotations

from typing import Any

from memora.operations.history.bisect import Bisection
from memora.operations.history.bisect_nodes import Culprit
from memora.records.changes import change_record


def bisection_record(bisection: Bisection, culprit: Culprit | None = None) -> dict[str, Any]:
    """``memora.bisect/v1``. ``commit`` is the one to be tested, or the first bad one; null otherwise.

    ``remaining`` is how many commits may be the first bad one. With a ``culprit``, ``node`` is the one whose change is
    enough, null where there is none; ``culprits`` are the changes that are needed, ``sufficient`` whether they are
    enough, ``undecided`` the nodes that the test could not tell apart, ``fails_without`` whether no change is needed.
    """
    record: dict[str, Any] = {
        "schema": "memora.bisect/v1",
        "outcome": bisection.outcome,
        "commit": None if bisection.commit is None else bisection.commit.hex(),
        "node": None,
        "remaining": bisection.remaining,
        "steps": bisection.steps,
        "candidates": [commit.hex() for commit in bisection.candidates],
    }
    if culprit is None:
        return record
    alone = culprit.sufficient and len(culprit.changes) == 1
    return {
        **record,
        "node": culprit.changes[0].node.hex() if alone else None,
        "culprits": [change_record(change) for change in culprit.changes],
        "sufficient": culprit.sufficient,
        "undecided": [change.node.hex() for change in culprit.undecided],
        "fails_without": culprit.fails_without,
    }
