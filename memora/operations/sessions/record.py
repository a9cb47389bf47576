"""Record what happens: events that agents report, and those that memora notes itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from memora.operations.sessions.find import current_session, tree_of_workspace
from memora.repository import Repository
from memora.sessions.events import clean_agent_type, clean_data
from memora.storage.session_event import Event
from memora.storage.session_log import Session


class Reported(NamedTuple):
    """An event as an agent reports it; ``at`` is when, None for now."""

    event: str
    data: Mapping[str, Any]
    at: int | None = None


class Recorded(NamedTuple):
    """The session that events went to, and the numbers of the first and the last of them."""

    session: Session
    first: int
    last: int


def record(
    repository: Repository, event: str, data: Mapping[str, Any], *, now: int, session: str | None = None
) -> Event:
    """Add an event of an agent to a session: the one named, else the current one. Durable when it returns.

    It is no operation, so ``undo`` does not see it. Raises BadInput, NotFound, Ambiguous, NoActiveSession,
    SessionEnded; Busy, DiskFull, ReadOnly.
    """
    recorded = record_many(repository, [Reported(event, data)], now=now, session=session)
    found = repository.sessions.find_event(recorded.session, recorded.last)
    assert found is not None  # it was written a moment ago, and no event ever goes
    return found


def record_many(
    repository: Repository,
    events: Iterable[Reported],
    *,
    now: int,
    session: str | None = None,
    wait: bool = True,
) -> Recorded:
    """Add events of an agent to a session in one transaction, all or none. Raises as ``record``.

    Busy comes at once where it may not ``wait``.
    """
    cleaned = [(clean_agent_type(item.event), clean_data(item.data), item.at) for item in events]
    with repository.exclusive(wait=wait):
        found = current_session(repository, session)
        tree = tree_of_workspace(repository, found.workspace)
        last = repository.sessions.append_many(
            found, [(now if at is None else at, event, data, tree) for event, data, at in cleaned]
        )
        return Recorded(found, last - len(cleaned) + 1, last)


def record_event(repository: Repository, event: str, data: Mapping[str, Any], *, now: int) -> None:
    """Note something that memora did and that is no operation, such as ``export_written``.

    In the session that is active in the workspace, else outside of all. In a transaction of its own; Raises as
    ``Repository.exclusive``.
    """
    with repository.exclusive():
        note_event(repository, event, data, now=now)


def note_event(repository: Repository, event: str, data: Mapping[str, Any], *, now: int) -> None:
    """As ``record_event``, inside a transaction that somebody else has begun."""
    workspace = repository.workspace
    session = repository.sessions.find_active(workspace.name)
    tree = None if session is None else workspace.tree
    repository.sessions.append(session, now, event, clean_data(data, most_bytes=None), tree)
