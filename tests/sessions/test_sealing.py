"""Sealing a session: what comes back is what went in, one session has one form, and no change goes unnoticed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.errors import BadInput
from memora.model import canonical
from memora.model.ids import SessionId
from memora.sessions.sealing import PART_BYTES, read_events, read_sealed, seal
from memora.storage.memory import MemoryObjects
from memora.storage.session_event import Event
from memora.storage.session_log import Session, chain_hash

SESSION = Session(7, "run-1", "manual", "default", "ada", 1, 9, "completed")


def chained(said: list[tuple[str, dict[str, Any], bytes | None]]) -> tuple[list[Event], bytes]:
    """Events as the log would give them, and the hash of the last."""
    events, last = [], b""
    for seq, (event, data, tree) in enumerate(said, 1):
        events.append(Event("run-1", seq, seq, event, data, tree))
        last = chain_hash(last, "run-1", seq, seq, event, canonical.encode(data).decode(), tree)
    return events, last


sayings = st.lists(
    st.tuples(
        st.sampled_from(["note", "tool_call", "x_plan"]),
        st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(-5, 5) | st.just("é" * 90_000), max_size=2),
        st.none() | st.binary(min_size=32, max_size=32),
    ),
    min_size=1,
    max_size=8,
)


@given(sayings)
def test_what_comes_back_is_what_went_in(said: list[tuple[str, dict[str, Any], bytes | None]]) -> None:
    events, last = chained(said)
    objects = MemoryObjects()
    sealed_id = seal(objects, SESSION, iter(events), last)
    sealed = read_sealed(objects, sealed_id)
    assert (sealed.session, sealed.events, sealed.hash) == ("run-1", len(events), last)
    assert list(read_events(objects, sealed)) == events
    assert seal(MemoryObjects(), Session(99, *SESSION.said()), iter(events), last) == sealed_id
    for part in sealed.parts:
        body = json.loads(objects.read(part, "session"))
        sizes = [len(canonical.encode(event)) for event in body["events"]]
        assert len(sizes) == 1 or sum(sizes) <= PART_BYTES


def spoilt(change: dict[str, Any], part_change: dict[str, Any]) -> None:
    """Read a session of two events whose object or part says something else."""
    events, last = chained([("note", {"text": "one"}, bytes(32)), ("note", {}, None)])
    objects = MemoryObjects()
    sealed_id = seal(objects, SESSION, events, last)
    body = json.loads(objects.read(sealed_id, "session"))
    part = json.loads(objects.read(bytes.fromhex(body["parts"][0]), "session"))  # type: ignore[arg-type]
    part = {name: value for name, value in {**part, **part_change}.items() if value is not None}
    body["parts"] = [objects.write("session", canonical.encode_checked(part)).hex()]
    body = {name: value for name, value in {**body, **change}.items() if value is not None}
    wrong = SessionId(objects.write("session", canonical.encode_checked(body)))
    list(read_events(objects, read_sealed(objects, wrong)))


GOOD = [
    {"at": 1, "data": {"text": "one"}, "event": "note", "seq": 1, "tree": "00" * 32},
    {"at": 2, "event": "note", "seq": 2},
]


def test_what_is_not_spoilt_reads() -> None:
    spoilt({}, {"events": GOOD})


@pytest.mark.parametrize(
    "change, part_change",
    [
        ({"events": 3}, {}),
        ({"hash": "00" * 32}, {}),
        ({"session": "run-2"}, {}),
        ({"outcome": None}, {}),
        ({"ended_at": "late"}, {}),
        ({"parts": []}, {}),
        ({"more": 1}, {}),
        ({}, {"session": "run-2"}),
        ({}, {"part": 1}),
        ({}, {"events": GOOD[:1]}),
        ({}, {"events": GOOD[::-1]}),
        ({}, {"events": [{**GOOD[0], "data": {"text": "two"}}, GOOD[1]]}),
        ({}, {"events": [{**GOOD[0], "tree": "11" * 32}, GOOD[1]]}),
        ({}, {"events": [{**GOOD[0], "tree": "11"}, GOOD[1]]}),
        ({}, {"events": [{**GOOD[0], "data": []}, GOOD[1]]}),
        ({}, {"events": [{**GOOD[0], "more": 1}, GOOD[1]]}),
        ({}, {"events": [{"seq": 1}, GOOD[1]]}),
        ({}, {"events": "note"}),
        ({}, {"events": [5]}),
    ],
)
def test_what_was_changed_is_refused(change: dict[str, Any], part_change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        spoilt(change, part_change)
