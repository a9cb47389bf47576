"""Begin a session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from blake3 import blake3

from memora.model.names import clean_author
from memora.model.session_name import clean_session_id
from memora.model.times import DAY
from memora.model.vocabulary import DEFAULT_SOURCE, parse_source
from memora.operations.sessions.end import close_session, stand_aside
from memora.operations.sessions.find import tree_of_workspace
from memora.repository import Repository, Transaction
from memora.sessions.events import ABANDONED, clean_data
from memora.storage.session_log import Session

# So long after its last event a session is taken to have died, whoever has it.
SILENCE: Final = DAY
_ID_BYTES: Final = 8


class Started(NamedTuple):
    """A session that has begun, and those that had never been ended and were closed for it."""

    session: Session
    abandoned: tuple[Session, ...]


def start_session(
    repository: Repository,
    *,
    author: str,
    now: int,
    source: str = DEFAULT_SOURCE,
    session_id: str | None = None,
    owner: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Started:
    """Begin a session in the repository's workspace, under an id of its own if none is given.

    One owner has one active session in a workspace: an older one of the same ``owner`` (the source, unless given) was
    never ended, and is closed as abandoned; so is one of the same source where nothing happened for a day. ``data``
    stand in the first event. Raises BadInput, AlreadyExists for an id that is taken.
    """
    source = parse_source(source)
    owner = source if owner is None else clean_author(owner)
    said = {**clean_data(data or {}), "author": author}
    wanted = None if session_id is None else clean_session_id(session_id)
    with repository.transaction("session start", author=author, now=now) as transaction:
        workspace = transaction.workspace.name
        lost = [
            _abandon(repository, transaction, session, now)
            for session in _unended(repository, workspace, source, owner, now)
        ]
        found = wanted or _new_id(repository, workspace, source, author, now)
        session = repository.sessions.start(
            found, source, workspace, now, owner=owner, data=said, tree=transaction.tree
        )
        transaction.summary = f"{found}: closed {len(lost)} that were never ended"
        stand_aside(repository, transaction)
    return Started(session, tuple(lost))


def _unended(repository: Repository, workspace: str, source: str, owner: str, now: int) -> Iterator[Session]:
    for session in repository.sessions.active(workspace):
        is_silent = session.source == source and now - repository.sessions.last_at(session) > SILENCE
        if session.owner == owner or is_silent:
            yield session


def _abandon(repository: Repository, transaction: Transaction, session: Session, now: int) -> Session:
    """Close a session at the moment when it was last heard of."""
    at = repository.sessions.last_at(session)
    tree = tree_of_workspace(repository, session.workspace)
    return close_session(repository, transaction, session, ABANDONED, at, {"noticed_at": now}, tree).session


def _new_id(repository: Repository, workspace: str, source: str, author: str, now: int) -> str:
    """An id that no session has, made of all that tells this one from others."""
    log, counter = repository.sessions, 0
    while True:
        words = [workspace, source, author, str(now), repository.log.head().hash.hex(), str(counter)]
        found = blake3("\0".join(["memora1 session", *words]).encode()).hexdigest(_ID_BYTES)
        if log.find(found) is None:
            return found
        counter += 1
