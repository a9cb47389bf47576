"""A hook's own failures: a line each beside the store, for ``memora doctor``."""

from __future__ import annotations

from contextlib import suppress

from memora.errors import MemoraError
from memora.harnesses.event import HookEvent
from memora.model.secrets import mask
from memora.model.times import format_iso
from memora.storage.hook_failures import append_failure


def note_failure(store: str, harness: str, event: HookEvent, error: Exception, now: int) -> None:
    """Keep why a hook did nothing. Where even that cannot be written nothing is kept."""
    what = error.code if isinstance(error, MemoraError) else type(error).__name__
    with suppress(OSError, ValueError):
        append_failure(store, f"{format_iso(now)} {harness} {event.name}: {what}: {mask(str(error)[:400])}")
