"""Make a session of the transcript that an agent wrote of its run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, Final, Literal, NamedTuple

from memora.errors import BadInput
from memora.harnesses.event import RESULT, START
from memora.harnesses.names import SOURCES
from memora.harnesses.notes import Note, take_note
from memora.harnesses.transcripts import Transcript
from memora.operations.agents.entering import find_open, new_id, owner_of
from memora.operations.sessions.end import close_session, stand_aside
from memora.repository import Repository
from memora.sessions.events import COMPLETED, clean_data
from memora.storage.session_event import NewEvent
from memora.storage.session_log import Session, SessionLog

Outcome = Literal["imported", "continued", "known", "active", "empty"]

# An event of a transcript: its time where it says one, its type and what it says.
Found = tuple[int | None, str, dict[str, Any]]

_AT_ONCE: Final = 1_000


class Imported(NamedTuple):
    """What became of a transcript: the session with its events, and how many events and unreadable lines there were.

    ``known``: everything in it was there. ``continued``: a session of its own holds what came after that.
    ``active``: the run goes on and is recorded as it goes. ``session`` is None for a transcript with nothing in it.
    """

    outcome: Outcome
    session: Session | None
    events: int
    passed_over: int


def import_transcript(
    repository: Repository, lines: Iterable[bytes], *, author: str, now: int, file: str | None = None
) -> Imported:
    """Make a sealed session of a transcript of Claude Code or Codex, given line by line; ``file`` is where it is from.

    Calling it again adds nothing but what was written since. All or nothing, in one transaction; memory does not grow
    with the transcript. Raises BadInput for what is no transcript.
    """
    transcript = Transcript()
    stream = _read(transcript, lines)
    first = next(stream, None)
    if transcript.session is None or transcript.harness is None:
        raise BadInput("transcript", "is none of Claude Code or Codex: no line says which session it is of")
    source = SOURCES[transcript.harness]
    head = Note(START, source, transcript.session, None, (), {})
    with repository.transaction("session import", author=author, now=now) as transaction:
        log = repository.sessions
        workspace = transaction.workspace.name
        active = find_open(log, head, workspace)
        if active is not None:
            return Imported("active", active, 0, 0)
        last = _last_of(log, head)
        newer = _newer(stream, first, _last_at(log, last), now)
        begin = next(newer, None)
        if begin is None:
            return Imported("empty" if last is None else "known", last, 0, transcript.passed_over)
        said = clean_data({"imported": file or True, "author": author, "directory": transcript.directory})
        session = log.start(
            new_id(log, head), source, workspace, begin[0], owner=owner_of(head), data=said, tree=transaction.tree
        )
        count, end = 1, begin[0]
        log.append_many(session, [(*begin[:3], transaction.tree)])
        while batch := list(islice(newer, _AT_ONCE)):
            log.append_many(session, [(*event[:3], transaction.tree) for event in batch])
            count, end = count + len(batch), max(end, batch[-1][0])
        ended = close_session(repository, transaction, session, COMPLETED, end, {}, transaction.tree)
        transaction.summary = f"{session.id}: {count} events"
        stand_aside(repository, transaction)
    outcome: Outcome = "imported" if last is None else "continued"
    return Imported(outcome, ended.session, count, transcript.passed_over)


def _read(transcript: Transcript, lines: Iterable[bytes]) -> Iterator[Found]:
    """The events of a transcript as a session keeps them, with their times."""
    for line in lines:
        for at, event in transcript.read(line):
            source = SOURCES[transcript.harness or ""] if transcript.harness else ""
            events = take_note(event, source).events
            # The call stands in a line of its own before its result.
            for name, data in events[-1:] if event.kind == RESULT else events:
                yield at, name, data


def _newer(stream: Iterator[Found], first: Found | None, after: int | None, now: int) -> Iterator[NewEvent]:
    """The events later than a moment. One without a time has that of the one before; none lies in the future."""
    before: int | None = None
    for at, name, data in stream if first is None else chain([first], stream):
        before = min(now, at if at is not None else (before if before is not None else now))
        if after is None or before > after:
            yield before, name, clean_data(data), None


def _last_of(log: SessionLog, head: Note) -> Session | None:
    """The newest session of a run that was recorded or imported before; None for none."""
    found = None
    counter, owner = 1, owner_of(head)
    while (session := log.find(head.session if counter == 1 else f"{head.session}.{counter}")) is not None:
        found = session if session.owner == owner else found
        counter += 1
    return found


def _last_at(log: SessionLog, session: Session | None) -> int | None:
    return None if session is None else log.last_at(session)
