"""Promoting beliefs."""

from pathlib import Path
from typing import Any

import pytest
from seats import Seat

from memora.errors import BadInput, BadUsage, NotFound, Refused
from memora.model.node import Node
from memora.operations.naming import read_named
from memora.operations.remember.edit import edit
from memora.operations.remember.promote import Promotion, promote


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("sure", key="sure", confidence=0.95)
    seat.remember("likely", key="likely", confidence=0.8)
    seat.remember("guess", key="guess", type="assumption", confidence=0.4)
    seat.remember("other guess", key="other", type="assumption", confidence=0.85)
    return seat


def named(seat: Seat, name: str) -> Node:
    return read_named(seat.repository, [name])[0].node


def run(seat: Seat, **options: Any) -> Promotion:
    result = seat.do(promote, **options)
    assert isinstance(result, Promotion)
    return result


def promoted(seat: Seat, **options: Any) -> set[str]:
    changes = run(seat, **options).changes
    assert changes.outcome == "changed"
    assert all(item.node.status == "stable" for item in changes.nodes)
    return {item.node.content for item in changes.nodes}


def set_status(seat: Seat, name: str, status: str) -> None:
    node = named(seat, name)
    with seat.repository.transaction("test", author="test", now=seat.now) as transaction:
        transaction.set_nodes({node.id: transaction.write_node(node._replace(status=status))})


def test_one_by_its_name(seat: Seat) -> None:
    assert promoted(seat, node=named(seat, "guess").id.hex()[:8]) == {"guess"}
    node = named(seat, "guess")
    assert (node.status, node.expires_at, node.updated_at) == ("stable", None, seat.now)


def test_one_by_its_key(seat: Seat) -> None:
    assert promoted(seat, key="guess") == {"guess"}
    with pytest.raises(NotFound, match="no key"):
        run(seat, key=named(seat, "sure").id.hex())


def test_all_of_a_type(seat: Seat) -> None:
    assert promoted(seat, type_name="Assumption") == {"guess", "other guess"}
    assert named(seat, "sure").status == "ephemeral"


@pytest.mark.parametrize(
    ("least", "expected"),
    [("0.8", {"sure", "likely", "other guess"}), (0.9, {"sure"}), (0, {"sure", "likely", "guess", "other guess"})],
)
def test_all_of_a_confidence(seat: Seat, least: object, expected: set[str]) -> None:
    assert promoted(seat, confirmed=least) == expected


def test_the_type_changes_too(seat: Seat) -> None:
    promoted(seat, type_name="assumption", as_type="semantic")
    assert [named(seat, name).type for name in ("guess", "other")] == ["semantic", "semantic"]


def test_what_is_stable_is_left_alone_unless_its_type_changes(seat: Seat) -> None:
    run(seat, key="sure")
    number = seat.repository.log.head().number
    assert run(seat, key="sure").changes.outcome == "unchanged"
    assert run(seat, key="sure", as_type="semantic").changes.outcome == "unchanged"
    assert seat.repository.log.head().number == number
    assert run(seat, key="sure", as_type="project").changes.outcome == "changed"


def test_a_named_one_may_be_deprecated_or_expired(seat: Seat) -> None:
    seat.do(edit, "sure", {"status": "deprecated"})
    seat.now += 20 * 86_400_000_000
    assert promoted(seat, key="sure") == {"sure"}
    assert promoted(seat, key="guess") == {"guess"}


def test_of_many_the_deprecated_and_expired_are_left(seat: Seat) -> None:
    seat.do(edit, "sure", {"status": "deprecated"})
    seat.now += 20 * 86_400_000_000
    assert promoted(seat, confirmed=0.1) == {"likely"}


def test_what_is_disputed_must_be_resolved_first(seat: Seat) -> None:
    set_status(seat, "likely", "conflicted")
    for selector in ({"key": "likely"}, {"node": "likely"}):
        with pytest.raises(Refused, match="is disputed and must be resolved"):
            run(seat, **selector)
    result = run(seat, confirmed=0.8)
    assert result.disputed == 1
    assert {item.node.content for item in result.changes.nodes} == {"sure", "other guess"}


def test_nothing_to_promote(seat: Seat) -> None:
    number = seat.repository.log.head().number
    result = run(seat, type_name="project")
    assert (result.changes.outcome, result.changes.nodes) == ("unchanged", ())
    assert seat.repository.log.head().number == number


@pytest.mark.parametrize(
    "choice", [{}, {"node": "sure", "key": "sure"}, {"type_name": "semantic", "confirmed": 0.8}, {"as_type": "project"}]
)
def test_exactly_one_choice(seat: Seat, choice: dict[str, Any]) -> None:
    with pytest.raises(BadUsage, match="specify exactly one"):
        run(seat, **choice)


@pytest.mark.parametrize(
    "choice", [{"confirmed": "nan"}, {"confirmed": 2}, {"type_name": "fact"}, {"key": "sure", "as_type": "fact"}]
)
def test_bad_values(seat: Seat, choice: dict[str, Any]) -> None:
    before = seat.state
    with pytest.raises(BadInput):
        run(seat, **choice)
    assert seat.state == before


def test_the_operation_log_says_how_many(seat: Seat) -> None:
    run(seat, confirmed=0.8)
    run(seat, key="guess")
    summaries = [item.summary for item in seat.repository.log.newest_first()][:2]
    assert summaries == ["[assumption] guess", "3 memories"]
