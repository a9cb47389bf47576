"""The sessions of a store, and what one of them holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from memora.model.ids import ObjectId
from memora.operations.sessions.find import latest_session
from memora.repository import Repository
from memora.storage.refs import SESSIONS
from memora.storage.session_event import Event
from memora.storage.session_log import Session


class SessionEntry(NamedTuple):
    """A session, how many events it has, when the last one was, and the object it was sealed into when it ended."""

    session: Session
    events: int
    last_at: int
    sealed: ObjectId | None

    @property
    def length(self) -> int:
        """How long it ran, or has run until its last event, in microseconds."""
        return max(self.last_at - self.session.started_at, 0)


class SessionDetail(NamedTuple):
    """A session and how many events of each type it has, by the names of the types."""

    entry: SessionEntry
    types: dict[str, int]


def list_sessions(repository: Repository, *, active: bool = False, limit: int | None = None) -> Iterator[SessionEntry]:
    """The sessions of the store, or those that are active, the newest first, streaming."""
    with repository.snapshot():
        found = (item for item in repository.sessions.newest_first() if not active or item.ended_at is None)
        for session in islice(found, limit):
            yield describe_session(repository, session)


def show_session(repository: Repository, name: str | None = None) -> SessionDetail:
    """A session with what it holds: the one named, else the current one, else the last one of the workspace.

    Raises NotFound, Ambiguous, NoActiveSession, NoWorkspace.
    """
    with repository.snapshot():
        session = latest_session(repository, name)
        counts = Counter(repository.sessions.types_of(session))
        return SessionDetail(describe_session(repository, session), dict(sorted(counts.items())))


def session_events(
    repository: Repository,
    name: str | None = None,
    *,
    first: int = 1,
    last: int | None = None,
    types: tuple[str, ...] = (),
) -> Iterator[Event]:
    """The events of a session in order, streaming. Raises as ``show_session``, at the first event, and Damaged."""
    with repository.snapshot():
        yield from repository.sessions.events(latest_session(repository, name), first, last, types)


def describe_session(repository: Repository, session: Session) -> SessionEntry:
    """A session with its figures."""
    log = repository.sessions
    sealed = repository.refs.find(SESSIONS + session.id)
    return SessionEntry(session, log.head(session)[0], session.ended_at or log.last_at(session), sealed)
