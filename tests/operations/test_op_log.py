"""The operation log as people and programs see it."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import NotFound
from memora.errors.store import NoWorkspace
from memora.operations.history.op import op_log, op_show
from memora.operations.history.undo import redo, undo
from memora.operations.remember.remove import remove


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(tmp_path)


def marks(seat: Seat, **options: object) -> list[tuple[int, str]]:
    entries = op_log(seat.repository, **options)  # type: ignore[arg-type]
    return [(entry.operation.number, "*" if entry.is_position else "-" if entry.is_undone else "") for entry in entries]


def test_newest_first_with_the_position_marked(seat: Seat) -> None:
    for text in ("one", "two", "three"):
        seat.remember(text)
    assert marks(seat) == [(3, "*"), (2, ""), (1, "")]
    seat.do(undo)
    seat.do(undo)
    assert marks(seat) == [(5, ""), (4, ""), (3, "-"), (2, "-"), (1, "*")]
    seat.do(redo)
    assert marks(seat) == [(6, ""), (5, ""), (4, ""), (3, "-"), (2, "*"), (1, "")]
    seat.remember("four")
    assert marks(seat, limit=2) == [(7, "*"), (6, "")]


def test_nothing_stands_where_everything_was_undone(seat: Seat) -> None:
    seat.remember("one")
    seat.do(undo)
    assert marks(seat) == [(2, ""), (1, "-")]


def test_each_workspace_or_all(seat: Seat) -> None:
    other = seat.at("w2")
    seat.remember("one")
    other.remember("two")
    seat.remember("three")
    seat.do(undo)
    assert marks(seat) == [(4, ""), (3, "-"), (1, "*")]
    assert marks(other) == [(2, "*")]
    assert marks(seat, everywhere=True) == [(4, ""), (3, "-"), (2, "*"), (1, "*")]
    with pytest.raises(NoWorkspace):
        marks(seat.at("nowhere"))
    assert len(marks(seat.at("nowhere"), everywhere=True)) == 4


def test_the_log_streams(seat: Seat) -> None:
    for number in range(20):
        seat.remember(f"memory {number}")
    entries = op_log(seat.repository)
    assert next(entries).operation.number == 20
    entries.close()
    seat.remember("one more")


def test_an_operation_shows_what_became_of_each_node(seat: Seat) -> None:
    seat.remember("stays")
    seat.remember("before", key="k")
    seat.revise("k", "after")
    seat.do(remove, ["k"])
    added, modified, removed = (op_show(seat.repository, number).nodes for number in (2, 3, 4))
    assert [change.kind for change in (*added, *modified, *removed)] == ["added", "modified", "removed"]
    assert [change.latest.content for change in (*added, *modified, *removed)] == ["before", "after", "after"]
    assert modified[0].before is not None and modified[0].before.content == "before"


def test_an_operation_without_a_working_tree_has_no_nodes(seat: Seat) -> None:
    seat.remember("one")
    made = seat.commit("One")
    detail = op_show(seat.repository, 2)
    assert detail.nodes == ()
    moves = {move.pointer: (move.before, move.after) for move in detail.operation.moves}
    assert moves["refs/heads/main"] == (None, made.commit)
    assert moves["workspace/default/head"] == (b"main -", b"main " + made.commit.hex().encode())


def test_operations_of_any_workspace_can_be_shown(seat: Seat) -> None:
    seat.at("w2").remember("theirs")
    detail = op_show(seat.repository, 1)
    assert (detail.operation.workspace, len(detail.nodes)) == ("w2", 1)


def test_a_number_that_is_none(seat: Seat) -> None:
    for number in (0, 1, -5):
        with pytest.raises(NotFound):
            op_show(seat.repository, number)
