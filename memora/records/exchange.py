"""The records of what was exchanged with a remote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from memora.model.ids import ObjectId
from memora.operations.remotes.clone import Cloned
from memora.operations.remotes.fetch import Fetched, RefChange
from memora.operations.remotes.orders import Order
from memora.operations.remotes.pull import Pulled, Synced
from memora.operations.remotes.push import Pushed
from memora.records.merges import merge_record


def fetch_record(fetched: Fetched) -> dict[str, Any]:
    """``memora.fetch/v1``: what was new, and the references that moved here."""
    return {
        "schema": "memora.fetch/v1",
        "remote": fetched.remote,
        "objects": fetched.objects,
        "versions": fetched.versions,
        "commits": fetched.commits,
        "refs": changed_refs(fetched.changes),
        "erased_there": 0 if fetched.still_here is None else fetched.still_here.objects,
        "orders": order_parts(fetched.orders),
    }


def order_parts(orders: Iterable[Order]) -> list[dict[str, Any]]:
    """What came and reads like an order."""
    return [{"name": order.name, "reason": order.reason} for order in orders]


def changed_refs(changes: Iterable[RefChange]) -> list[dict[str, Any]]:
    """References that moved here because of another place."""
    return [
        {
            "name": change.name,
            "before": _hex(change.before),
            "after": _hex(change.after),
            "rewritten": change.rewritten,
            "kept": change.kept,
        }
        for change in changes
    ]


def push_record(pushed: Pushed) -> dict[str, Any]:
    """``memora.push/v1``: the references that moved there, and what was sent for them."""
    return {
        "schema": "memora.push/v1",
        "remote": pushed.remote,
        "objects": pushed.objects,
        "bytes": pushed.sent_bytes,
        "refs": [
            {"name": move.name, "before": _hex(move.expected), "after": _hex(move.target)} for move in pushed.moves
        ],
        "followed": pushed.followed,
    }


def pull_record(pulled: Pulled) -> dict[str, Any]:
    """``memora.pull/v1``: what was fetched, the merge, null where the remote has no such branch, and what was held."""
    return {
        "schema": "memora.pull/v1",
        "branch": pulled.branch,
        "fetch": fetch_record(pulled.fetched),
        "merge": None if pulled.merged is None else merge_record(pulled.merged, dry_run=False),
        "held": [held.item.node.id.hex() for held in pulled.held],
    }


def sync_record(synced: Synced) -> dict[str, Any]:
    """``memora.sync/v1``: the last pull and push of a sync, and how many rounds it took."""
    return {
        "schema": "memora.sync/v1",
        "rounds": synced.rounds,
        "pull": None if synced.pulled is None else pull_record(synced.pulled),
        "push": push_record(synced.pushed),
    }


def clone_record(cloned: Cloned) -> dict[str, Any]:
    """``memora.clone/v1``: the store that was made, where it is, what came, and what of that was held."""
    return {
        "schema": "memora.clone/v1",
        "path": cloned.path,
        "branch": cloned.branch,
        "commit": _hex(cloned.commit),
        "fetch": fetch_record(cloned.fetched),
        "held": [held.item.node.id.hex() for held in cloned.held],
    }


def _hex(target: ObjectId | None) -> str | None:
    return None if target is None else target.hex()
