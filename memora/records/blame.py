"""The record of where a value of a memory comes from."""

from __future__ import annotations

from typing import Any

from memora.model.node import Dispute, Link, Node, Observation
from memora.operations.look.blame import BlamedValue
from memora.records.nodes import observation_fields


def blame_record(node: Node, blamed: BlamedValue) -> dict[str, Any]:
    """``memora.blame/v1``, one for each value, and for each member of a field that is a list.

    ``field`` and ``value`` are as in node records. ``commit``, ``author`` and ``at`` are null for what is not
    committed yet, ``session`` where no observation names one.
    """
    origin, commit = blamed
    return {
        "schema": "memora.blame/v1",
        "node": node.id.hex(),
        "field": "conflict" if origin.field == "dispute" else origin.field,
        "value": _value(origin.value),
        "commit": None if origin.commit is None else origin.commit.hex(),
        "author": None if commit is None else commit.author,
        "session": origin.session,
        "at": None if commit is None else commit.at,
    }


def _value(value: Any) -> Any:
    if isinstance(value, Observation):
        return observation_fields(value)
    if isinstance(value, Link):
        return {"rel": value.relation, "to": value.to.hex()}
    if isinstance(value, Dispute):
        return {"base": value.base.hex() if value.base else None, "sides": [side.hex() for side in value.sides]}
    return value
