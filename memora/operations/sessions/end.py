"""End a session, and seal it into an object that cannot change any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from memora.model.ids import SessionId
from memora.operations.sessions.find import current_session, tree_of_workspace
from memora.repository import Repository, Transaction
from memora.sessions.events import COMPLETED, clean_data, clean_outcome
from memora.sessions.sealing import seal
from memora.storage.refs import SESSIONS
from memora.storage.session_log import Session


class Ended(NamedTuple):
    """A session that has ended, how many events it has, and the object it was sealed into."""

    session: Session
    events: int
    sealed: SessionId


def end_session(
    repository: Repository,
    *,
    author: str,
    now: int,
    session: str | None = None,
    outcome: str = COMPLETED,
    data: Mapping[str, Any] | None = None,
) -> Ended:
    """End a session: the one named, else the current one. ``data`` stand in its last event.

    Nothing can be added to it then, and ``undo`` does not bring it back: what happened, happened. Raises NotFound,
    Ambiguous, NoActiveSession, SessionEnded, BadInput.
    """
    outcome = clean_outcome(outcome)
    said = clean_data(data or {})
    workspace = repository.workspace.name  # a transaction would make one that is not there
    with repository.transaction("session end", author=author, now=now) as transaction:
        found = current_session(repository, session)
        tree = transaction.tree if found.workspace == workspace else tree_of_workspace(repository, found.workspace)
        ended = close_session(repository, transaction, found, outcome, now, said, tree)
        transaction.summary = f"{found.id}: {ended.events} events"
        stand_aside(repository, transaction)
    return ended


def close_session(
    repository: Repository,
    transaction: Transaction,
    session: Session,
    outcome: str,
    at: int,
    data: Mapping[str, Any],
    tree: bytes | None,
) -> Ended:
    """End a session inside a transaction and seal it. Raises SessionEnded."""
    log = repository.sessions
    ended = log.end(session, at, outcome, data, tree)
    count, last_hash = log.head(ended)
    sealed = seal(repository.objects, ended, log.events(ended), last_hash)
    transaction.move_ref(SESSIONS + ended.id, repository.refs.find(SESSIONS + ended.id), sealed)
    return Ended(ended, count, sealed)


def stand_aside(repository: Repository, transaction: Transaction) -> None:
    """Let the operation pass unseen by ``undo`` and ``redo``: they go on from where the one before stood."""
    last = repository.log.last_of(transaction.workspace.name)
    position = last.position if last else 0
    transaction.stand_on(position, position, last.redoable if last else ())
