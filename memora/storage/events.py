"""The event log: what happened that changes no memory, such as handing one out. It only grows.

Each event's hash covers the one before it, so a row that is changed, dropped or put in shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from blake3 import blake3

from memora.errors import Damaged
from memora.model.times import check_clock
from memora.storage.database import Database

# Memories were handed out: ``{"nodes": {NODE: VERSION, …}, "workspace": NAME}``, ids in hexadecimal.
RECALLED: Final = "recalled"


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
        """Add an event and give its number. Raises Unavailable for a time that cannot be one."""
        check_clock(at)
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        last = self._database.one("SELECT number, hash FROM events ORDER BY number DESC LIMIT 1") or (0, b"")
        number = last[0] + 1
        self._database.execute(
            "INSERT INTO events(number, at, type, data, hash) VALUES(?, ?, ?, ?, ?)",
            (number, at, type_name, text, _chain_hash(last[1], number, at, type_name, text)),
        )
        return int(number)

    def oldest_first(self, type_name: str | None = None) -> Iterator[Event]:
        """Events in order, streaming, of one type or of all. Raises Damaged at one that cannot be read."""
        where, values = ("", ()) if type_name is None else (" WHERE type = ?", (type_name,))
        for row in self._database.stream(f"SELECT number, at, type, data FROM events{where} ORDER BY number", values):
            event = _read(*row)
            if event is None:
                raise Damaged(f"event {row[0]} cannot be read")
            yield event

    def readable(self, type_name: str) -> Iterator[Event]:
        """Events of one type in order, streaming, without those that are damaged."""
        for row in self._database.stream(
            "SELECT number, at, type, data FROM events WHERE type = ? ORDER BY number", (type_name,)
        ):
            event = _read(*row)
            if event is not None:
                yield event

    def verify(self) -> Iterator[int]:
        """Numbers of the events whose hash does not follow from the one before."""
        last, before = 0, b""
        for number, at, type_name, text, found in self._database.stream(
            "SELECT number, at, type, data, hash FROM events ORDER BY number"
        ):
            if number != last + 1 or found != _chain_hash(before, number, at, type_name, text):
                yield number
            last, before = number, found


def _read(number: int, at: Any, type_name: str, text: Any) -> Event | None:
    try:
        data = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None
    return Event(number, at, type_name, data) if isinstance(data, dict) and isinstance(at, int) else None


def _chain_hash(before: Any, number: Any, at: Any, type_name: Any, text: Any) -> bytes:
    """BLAKE3-256 of the hash before and everything an event says (SPEC.md, "Events")."""
    said = json.dumps([number, at, type_name, text], separators=(",", ":"), ensure_ascii=False, default=repr)
    return blake3(b"memora1 event\0" + (before if type(before) is bytes else b"") + said.encode()).digest()
