"""Whether the log of events is what was written: each chain of hashes, and each session against its own events."""

from __future__ import annotations

from collections.abc import Iterator

from memora.errors import Damaged
from memora.storage.database import Database
from memora.storage.session_log import ENDED, OUTSIDE, STARTED, Session, SessionLog, chain_hash


def broken_links(database: Database) -> Iterator[tuple[str | None, int]]:
    """Session (None for none) and number of the events whose hash does not follow from the one before."""
    session, last, before = None, 0, b""
    for number, name, seq, at, event, text, tree, found in database.stream(
        "SELECT e.session, s.id, e.seq, e.at, e.event, e.data, e.tree, e.hash FROM events e"
        " LEFT JOIN sessions s ON s.number = e.session ORDER BY e.session, e.seq"
    ):
        if number != session:
            session, last, before = number, 0, b""
        known = "" if number == OUTSIDE else name
        if known is None or seq != last + 1 or found != chain_hash(before, known, seq, at, event, text, tree):
            yield name, seq
        last, before = seq, found


def misdescribed(database: Database) -> Iterator[str]:
    """Sessions that are not what their first event says, and their last where they have ended; and those unreadable."""
    log = SessionLog(database)
    for number, name in database.all("SELECT number, id FROM sessions ORDER BY number"):
        try:
            session = log.find(name)
            if session is None or session.number != number or not _is_described(log, session):
                yield str(name)
        except (Damaged, TypeError, ValueError):
            yield str(name)


def _is_described(log: SessionLog, session: Session) -> bool:
    first = log.find_event(session, 1)
    last = log.find_event(session, log.head(session)[0])
    if first is None or last is None or first.event != STARTED:
        return False
    said = (first.data.get("source"), first.data.get("workspace"), first.data.get("owner"), first.at)
    if said != (session.source, session.workspace, session.owner, session.started_at):
        return False
    if session.ended_at is None:
        return last.event != ENDED and session.outcome is None
    return (last.event, last.at, last.data.get("outcome")) == (ENDED, session.ended_at, session.outcome)
