"""The records of remotes."""

from __future__ import annotations

from typing import Any

from memora.operations.share.remotes import RemoteDetail
from memora.records.refs import upstream_fields
from memora.remotes.address import shown_address
from memora.remotes.compacting import Compacted
from memora.remotes.sweeping import Swept
from memora.storage.remotes import Remote


def remote_record(remote: Remote) -> dict[str, Any]:
    """``memora.remote/v1``. Passwords in the address are masked; ``generation`` is null until it was seen."""
    return {
        "schema": "memora.remote/v1",
        "name": remote.name,
        "address": shown_address(remote.address),
        "shared": remote.shared,
        "generation": remote.generation or None,
    }


def remote_detail_record(detail: RemoteDetail) -> dict[str, Any]:
    """``memora.remote/v1`` of ``remote show``, with ``tips`` and ``followed_by``."""
    return {
        **remote_record(detail.remote),
        "tips": [{"ref": ref, "target": target.hex()} for ref, target in sorted(detail.tips.items())],
        "followed_by": [
            {"branch": follower.branch, "upstream": upstream_fields(follower.tracked)} for follower in detail.followers
        ],
    }


def compacted_record(name: str, compacted: Compacted | None) -> dict[str, Any]:
    """``memora.compacted/v1``: the live packs before and after; ``has_packs`` is false for a store."""
    before, after = compacted or ((), ())
    return {
        "schema": "memora.compacted/v1",
        "remote": name,
        "has_packs": compacted is not None,
        "packs_before": len(before),
        "packs_after": len(after),
        "bytes_before": sum(pack.size_bytes for pack in before),
        "bytes_after": sum(pack.size_bytes for pack in after),
    }


def swept_record(name: str, swept: Swept | None, *, dry_run: bool) -> dict[str, Any]:
    """``memora.swept/v1``: what was thrown away at a remote, or would be."""
    found = swept or Swept(0, 0, 0, 0, 0, None)
    return {
        "schema": "memora.swept/v1",
        "remote": name,
        "has_packs": swept is not None,
        "unnamed": found.unnamed,
        "tombstones": found.tombstones,
        "objects": found.objects,
        "packs": found.packs,
        "bytes_before": found.size_before,
        "bytes_after": found.size_after,
        "dry_run": dry_run,
    }
