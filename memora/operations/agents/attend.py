"""The long way of a hook: sessions that begin and end, events that had to wait, and what an agent should know."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from memora.errors import AlreadyExists, SessionEnded, Unavailable
from memora.harnesses.event import END, START, HookEvent
from memora.harnesses.notes import Note, read_note
from memora.operations.agents.entering import ECHO, enter, find_open, is_told, new_id, owner_of
from memora.operations.agents.telling import Told, tell_of
from memora.operations.look.receipts import record_recall
from memora.operations.sessions.end import end_session
from memora.operations.sessions.start import start_session
from memora.repository import Repository
from memora.sessions.events import clean_data
from memora.storage import spool
from memora.storage.session_log import Session

RESUMED: Final = "x_session_resumed"

_PATIENCE_SECONDS: Final = 1.0
_OUTCOMES: Final = {"error": "failed", "failed": "failed", "aborted": "cancelled", "cancelled": "cancelled"}


def attend(
    store: str,
    note: Note,
    event: HookEvent | None,
    *,
    workspace: str,
    author: str,
    now: int,
    commits: Callable[[], bool],
    trusted: Collection[str] = (),
) -> str:
    """Take in what waits and then a note; give what to know at its ``event``, where one is to be answered.

    Raises as ``hear``, and Busy; what was taken in before that stays.
    """
    with Repository.open(store, workspace=workspace, trusted=trusted, patience_seconds=_PATIENCE_SECONDS) as repository:
        clerk = _Clerk(repository, workspace, author, commits)
        for path, data in spool.waiting(store):
            try:
                clerk.take(read_note(data), data["at"])
                spool.remove(path)
            except Unavailable:
                raise
            except Exception:  # nothing that waits may keep all that comes behind it from being taken in
                spool.set_aside(path)
        session = clerk.take(note, now)
        if event is None or session is None:
            return ""
        repository.sessions.named = session.id
        told = tell_of(repository, session, event, now)
        return told.text if _record(repository, told, event, author, now) else ""


class _Clerk:
    """Takes notes into the sessions of a workspace."""

    def __init__(self, repository: Repository, workspace: str, author: str, commits: Callable[[], bool]) -> None:
        self._repository = repository
        self._workspace = workspace
        self._author = author
        self._commits = commits

    def take(self, note: Note, at: int) -> Session | None:
        """Take a note in; gives its session, None where that was done before or there is none to end."""
        session = find_open(self._repository.sessions, note, self._workspace)
        if note.kind == END:
            return None if session is None else self._end(session, note, at)
        if session is None:
            session = self._start(note, at)
            if note.kind == START or session is None:
                return session
        elif note.kind == START:
            return self._resume(session, note, at)
        return self._enter(session, note, at)

    def _start(self, note: Note, at: int) -> Session | None:
        """Begin the session of a note; None where another process has done it meanwhile for the same start."""
        log = self._repository.sessions
        said = note.said if note.kind == START else {**note.said, "reason": "joined"}
        try:
            return start_session(
                self._repository,
                author=self._author,
                now=at,
                source=note.source,
                session_id=new_id(log, note),
                owner=owner_of(note),
                data=said,
            ).session
        except AlreadyExists:
            return None if note.kind == START else find_open(log, note, self._workspace)

    def _resume(self, session: Session, note: Note, at: int) -> Session | None:
        """Note that a session goes on, such as after its context was made smaller; None for its start told twice."""
        data = clean_data(note.said)
        with self._repository.exclusive():
            log = self._repository.sessions
            if abs(at - session.started_at) <= ECHO or is_told(log, session, None, RESUMED, data, at):
                return None
            log.append(session, at, RESUMED, data, self._repository.workspace.tree)
        return session

    def _enter(self, session: Session, note: Note, at: int) -> Session | None:
        with self._repository.exclusive():
            entered = enter(self._repository.sessions, session, note, at, self._repository.workspace.tree)
        return session if entered else None

    def _end(self, session: Session, note: Note, at: int) -> Session | None:
        self._repository.sessions.named = session.id
        if self._commits():
            self._commit(session, at)
        outcome = _OUTCOMES.get(str(note.said.get("reason")).lower(), "completed")
        try:
            end_session(
                self._repository, author=self._author, now=at, session=session.id, outcome=outcome, data=note.said
            )
        except SessionEnded:
            return None
        return session

    def _commit(self, session: Session, at: int) -> None:
        """Commit what the session left uncommitted; what stands in the way of that does not keep it from ending."""
        from memora.errors import MemoraError
        from memora.operations.history.commit import commit

        try:
            commit(self._repository, message=f"Session {session.id} of {session.source}", author=self._author, now=at)
        except MemoraError as error:
            with self._repository.exclusive():
                data = clean_data({"message": f"the session could not be committed: {error}"})
                self._repository.sessions.append(session, at, "error", data, self._repository.workspace.tree)


def _record(repository: Repository, told: Told, event: HookEvent, author: str, now: int) -> bool:
    """Note who is told what, and whether that could be noted: nobody is told what nobody can be asked about later."""
    nodes = {memory.item.node.id: memory.item.version for memory in told.memories}
    asked: dict[str, Any] = {"via": "hook", "event": event.kind, **told.question}
    return not nodes or record_recall(repository, nodes, author=author, now=now, asked=asked)
