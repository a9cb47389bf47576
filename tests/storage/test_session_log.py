"""The log of events: what it keeps, and that no change to what it kept goes unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memora.errors import AlreadyExists, Ambiguous, Damaged, SessionEnded, Unavailable
from memora.storage.database import Database
from memora.storage.schema import create_schema
from memora.storage.session_check import broken_links, misdescribed
from memora.storage.session_event import Event
from memora.storage.session_log import Session, SessionLog

TREE = bytes(range(32))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(str(tmp_path / "events.db"), create=True)
    create_schema(database)
    yield database
    database.close()


@pytest.fixture
def log(database: Database) -> SessionLog:
    return SessionLog(database)


def begin(log: SessionLog, session_id: str, *, owner: str = "ada", workspace: str = "default") -> Session:
    return log.start(session_id, "manual", workspace, 100, owner=owner, data={"author": "ada"}, tree=TREE)


@pytest.fixture
def session(log: SessionLog) -> Session:
    """The session ``one`` with four events, beside another and what happened outside."""
    session = begin(log, "one")
    log.append(None, 90, "recalled", {"nodes": {}}, None)
    other = begin(log, "two")
    recalled = (101, "recalled", {"nodes": {}}, TREE)
    log.append_many(session, [(101, "note", {"text": "é"}, TREE), recalled])
    log.append(other, 102, "note", {}, TREE)
    log.append(session, 103, "note", {"text": "last"}, None)
    return session


def test_each_session_counts_its_own_events(log: SessionLog, session: Session) -> None:
    events = list(log.events(session))
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert events[1] == Event("one", 2, 101, "note", {"text": "é"}, TREE)
    assert events[0].data == {"author": "ada", "source": "manual", "workspace": "default", "owner": "ada"}
    assert [event.seq for event in log.events(log.find("two"))] == [1, 2]
    assert list(log.events(None)) == [Event(None, 1, 90, "recalled", {"nodes": {}}, None)]


def test_events_by_number_and_type(log: SessionLog, session: Session) -> None:
    assert [event.seq for event in log.events(session, 2, 3)] == [2, 3]
    assert [event.seq for event in log.events(session, types=["note"])] == [2, 4]
    assert [(event.session, event.seq) for event in log.of_type("recalled")] == [(None, 1), ("one", 3)]
    assert list(log.of_type("recalled", mentioning="no such text")) == []
    assert log.find_event(session, 5) is None


def test_a_session_is_found_by_id_in_any_case_and_by_prefix(log: SessionLog) -> None:
    begin(log, "abcd-1")
    begin(log, "abcd-2")
    found = log.find("ABCD-1")
    assert found is not None and found.id == "abcd-1"
    assert log.find_prefix("abcd-2") == log.find("abcd-2")
    assert log.find_prefix("abc") is None
    assert log.find_prefix("abc%") is None
    with pytest.raises(Ambiguous):
        log.find_prefix("ABCD")
    with pytest.raises(AlreadyExists, match="abcd-1"):
        begin(log, "ABCD-1")


def test_the_active_session_is_the_named_one_else_the_newest_of_the_workspace(
    database: Database, log: SessionLog
) -> None:
    assert log.find_active("default") is None
    first = begin(log, "first")
    second = begin(log, "second", owner="bob")
    begin(log, "elsewhere", workspace="other")
    assert log.find_active("default") == second
    assert log.active("default") == [first, second]
    assert SessionLog(database, "first").find_active("default") == first
    assert SessionLog(database, "unknown").find_active("default") is None
    log.end(second, 200, "completed", {}, TREE)
    assert log.find_active("default") == first
    assert SessionLog(database, "second").find_active("default") is None


def test_what_has_ended_takes_nothing_more(log: SessionLog, session: Session) -> None:
    ended = log.end(session, 300, "failed", {"why": "tests"}, TREE)
    assert ended == log.find("one")
    assert (ended.ended_at, ended.outcome) == (300, "failed")
    last = log.find_event(ended, 5)
    assert last is not None and last.data == {"why": "tests", "outcome": "failed"}
    for attempt in (
        lambda: log.append(ended, 301, "note", {}, TREE),
        lambda: log.end(ended, 301, "completed", {}, TREE),
    ):
        with pytest.raises(SessionEnded, match="failed"):
            attempt()
    assert log.head(ended)[0] == 5


def test_a_time_that_cannot_be_one_is_refused(log: SessionLog, session: Session) -> None:
    with pytest.raises(Unavailable):
        log.append(session, 2**60, "note", {}, TREE)
    assert log.head(session)[0] == 4


@pytest.mark.parametrize(
    "change, named",
    [
        ("UPDATE events SET at = at + 1 WHERE session = 1 AND seq = 2", [("one", 2)]),
        ("UPDATE events SET event = 'notes' WHERE session = 1 AND seq = 2", [("one", 2)]),
        ("UPDATE events SET data = '{}' WHERE session = 1 AND seq = 4", [("one", 4)]),
        ("UPDATE events SET data = x'ff' WHERE session = 0", [(None, 1)]),
        ("UPDATE events SET tree = NULL WHERE session = 1 AND seq = 3", [("one", 3)]),
        ("UPDATE events SET hash = x'00' WHERE session = 1 AND seq = 3", [("one", 3), ("one", 4)]),
        ("UPDATE events SET hash = 5 WHERE session = 1 AND seq = 3", [("one", 3), ("one", 4)]),
        ("DELETE FROM events WHERE session = 1 AND seq = 2", [("one", 3)]),
        ("UPDATE events SET session = 2, seq = 3 WHERE session = 1 AND seq = 4", [("two", 3)]),
        ("UPDATE sessions SET id = 'three' WHERE id = 'two'", [("three", 1), ("three", 2)]),
        ("DELETE FROM sessions WHERE id = 'two'", [(None, 1), (None, 2)]),
        ("INSERT INTO events VALUES(99, 1, 5, 1, 'note', '{}', NULL, x'00')", [("one", 5)]),
    ],
)
def test_every_change_is_noticed(
    log: SessionLog, session: Session, database: Database, change: str, named: list[tuple[str | None, int]]
) -> None:
    assert list(broken_links(database)) == []
    database.execute(change)
    assert list(broken_links(database)) == named


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sessions SET source = 'cursor' WHERE id = 'one'",
        "UPDATE sessions SET workspace = 'other' WHERE id = 'one'",
        "UPDATE sessions SET owner = 'eve' WHERE id = 'one'",
        "UPDATE sessions SET started_at = 5 WHERE id = 'one'",
        "UPDATE sessions SET outcome = 'failed' WHERE id = 'one'",
        "UPDATE sessions SET ended_at = 103, outcome = 'failed' WHERE id = 'one'",
        "UPDATE sessions SET ended_at = 'x' WHERE id = 'one'",
        "DELETE FROM events WHERE session = 1",
    ],
)
def test_a_session_is_what_its_events_say(log: SessionLog, session: Session, database: Database, change: str) -> None:
    log.end(begin(log, "three"), 300, "completed", {}, TREE)
    assert list(misdescribed(database)) == []
    database.execute(change)
    assert list(misdescribed(database)) == ["one"]


def test_the_end_of_a_session_that_ended_cannot_go(log: SessionLog, session: Session, database: Database) -> None:
    log.end(session, 300, "completed", {}, TREE)
    database.execute("DELETE FROM events WHERE session = 1 AND seq = 5")
    assert list(broken_links(database)) == []
    assert list(misdescribed(database)) == ["one"]


def test_an_event_that_is_no_json_is_called_damage(log: SessionLog, session: Session, database: Database) -> None:
    database.execute("UPDATE events SET data = '{' WHERE session = 1 AND seq = 2")
    with pytest.raises(Damaged, match="event 2 of session one"):
        list(log.events(session))
    assert [event.seq for event in log.of_type("recalled")] == [1, 3]
