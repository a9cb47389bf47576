"""The log of events: what happened in each session, and what happened outside of all. It only grows.

Every session has a log of its own, counted from 1, and so has what happens outside of sessions. Each event's hash
covers the one before it, so a row that is changed, dropped or put in shows (SPEC.md, "Sessions and events").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from blake3 import blake3

from memora.errors import AlreadyExists, Ambiguous, Damaged, SessionEnded
from memora.model.clock import check_clock
from memora.storage.database import Database, Row

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Any, Final

    from memora.storage.session_event import Event, NewEvent

STARTED: Final = "session_started"
ENDED: Final = "session_ended"
RECALLED: Final = "recalled"
COMMITTED: Final = "commit_created"
EXPORTED: Final = "export_written"

# Events that are looked for by what they are, over all sessions. The index of the schema has these and no others.
LOOKED_FOR: Final = (COMMITTED, EXPORTED, RECALLED)
LOOKED_FOR_SQL: Final = f"event IN ({', '.join(repr(name) for name in LOOKED_FOR)})"

SHORTEST_PREFIX: Final = 4
_CANDIDATES: Final = 5
OUTSIDE: Final = 0  # the number of the log of what happens outside of sessions
_SESSION_COLUMNS: Final = "number, id, source, workspace, owner, started_at, ended_at, outcome"
_SHRINK_EVERY: Final = 5_000
_EVENT_COLUMNS: Final = "seq, at, event, data, tree"

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=repr).encode
_encode_data = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


class Session:
    """One run of an agent, or of a person. Without ``ended_at`` and ``outcome`` it is active.

    ``owner`` is who has it: one owner has one active session in a workspace.
    """

    # No named tuple: to make one runs Python's compiler, and a hook has no time for that.
    __slots__ = ("ended_at", "id", "number", "outcome", "owner", "source", "started_at", "workspace")

    def __init__(
        self,
        number: int,
        id: str,
        source: str,
        workspace: str,
        owner: str,
        started_at: int,
        ended_at: int | None = None,
        outcome: str | None = None,
    ) -> None:
        self.number, self.id, self.source, self.workspace, self.owner = number, id, source, workspace, owner
        self.started_at, self.ended_at, self.outcome = started_at, ended_at, outcome

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Session) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    def __hash__(self) -> int:
        return hash((self.number, self.id))

    def said(self) -> tuple[str, str, str, str, int, int | None, str | None]:
        """All but the number: id, source, workspace, owner, beginning, end and outcome."""
        return self.id, self.source, self.workspace, self.owner, self.started_at, self.ended_at, self.outcome

    def ended(self, at: int, outcome: str) -> Session:
        """The session when it is over."""
        return Session(self.number, self.id, self.source, self.workspace, self.owner, self.started_at, at, outcome)


class SessionLog:
    """The sessions of a store and their events. Writes need a transaction that somebody else has begun.

    ``named`` is the session that everything done through this log is counted to, if it is active.
    """

    def __init__(self, database: Database, named: str | None = None) -> None:
        self._database = database
        self.named = named

    def start(
        self,
        session_id: str,
        source: str,
        workspace: str,
        at: int,
        *,
        owner: str,
        data: Mapping[str, Any],
        tree: bytes,
    ) -> Session:
        """Make a session, whose first event says the same and ``data``. Raises AlreadyExists, in whatever case."""
        taken = self.find(session_id)
        if taken is not None:
            raise AlreadyExists("session", taken.id)
        self._database.execute(
            "INSERT INTO sessions(id, source, workspace, owner, started_at) VALUES(?, ?, ?, ?, ?)",
            (session_id, source, workspace, owner, check_clock(at)),
        )
        session = Session(self._database.last_row(), session_id, source, workspace, owner, at)
        said = {**data, "source": source, "workspace": workspace, "owner": owner}
        self.append(session, at, STARTED, said, tree)
        return session

    def append(self, session: Session | None, at: int, event: str, data: Mapping[str, Any], tree: bytes | None) -> int:
        """Add an event to a session, or for None to what happens outside of all; give its number there."""
        return self.append_many(session, [(at, event, data, tree)])

    def append_many(self, session: Session | None, events: Iterable[NewEvent]) -> int:
        """Add events in order and give the number of the last. ``session`` was read in this transaction.

        Raises SessionEnded, and Unavailable for a time that cannot be one.
        """
        number, name = (OUTSIDE, "") if session is None else (session.number, session.id)
        if session is not None and session.ended_at is not None:
            raise SessionEnded(session.id, session.outcome)
        seq, before = self.head(session)
        rows = []
        for at, event, data, tree in events:
            text = _encode_data(data)
            seq += 1
            before = chain_hash(before, name, seq, check_clock(at), event, text, tree)
            rows.append((number, seq, at, event, text, tree, before))
        self._database.execute_many(
            f"INSERT INTO events(session, {_EVENT_COLUMNS}, hash) VALUES(?, ?, ?, ?, ?, ?, ?)", rows
        )
        return seq

    def end(self, session: Session, at: int, outcome: str, data: Mapping[str, Any], tree: bytes | None) -> Session:
        """End a session, whose last event says so and ``data``. Raises SessionEnded."""
        self.append(session, at, ENDED, {**data, "outcome": outcome}, tree)
        self._database.execute(
            "UPDATE sessions SET ended_at = ?, outcome = ? WHERE number = ?", (at, outcome, session.number)
        )
        return session.ended(at, outcome)

    def restore(self, said: tuple[str, str, str, str, int, int, str], events: Iterable[Event]) -> None:
        """Add a session that has ended elsewhere, with its events, whose chain of hashes the caller has verified.

        ``said`` is its id, source, workspace, owner, beginning, end and outcome.
        """
        self._database.execute(
            "INSERT INTO sessions(id, source, workspace, owner, started_at, ended_at, outcome)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            said,
        )
        number = self._database.last_row()
        running = Session(number, *said[:5])
        self.append_many(running, ((event.at, event.event, event.data, event.tree) for event in events))

    def find(self, session_id: str) -> Session | None:
        """The session with an id, in whatever case; None where there is none."""
        row = self._database.one(f"SELECT {_SESSION_COLUMNS} FROM sessions WHERE id = ?", (session_id,))
        return None if row is None else _session(row)

    def find_prefix(self, prefix: str) -> Session | None:
        """The one session whose id begins so, from four characters on; else None. Raises Ambiguous."""
        if len(prefix) < SHORTEST_PREFIX:
            return None
        rows = self._database.all(
            f"SELECT {_SESSION_COLUMNS} FROM sessions WHERE substr(id, 1, ?) = ? COLLATE NOCASE"
            " ORDER BY number LIMIT ?",
            (len(prefix), prefix, _CANDIDATES + 1),
        )
        if len(rows) > 1:
            raise Ambiguous("session", prefix, tuple(str(row[1]) for row in rows[:_CANDIDATES]))
        return _session(rows[0]) if rows else None

    def find_active(self, workspace: str) -> Session | None:
        """The session that what is done in a workspace is counted to: the named one, else the one started last."""
        if self.named is not None:
            found = self.find(self.named)
            return found if found is not None and found.ended_at is None else None
        row = self._database.one(
            f"SELECT {_SESSION_COLUMNS} FROM sessions WHERE workspace = ? AND ended_at IS NULL"
            " ORDER BY number DESC LIMIT 1",
            (workspace,),
        )
        return None if row is None else _session(row)

    def find_latest(self, workspace: str) -> Session | None:
        """The session of a workspace that was started last, active or not; None where there was none."""
        row = self._database.one(
            f"SELECT {_SESSION_COLUMNS} FROM sessions WHERE workspace = ? ORDER BY number DESC LIMIT 1", (workspace,)
        )
        return None if row is None else _session(row)

    def active(self, workspace: str) -> list[Session]:
        """The active sessions of a workspace, in the order of starting."""
        rows = self._database.all(
            f"SELECT {_SESSION_COLUMNS} FROM sessions WHERE workspace = ? AND ended_at IS NULL ORDER BY number",
            (workspace,),
        )
        return [_session(row) for row in rows]

    def newest_first(self) -> Iterator[Session]:
        """All sessions, streaming."""
        for row in self._database.stream(f"SELECT {_SESSION_COLUMNS} FROM sessions ORDER BY number DESC"):
            yield _session(row)

    def head(self, session: Session | None) -> tuple[int, bytes]:
        """Number and hash of the last event of a session, or of what is outside of all; (0, b"") before the first."""
        row = self._database.one(
            "SELECT seq, hash FROM events WHERE session = ? ORDER BY seq DESC LIMIT 1", (_number(session),)
        )
        if row is None:
            return 0, b""
        if type(row[1]) is not bytes:
            raise Damaged(f"event {row[0]} has no hash")
        return row[0], row[1]

    def last_said(self, session: Session, event: str, text: str, among: int) -> int | None:
        """When an event of a type held a text, the last time among the last events; None for never."""
        row = self._database.one(
            "SELECT at FROM events WHERE session = ? AND seq > ? AND event = ? AND instr(data, ?)"
            " ORDER BY seq DESC LIMIT 1",
            (session.number, self.head(session)[0] - among, event, text),
        )
        return None if row is None else int(row[0])

    @staticmethod
    def encode(data: Mapping[str, Any]) -> str:
        """What an event says as it is stored."""
        return _encode_data(data)

    def last_at(self, session: Session) -> int:
        """When the last event of a session was."""
        row = self._database.one("SELECT at FROM events WHERE session = ? ORDER BY seq DESC LIMIT 1", (session.number,))
        return session.started_at if row is None else int(row[0])

    def events(
        self, session: Session | None, first: int = 1, last: int | None = None, types: Iterable[str] = ()
    ) -> Iterator[Event]:
        """Events of a session from one number to another, in order, streaming; of some types or of all.

        For None those outside of all sessions. Raises Damaged at one that cannot be read.
        """
        wanted = sorted(set(types))
        of_types = f" AND event IN ({', '.join('?' * len(wanted))})" if wanted else ""
        up_to = () if last is None else (last,)
        for row in self._database.stream(
            f"SELECT {_EVENT_COLUMNS} FROM events WHERE session = ? AND seq >= ?"
            f"{' AND seq <= ?' if up_to else ''}{of_types} ORDER BY seq",
            (_number(session), first, *up_to, *wanted),
        ):
            event = _read(None if session is None else session.id, row)
            if event is None:
                where = "outside of sessions" if session is None else f"of session {session.id}"
                raise Damaged(f"event {row[0]} {where} cannot be read")
            yield event
            if event.seq % _SHRINK_EVERY == 0:
                self._database.execute("PRAGMA shrink_memory")  # pages that are read once only, and never again

    def newest_until(self, session: Session, seq: int) -> Iterator[Event]:
        """The events of a session up to a number, the newest first, streaming, without those that are damaged."""
        for row in self._database.stream(
            f"SELECT {_EVENT_COLUMNS} FROM events WHERE session = ? AND seq <= ? ORDER BY seq DESC",
            (session.number, seq),
        ):
            event = _read(session.id, row)
            if event is not None:
                yield event

    def types_of(self, session: Session) -> Iterator[str]:
        """The type of each event of a session, in order, streaming."""
        for (event,) in self._database.stream(
            "SELECT event FROM events WHERE session = ? ORDER BY seq", (session.number,)
        ):
            yield event

    def find_event(self, session: Session, seq: int) -> Event | None:
        """One event of a session, or None. Raises Damaged."""
        return next(self.events(session, seq, seq), None)

    def of_type(self, *events: str, mentioning: str = "") -> Iterator[Event]:
        """Events of some of the types in ``LOOKED_FOR``, streaming, in the order of recording, over everything.

        Those that are damaged are left out. ``mentioning`` keeps the events whose data hold a text.
        """
        wanted = ", ".join("?" * len(events))
        for name, *row in self._database.stream(
            f"SELECT s.id, {_EVENT_COLUMNS} FROM events e LEFT JOIN sessions s ON s.number = e.session"
            f" WHERE {LOOKED_FOR_SQL} AND event IN ({wanted}) AND (? = '' OR instr(data, ?)) ORDER BY e.row",
            (*events, mentioning, mentioning),
        ):
            found = _read(name, tuple(row))
            if found is not None:
                yield found

    def count(self) -> int:
        """How many sessions there are."""
        row = self._database.one("SELECT count(*) FROM sessions")
        return int(row[0]) if row else 0

    def trees(self) -> Iterator[bytes]:
        """The working trees that events have seen, each once."""
        for (tree,) in self._database.stream("SELECT DISTINCT tree FROM events WHERE tree IS NOT NULL"):
            yield tree

    def raw_data(self) -> Iterator[str]:
        """What the events of all sessions say, as text, in no order."""
        for (text,) in self._database.stream("SELECT data FROM events WHERE session <> 0"):
            yield text


def chain_hash(before: Any, session: Any, seq: Any, at: Any, event: Any, text: Any, tree: Any) -> bytes:
    """BLAKE3-256 of the hash before and everything an event says (SPEC.md, "Sessions and events")."""
    said = _encode([session, seq, at, event, text, tree.hex() if type(tree) is bytes else tree])
    return blake3(b"memora1 event\0" + (before if type(before) is bytes else b"") + said.encode()).digest()


def _number(session: Session | None) -> int:
    return OUTSIDE if session is None else session.number


def _session(row: Row) -> Session:
    session = Session(*row)
    texts = {type(session.id), type(session.source), type(session.workspace), type(session.owner)}
    if texts != {str} or type(session.started_at) is not int:
        raise Damaged(f"session {session.number} cannot be read")
    if type(session.ended_at) not in (int, type(None)) or type(session.outcome) not in (str, type(None)):
        raise Damaged(f"session {session.number} cannot be read")
    return session


def _read(session: str | None, row: Row) -> Event | None:
    from memora.storage.session_event import Event

    seq, at, event, text, tree = row
    try:
        data = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or (type(seq), type(at), type(event)) != (int, int, str):
        return None
    return Event(session, seq, at, event, data, tree) if tree is None or type(tree) is bytes else None
