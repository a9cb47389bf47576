"""The record of a retraction."""

from __future__ import annotations

from typing import Any

from memora.history.support import Dependant
from memora.operations.remember.retract import Retraction
from memora.records.nodes import change_set_record, observation_fields


def retraction_record(retraction: Retraction, *, dry_run: bool) -> dict[str, Any]:
    """``memora.change-set/v1`` of ``retract``, with what rests on the node, from the top down.

    ``standing`` is ``deprecated`` for what went with it (under ``dry_run`` would go), ``unsupported`` for what has
    nothing left that holds it up, ``supported`` for the rest: by ``parent``, a node id, or by ``observation``.
    """
    return {
        **change_set_record(retraction.changes),
        "dry_run": dry_run,
        "dependants": [_dependant(retraction, item) for item in retraction.dependants if not item.again],
    }


def _dependant(retraction: Retraction, item: Dependant) -> dict[str, Any]:
    node, sighting, parent = item.support
    return {
        "node": node.id.hex(),
        "depth": item.depth,
        "standing": retraction.standing(item),
        "parent": None if parent is None else parent.hex(),
        "observation": None if sighting is None else observation_fields(sighting),
    }
