"""The record of what became of a hook of git."""

from __future__ import annotations

from typing import Any

from memora.operations.start.git_hooks import HookChange


def hook_record(change: HookChange) -> dict[str, Any]:
    """``memora.git-hook/v1``: the hook, its file, what became of it, and whether another one is chained or back."""
    return {"schema": "memora.git-hook/v1", **change._asdict()}
