"""The event log: what it keeps, and that no change to what it kept goes unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memora.errors import Damaged
from memora.storage.database import Database
from memora.storage.events import Event, EventLog
from memora.storage.schema import create_schema


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(str(tmp_path / "events.db"), create=True)
    create_schema(database)
    yield database
    database.close()


@pytest.fixture
def events(database: Database) -> EventLog:
    events = EventLog(database)
    for number in range(4):
        events.append(100 + number, "recalled" if number % 2 else "voted", {"nodes": [f"é{number}"]})
    return events


def test_events_come_back_in_order(events: EventLog) -> None:
    assert list(events.oldest_first("recalled")) == [
        Event(2, 101, "recalled", {"nodes": ["é1"]}),
        Event(4, 103, "recalled", {"nodes": ["é3"]}),
    ]
    assert [event.number for event in events.oldest_first()] == [1, 2, 3, 4]
    assert list(events.verify()) == []


@pytest.mark.parametrize(
    "change, named",
    [
        ("UPDATE events SET at = at + 1 WHERE number = 2", [2]),
        ("UPDATE events SET type = 'recallee' WHERE number = 2", [2]),
        ("UPDATE events SET data = '{}' WHERE number = 4", [4]),
        ("UPDATE events SET data = x'ff' WHERE number = 1", [1]),
        ("UPDATE events SET hash = x'00' WHERE number = 3", [3, 4]),
        ("UPDATE events SET hash = 5 WHERE number = 3", [3, 4]),
        ("DELETE FROM events WHERE number = 2", [3]),
        ("DELETE FROM events WHERE number = 1", [2]),
        ("INSERT INTO events VALUES(5, 1, 'voted', '{}', x'00')", [5]),
    ],
)
def test_every_change_is_noticed(events: EventLog, database: Database, change: str, named: list[int]) -> None:
    database.execute(change)
    assert list(events.verify()) == named


def test_an_event_that_is_no_json_is_called_damage(events: EventLog, database: Database) -> None:
    database.execute("UPDATE events SET data = '{' WHERE number = 2")
    with pytest.raises(Damaged, match="event 2"):
        list(events.oldest_first())
