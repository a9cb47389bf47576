"""How a note of a hook becomes events of a session: which session, and whether it was told before."""

from __future__ import annotations

import json

from memora.harnesses.event import RESULT
from memora.harnesses.notes import Note
from memora.storage.session_log import Session, SessionLog

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Any, Final

# The same words a second time within this are one event told twice: two settings files of a harness, or of two of
# them, name memora. (Microseconds.)
ECHO: Final = 3_000_000

# A second telling comes soon, so only the end of a session is searched for the first.
_LOOKED_AT: Final = 256
_LONGEST_OWNER: Final = 150
_LONGEST_COUNTER: Final = 8
_LARGEST_INTEGER: Final = 2**53 - 1


def owner_of(note: Note) -> str:
    """Who has the session of a note: the harness's own session, so that several run side by side."""
    if len(note.session) <= _LONGEST_OWNER:
        return f"{note.source}/{note.session}"
    return f"{note.source}/{_digest(note.session)}"


def find_open(log: SessionLog, note: Note, workspace: str) -> Session | None:
    """The session that a note belongs to, if it is open."""
    owner = owner_of(note)
    return next((session for session in log.active(workspace) if session.owner == owner), None)


def new_id(log: SessionLog, note: Note) -> str:
    """The id of a session that begins with a note: the harness's own, with a number where that has ended before."""
    from memora.errors import BadInput
    from memora.model.session_name import SESSION_ID_CHARACTERS, clean_session_id

    try:
        name = clean_session_id(note.session)
    except BadInput:
        name = _digest(note.session)
    if len(name) > SESSION_ID_CHARACTERS - _LONGEST_COUNTER:
        name = _digest(name)
    counter, found = 1, name
    while log.find(found) is not None:
        counter += 1
        found = f"{name}.{counter}"
    return found


def enter(log: SessionLog, session: Session, note: Note, at: int, tree: bytes) -> bool:
    """Append the events of a note to an open session; False for a note that was told before, and nothing happens."""
    events = [(name, _canonical(data)) for name, data in note.events]
    if not events:
        return False
    if is_told(log, session, note.id, *events[-1], at):
        return False
    if note.kind == RESULT and is_told(log, session, note.id, *events[0], at):
        del events[0]  # the call was told when it began
    log.append_many(session, [(at, name, data, tree) for name, data in events])
    return True


def is_told(log: SessionLog, session: Session, identity: str | None, name: str, data: dict[str, Any], at: int) -> bool:
    """Whether a session has an event already: by the harness's name for it, else by the same words just now."""
    if identity is not None:
        part = f'"id":{json.dumps(identity, ensure_ascii=False)}'
        return log.last_said(session, name, part, _LOOKED_AT) is not None
    said_at = log.last_said(session, name, log.encode(data), _LOOKED_AT)
    return said_at is not None and abs(at - said_at) <= ECHO


def _canonical(data: dict[str, Any]) -> dict[str, Any]:
    """What an event says in the form in which it is kept. What is that already is not looked at twice."""
    if _is_plain(data):
        return data
    from memora.sessions.events import clean_data

    return clean_data(data)


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return value.isascii()
    if isinstance(value, dict):
        return all(map(str.isascii, value)) and all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= _LARGEST_INTEGER)


def _digest(name: str) -> str:
    from blake3 import blake3

    return blake3(name.encode("utf-8", "replace")).hexdigest(16)
