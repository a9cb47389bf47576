"""Sessions: begun, filled, ended and found again; and closed where nobody ended them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from seats import Seat
from stores import DAY, NOON, SECOND

from memora.errors import AlreadyExists, Ambiguous, BadInput, NoActiveSession, NotFound, SessionEnded
from memora.operations.history.undo import NothingLeft, redo, undo
from memora.operations.sessions.end import end_session
from memora.operations.sessions.list import list_sessions, session_events, show_session
from memora.operations.sessions.record import Reported, record, record_event, record_many
from memora.operations.sessions.start import start_session
from memora.repository import Repository
from memora.sessions.sealing import read_events, read_sealed
from memora.storage.refs import SESSIONS
from memora.storage.session_event import Event


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    seat = Seat(tmp_path)
    yield seat
    seat.sound()
    seat.repository.close()


def note(seat: Seat, text: str = "hello", **options: object) -> Event:
    seat.now += SECOND
    return record(seat.repository, "note", {"text": text}, now=seat.now, **options)


def types(seat: Seat, name: str | None = None) -> list[str]:
    return [event.event for event in session_events(seat.repository, name)]


def test_a_session_from_beginning_to_end(seat: Seat) -> None:
    seat.remember("Auth uses JWT")
    started = seat.do(start_session, source="claude-code", data={"model": "large"})
    assert started.abandoned == ()
    event = note(seat)
    assert (event.session, event.seq, event.event, event.data) == (started.session.id, 2, "note", {"text": "hello"})
    assert event.tree == seat.repository.workspace.tree
    ended = seat.do(end_session, data={"reason": "exit"})
    assert (ended.events, ended.session.outcome) == (3, "completed")
    first, _, last = session_events(seat.repository, started.session.id)
    assert first.data == {
        "author": "ada",
        "model": "large",
        "owner": "claude_code",
        "source": "claude_code",
        "workspace": "default",
    }
    assert (last.event, last.data) == ("session_ended", {"outcome": "completed", "reason": "exit"})
    assert last.at == ended.session.ended_at == seat.now


def test_what_was_sealed_is_what_was_recorded(seat: Seat) -> None:
    seat.do(start_session, session_id="run-1")
    record_many(seat.repository, [Reported("note", {"text": "x" * 60_000}) for _ in range(20)], now=NOON)
    ended = seat.do(end_session)
    assert seat.repository.refs.find(SESSIONS + "run-1") == ended.sealed
    sealed = read_sealed(seat.repository.objects, ended.sealed)
    assert len(sealed.parts) == 5
    assert list(read_events(seat.repository.objects, sealed)) == list(session_events(seat.repository, "run-1"))


def test_what_was_never_ended_is_closed_by_the_next_start_of_its_owner(seat: Seat) -> None:
    first = seat.do(start_session).session
    died_at = note(seat).at
    seat.now += DAY
    again = seat.do(start_session)
    (closed,) = again.abandoned
    assert (closed.id, closed.outcome, closed.ended_at) == (first.id, "abandoned", died_at)
    assert types(seat, first.id) == ["session_started", "note", "session_ended"]
    assert show_session(seat.repository, first.id).entry.sealed is not None
    assert [entry.session.id for entry in list_sessions(seat.repository, active=True)] == [again.session.id]


def test_agents_beside_each_other_are_left_alone_until_they_are_silent_for_a_day(seat: Seat) -> None:
    one = seat.do(start_session, source="codex", owner="codex 1").session
    two = seat.do(start_session, source="codex", owner="codex 2").session
    other = seat.do(start_session, source="cursor", owner="cursor 1").session
    note(seat, session=two.id)
    seat.now = seat.repository.sessions.last_at(two) + DAY - SECOND
    three = seat.do(start_session, source="codex", owner="codex 3")
    assert [session.id for session in three.abandoned] == [one.id]
    assert [entry.session.id for entry in list_sessions(seat.repository, active=True)] == [
        three.session.id,
        other.id,
        two.id,
    ]


def test_workspaces_do_not_close_each_others_sessions(seat: Seat) -> None:
    here = seat.do(start_session).session
    there = seat.at("other")
    assert there.do(start_session).abandoned == ()
    assert note(seat).session == here.id
    there.repository.close()


def test_a_named_session_comes_before_the_one_of_the_workspace(seat: Seat) -> None:
    one = seat.do(start_session, owner="one").session
    two = seat.do(start_session, owner="two").session
    assert note(seat).session == two.id
    with Repository.open(seat.repository.path, session=one.id) as repository:
        assert record(repository, "note", {}, now=NOON).session == one.id
    assert note(seat, session=one.id[:6]).session == one.id


def test_events_that_are_no_agents_to_report_are_refused(seat: Seat) -> None:
    seat.do(start_session)
    for event in ("session_ended", "recalled", "node_added", "frobnicated", "x_", "x_" + "a" * 63, "X_A", ""):
        with pytest.raises(BadInput):
            record(seat.repository, event, {}, now=NOON)
    with pytest.raises(BadInput, match="JSON object"):
        record(seat.repository, "note", ["text"], now=NOON)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="64 KiB"):
        record(seat.repository, "tool_result", {"output": "x" * 10_000_000}, now=NOON)
    assert types(seat) == ["session_started"]
    assert record(seat.repository, "x_plan", {"steps": [None, False, {}]}, now=NOON).seq == 2


def test_one_bad_event_of_many_keeps_all_out(seat: Seat) -> None:
    seat.do(start_session)
    with pytest.raises(BadInput):
        record_many(seat.repository, [Reported("note", {}), Reported("nothing", {})], now=NOON)
    assert types(seat) == ["session_started"]


def test_a_session_that_has_ended_takes_nothing_more(seat: Seat) -> None:
    session = seat.do(start_session).session
    seat.do(end_session)
    with pytest.raises(NoActiveSession):
        note(seat)
    with pytest.raises(SessionEnded):
        note(seat, session=session.id)
    with pytest.raises(SessionEnded):
        seat.do(end_session, session=session.id)
    with pytest.raises(NoActiveSession):
        seat.do(end_session)
    assert len(types(seat)) == 2


def test_ids_that_cannot_be(seat: Seat) -> None:
    seat.do(start_session, session_id="abcd-1", owner="one")
    seat.do(start_session, session_id="abcd-2", owner="two")
    for taken in ("abcd-1", "ABCD-1"):
        with pytest.raises(AlreadyExists):
            seat.do(start_session, session_id=taken, owner="three")
    for bad in ("", "-x", "a b", "a/b", "a..b", "a.lock", "é", "con", "x" * 129, "a@1"):
        with pytest.raises(BadInput):
            seat.do(start_session, session_id=bad, owner="three")
    with pytest.raises(Ambiguous):
        show_session(seat.repository, "abcd")
    with pytest.raises(NotFound):
        show_session(seat.repository, "nothing")
    with pytest.raises(BadInput, match="outcome"):
        seat.do(end_session, outcome="great")
    assert len(list(list_sessions(seat.repository))) == 2


def test_undo_and_redo_pass_the_end_of_a_session_over(seat: Seat) -> None:
    seat.do(start_session)
    seat.remember("Auth uses JWT")
    seat.do(end_session)
    assert seat.do(undo).target.command == "add"
    assert seat.memories == set()
    seat.do(start_session)
    seat.do(end_session)
    assert seat.do(redo).target.command == "add"
    assert seat.memories == {"Auth uses JWT"}
    seat.do(undo)
    assert isinstance(seat.do(undo), NothingLeft)
    assert [entry.session.outcome for entry in list_sessions(seat.repository)] == ["completed", "completed"]


def test_what_memora_notes_itself_goes_to_the_session_or_outside(seat: Seat) -> None:
    record_event(seat.repository, "export_written", {"path": "a.md"}, now=NOON)
    (outside,) = seat.repository.sessions.events(None)
    assert (outside.session, outside.data, outside.tree) == (None, {"path": "a.md"}, None)
    seat.do(start_session)
    record_event(seat.repository, "export_written", {"path": "b.md"}, now=NOON)
    assert types(seat) == ["session_started", "export_written"]


def test_lists_are_newest_first_with_figures(seat: Seat) -> None:
    seat.do(start_session, session_id="one")
    note(seat)
    seat.do(end_session)
    seat.do(start_session, session_id="two")
    two, one = list_sessions(seat.repository)
    assert (two.session.id, two.events, two.sealed, two.length) == ("two", 1, None, 0)
    assert (one.events, one.length) == (3, 2 * SECOND)
    assert [entry.session.id for entry in list_sessions(seat.repository, limit=1)] == ["two"]
    assert show_session(seat.repository, "one").types == {"note": 1, "session_ended": 1, "session_started": 1}
    assert show_session(seat.repository).entry.session.id == "two"
