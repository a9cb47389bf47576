"""Taking back what a session did: its own commands, and nothing that others did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from seats import Seat

from memora.errors import Uncommitted
from memora.operations.history.merge import merge
from memora.operations.history.revert import NothingToRevert, preview_revert, revert
from memora.operations.history.revert_selection import Wanted
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.undo import undo
from memora.operations.remember.remove import remove
from memora.operations.sessions.end import end_session
from memora.operations.sessions.start import start_session

RUN = Wanted(session="run-1")


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    seat = Seat(tmp_path)
    seat.remember("The database is SQLite", key="db.engine")
    seat.remember("Auth uses JWT", key="auth.jwt")
    seat.commit("before")
    seat.do(start_session, session_id="run-1")
    yield seat
    seat.sound()
    seat.repository.close()


def test_all_that_it_did_goes_in_one_commit(seat: Seat) -> None:
    seat.revise("db.engine", "The database is MySQL")
    seat.commit("one")
    seat.revise("db.engine", "The database is PostgreSQL")
    seat.remember("Tests need Docker")
    seat.do(remove, ["auth.jwt"])
    seat.commit("two")
    seat.do(end_session)
    seat.remember("known since")
    seat.commit("after")
    assert preview_revert(seat.repository, RUN, author="ada", now=seat.now).changes == (1, 1, 1, 0, 0)
    reverted = seat.do(revert, RUN)
    assert seat.memories == {"The database is SQLite", "Auth uses JWT", "known since"}
    assert (reverted.changes, reverted.conflicts) == ((1, 1, 1, 0, 0), ())
    assert reverted.value.message.startswith("Revert session run-1\n\nThis takes back what it changed")
    assert [line.partition(" ")[2] for line in reverted.value.message.splitlines()[4:]] == ["two", "one"]
    assert isinstance(seat.do(revert, RUN), NothingToRevert)


def test_what_was_changed_again_later_is_in_dispute(seat: Seat) -> None:
    seat.revise("db.engine", "The database is MySQL")
    seat.commit("in the session")
    seat.do(end_session)
    seat.revise("db.engine", "The database is PostgreSQL")
    seat.commit("later")
    reverted = seat.do(revert, RUN)
    assert len(reverted.conflicts) == 1


def test_what_others_did_meanwhile_stays(seat: Seat) -> None:
    other = seat.at("other")
    other.remember("learnt by another")
    other.commit("by another")
    seat.remember("learnt in the session")
    seat.do(switch_to_new, "side", None, carry=True)
    seat.commit("side")
    seat.do(switch, "main")
    seat.do(merge, "side")
    seat.do(end_session)
    seat.do(revert, RUN)
    assert seat.memories == {"The database is SQLite", "Auth uses JWT", "learnt by another"}
    other.repository.close()


def test_what_it_undid_itself_is_not_undone_twice(seat: Seat) -> None:
    seat.revise("db.engine", "The database is MySQL")
    seat.do(undo)
    seat.do(switch_to_new, "side", None)
    seat.do(undo)
    seat.remember("Tests need Docker")
    seat.commit("one")
    seat.do(revert, RUN)
    assert seat.memories == {"The database is SQLite", "Auth uses JWT"}


def test_what_is_not_committed_has_to_be_first(seat: Seat) -> None:
    seat.remember("Tests need Docker")
    with pytest.raises(Uncommitted):
        seat.do(revert, RUN)
    seat.do(undo)
    assert isinstance(seat.do(revert, RUN), NothingToRevert)
