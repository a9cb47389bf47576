"""What follows a remote, as people read it."""

from __future__ import annotations

from memora.cli.output import escape
from memora.operations.history.tracking import Tracked


def tracked_words(tracked: Tracked) -> str:
    """``2 ahead of origin/main, 1 behind``, ``level with origin/main`` or ``origin/main, of which …``."""
    name = escape(tracked.name)
    if tracked.distance is None:
        return f"{name}, of which no commit is known here"
    ahead, behind = tracked.distance
    if not ahead and not behind:
        return f"level with {name}"
    if not ahead:
        return f"{behind:,} behind {name}"
    return f"{ahead:,} ahead of {name}" + (f", {behind:,} behind" if behind else "")
