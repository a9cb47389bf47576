"""From what a harness writes to a hook to what it gets to read, whatever goes wrong between."""

from __future__ import annotations

import os
from collections.abc import Mapping

from memora.errors.store import NoStore, UnsafeStore
from memora.harnesses.answering import format_answer, takes_context
from memora.harnesses.event import HookEvent
from memora.harnesses.names import SOURCES, recognise
from memora.harnesses.reading import read_event
from memora.operations.agents.hear import hear
from memora.operations.agents.surroundings import Surroundings
from memora.storage import place

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Any, Final

OFF: Final = "MEMORA_HOOKS"


def answer(raw: bytes, registered: str, named: str, *, environment: Mapping[str, str], directory: str, now: int) -> str:
    """What to write to standard output for what came on standard input. Never raises, but under MEMORA_DEBUG.

    ``registered`` is the harness whose settings name the hook, ``named`` the event in them, if any. What went wrong is
    kept beside the store, for ``doctor``.
    """
    payload = _parse(raw)
    harness = recognise(registered, environment, payload)
    event = read_event(payload, named)
    context = ""
    if event is not None and environment.get(OFF) != "0":
        context = _call(event, harness, registered, environment, directory, now)
    return format_answer(harness, registered, event, context)


def _parse(raw: bytes) -> Mapping[str, Any]:
    import json

    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def _call(
    event: HookEvent, harness: str, registered: str, environment: Mapping[str, str], directory: str, now: int
) -> str:
    store = ""
    try:
        store = _find_store(event, environment, directory)
        around = Surroundings(store, environment)
        return _hear(store, event, harness, takes_context(harness, registered, event), around, now)
    except NoStore:
        return ""
    except Exception as error:  # an agent must not stumble over its memory
        if environment.get("MEMORA_DEBUG"):
            raise
        if store and not isinstance(error, UnsafeStore):
            from memora.operations.agents.failures import note_failure

            note_failure(store, harness, event, error, now)
        return ""


def _find_store(event: HookEvent, environment: Mapping[str, str], directory: str) -> str:
    """The ``.memora`` folder of the project that an agent works in. Raises NoStore."""
    start = os.path.join(directory, event.directory or "")
    named = environment.get("MEMORA_DIR")
    if named:
        return os.path.abspath(os.path.join(directory, named))
    ceilings = environment.get("MEMORA_CEILING_DIRECTORIES", "")
    return place.find_store(start, [path for path in ceilings.split(os.pathsep) if path])


def _hear(store: str, event: HookEvent, harness: str, answers: bool, around: Surroundings, now: int) -> str:
    trusted: list[str] = []
    while True:
        try:
            return hear(
                store,
                event,
                source=SOURCES[harness],
                answers=answers,
                workspace=around.workspace(),
                author=around.author,
                now=now,
                commits=around.commits,
                recalls=around.recalls,
                trusted=trusted,
            )
        except UnsafeStore:  # one that belongs to somebody else, whom the user perhaps trusts
            if trusted:
                raise
            trusted = around.trusted()
            if not trusted:
                raise
