"""Take in what a hook tells, and give what its agent should know."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from contextlib import suppress

from memora.errors.store import Busy, NewerFormat, NoStore, NoWorkspace, ReadOnly, UnsafeStore
from memora.harnesses.event import END, PROMPT, RESULT, START, HookEvent
from memora.harnesses.notes import Note, take_note
from memora.operations.agents.entering import enter, find_open
from memora.storage.lean_log import write_sessions
from memora.storage.place import SPOOL

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Final

# An agent waits for its hook: a store that is busy for longer gets the event later.
PATIENCE_SECONDS: Final = 1.0


def hear(
    store: str,
    event: HookEvent,
    *,
    source: str,
    answers: bool,
    workspace: str,
    author: Callable[[], str],
    now: int,
    commits: Callable[[], bool],
    recalls: Callable[[], bool],
    trusted: Collection[str] = (),
) -> str:
    """Take in an event of an agent's run, and give what the agent should know at it; "" for nothing.

    ``store`` is the path of the ``.memora`` folder, ``answers`` whether the harness hands on a context at this event.
    ``recalls`` says whether prompts are answered, ``commits`` whether the end of a session is committed; they and
    ``author`` are asked when it matters. An event that was told before has no effect and no answer. Of a store that
    is busy for more than a second the event waits beside it, for the next call. Raises NoStore, UnsafeStore,
    NewerFormat, Damaged, and Unavailable where the event could not be kept.
    """
    note = take_note(event, source)
    if not note.events and note.kind not in (START, END):
        return ""
    try:
        asks = answers and _asks(event, recalls)
        is_plain = not asks and note.kind not in (START, END) and not _has_waiting(store)
        if is_plain and _append(store, note, workspace, now, trusted):
            return ""
        from memora.operations.agents.attend import attend

        return attend(
            store,
            note,
            event if asks else None,
            workspace=workspace,
            author=author(),
            now=now,
            commits=commits,
            trusted=trusted,
        )
    except Busy:
        _keep(store, note, now)
        return ""
    except (NoStore, UnsafeStore, NewerFormat, ReadOnly):
        raise
    except Exception:  # what went wrong may be the answer, the settings, a defect: the event is kept all the same
        with suppress(OSError):
            _keep(store, note, now)
        raise


def _has_waiting(store: str) -> bool:
    """Whether events wait beside the store. There is no folder for them as long as none ever had to."""
    if not os.path.isdir(os.path.join(store, SPOOL)):
        return False
    from memora.storage import spool

    return spool.count(store) > 0


def _keep(store: str, note: Note, now: int) -> None:
    """Let an event wait beside the store."""
    from memora.storage import spool

    spool.put(store, now, note.as_json())


def _asks(event: HookEvent, recalls: Callable[[], bool]) -> bool:
    """Whether there may be something to tell at an event."""
    if event.kind == PROMPT:
        return event.text is not None and recalls()
    return event.kind == START or (event.kind == RESULT and event.error is not None)


def _append(store: str, note: Note, workspace: str, now: int, trusted: Collection[str]) -> bool:
    """Append to the open session with as little as possible loaded; False where there is none."""
    try:
        with write_sessions(store, patience_seconds=PATIENCE_SECONDS, trusted=trusted) as log:
            session = find_open(log.sessions, note, workspace)
            if session is not None:
                enter(log.sessions, session, note, now, log.tree_of(workspace))
            return session is not None
    except NoWorkspace:
        return False
