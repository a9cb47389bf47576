"""The event log: what happened that changes no memory, such as handing one out. It only grows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from memora.storage.database import Database


class Event(NamedTuple):
    """One thing that happened, at a time in microseconds. Numbers count from 1."""

    number: int
    at: int
    type: str
    data: dict[str, Any]


class EventLog:
    """The events of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, at: int, type_name: str, data: dict[str, Any]) -> int:
        """Add an event and give its number."""
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        self._database.execute("INSERT INTO events(at, type, data) VALUES(?, ?, ?)", (at, type_name, text))
        return self._database.last_row()

    def oldest_first(self, type_name: str | None = None) -> Iterator[Event]:
        """Events in order, streaming, of one type or of all."""
        where, values = ("", ()) if type_name is None else (" WHERE type = ?", (type_name,))
        for number, at, name, text in self._database.stream(
            f"SELECT number, at, type, data FROM events{where} ORDER BY number", values
        ):
            yield Event(number, at, name, json.loads(text))
