"""The records of remotes."""

from __future__ import annotations

from typing import Any

from memora.operations.share.remotes import RemoteDetail
from memora.records.refs import upstream_fields
from memora.remotes.address import shown_address
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
