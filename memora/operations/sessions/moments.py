"""What memory was at an event of a session: ``session:ID@N`` as a tree, and as a commit."""

from __future__ import annotations

from memora.errors import NotFound
from memora.errors.history import NotCommitted
from memora.history.load import load_commit
from memora.history.revisions import SessionMoment, parse_revision
from memora.model.ids import OBJECT_ID_BYTES, CommitId, ObjectId, TreeId
from memora.operations.sessions.find import find_session
from memora.repository import Repository
from memora.storage.refs import parse_head
from memora.storage.session_event import Event
from memora.storage.session_log import Session


def tree_at(repository: Repository, moment: SessionMoment) -> TreeId:
    """The working tree after an event. Raises NotFound, Ambiguous."""
    _, event = _find(repository, moment)
    assert event.tree is not None
    return TreeId(ObjectId(event.tree))


def commit_at(repository: Repository, moment: SessionMoment) -> CommitId:
    """The commit that HEAD was on after an event. Raises NotCommitted where the working tree was not that commit's."""
    session, event = _find(repository, moment)
    commit = _head_at(repository, session, event)
    if commit is None or load_commit(repository.objects, commit).tree != event.tree:
        raise NotCommitted(_name(moment))
    return commit


def heads_at(repository: Repository, revision: str) -> list[CommitId]:
    """The commit that the working tree at ``session:ID@N`` was made from; none before the first."""
    moment = parse_revision(revision)
    assert isinstance(moment, SessionMoment)
    commit = _head_at(repository, *_find(repository, moment))
    return [] if commit is None else [commit]


def _find(repository: Repository, moment: SessionMoment) -> tuple[Session, Event]:
    session = find_session(repository, moment.session)
    event = repository.sessions.find_event(session, moment.event)
    if event is None or event.tree is None or len(event.tree) != OBJECT_ID_BYTES:
        raise NotFound("revision", _name(moment))
    return session, event


def _head_at(repository: Repository, session: Session, event: Event) -> CommitId | None:
    """The newest commit that the workspace's HEAD was put on until the event."""
    operation = _operation_until(repository, session, event)
    for done, move in repository.log.moves_of(f"workspace/{session.workspace}/head"):
        is_before = done.number <= operation if operation else done.at <= event.at
        if is_before and move.after is not None:
            return parse_head(move.after.decode()).commit
    return None


def _operation_until(repository: Repository, session: Session, event: Event) -> int:
    """The newest operation that the session tells of until an event; 0 for none."""
    for earlier in repository.sessions.newest_until(session, event.seq):
        number = earlier.data.get("operation")
        if type(number) is int:
            return number
    return 0


def _name(moment: SessionMoment) -> str:
    return f"session:{moment.session}@{moment.event}"
