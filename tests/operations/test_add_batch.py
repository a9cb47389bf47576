"""Adding many memories: all or none, as if one by one."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seats import Seat

from memora.errors import BadLines
from memora.model.belief import birth_id
from memora.model.node import Link, Node, observers
from memora.operations.look.list import list_nodes
from memora.operations.naming import read_named
from memora.operations.remember.add import add, add_batch
from memora.operations.remember.changes import Counts


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(tmp_path)


def put(
    seat: Seat, *lines: dict[str, Any] | str, replace: bool = False, progress: Callable[[int], None] | None = None
) -> Counts:
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    counts = seat.do(add_batch, text, replace=replace, progress=progress)
    assert isinstance(counts, Counts)
    return counts


def named(seat: Seat, name: str) -> Node:
    return read_named(seat.repository, [name])[0].node


def test_lines_are_counted_by_what_became_of_them(seat: Seat) -> None:
    seat.remember("known")
    seat.remember("SQLite", key="db.engine")
    counts = put(
        seat,
        {"content": "new"},
        "",
        "  \r",
        {"content": "known"},
        {"content": "known", "author": "bob"},
        {"content": "PostgreSQL", "key": "db.engine"},
        replace=True,
    )
    assert counts == Counts(added=1, corroborated=1, known=1, changed=1)
    assert seat.memories == {"new", "known", "PostgreSQL"}


def test_one_batch_is_one_operation(seat: Seat) -> None:
    put(seat, {"content": "one"}, {"content": "two"})
    [operation] = seat.repository.log.newest_first()
    assert (operation.command, operation.summary) == ("add", "2 added, 0 corroborated")


def test_an_empty_file_changes_nothing(seat: Seat) -> None:
    for lines in ([], [""], ["\n", " "]):
        assert put(seat, *lines) == Counts(0, 0, 0, 0)
    assert seat.repository.log.head().number == 0


def test_every_bad_line_is_named_and_nothing_is_added(seat: Seat) -> None:
    seat.remember("SQLite", key="db.engine")
    before = seat.state
    with pytest.raises(BadLines) as caught:
        put(
            seat,
            {"content": "good"},
            "{",
            '["content"]',
            {"content": ""},
            "",
            {"content": "x", "colour": "red"},
            {"content": "PostgreSQL", "key": "db.engine"},
            {"content": "x", "links": ["supports:nowhere"]},
            '{"content": "x", "confidence": NaN}',
            '{"content": "\\ud800"}',
            {"content": "also good"},
        )
    problems = dict(caught.value.problems)
    assert list(problems) == [2, 3, 4, 6, 7, 8, 9, 10]
    assert problems[2].startswith("it is not JSON: ")
    assert problems[2].endswith(" at column 2")
    assert problems[3] == "it is not a JSON object"
    assert problems[4] == "content is empty"
    assert problems[6].startswith("field 'colour' is not known; known are applies_to, author,")
    assert "which says: SQLite" in problems[7]
    assert problems[8].startswith("no node 'nowhere': a link leads to")
    assert problems[9] == "confidence nan is not a number from 0 to 1"
    assert problems[10] == "content is not valid UTF-8"
    assert caught.value.count == 8
    assert seat.state == before
    assert seat.repository.objects.count() == len(seat.memories) + 2  # and the empty tree and the one there is


def test_of_very_many_bad_lines_a_hundred_are_named(seat: Seat) -> None:
    with pytest.raises(BadLines) as caught:
        put(seat, *["{"] * 150)
    assert (len(caught.value.problems), caught.value.count) == (100, 150)


def test_json_that_is_out_of_all_bounds_is_a_bad_line(seat: Seat) -> None:
    with pytest.raises(BadLines) as caught:
        put(seat, "[" * 100_000, '{"content": "x", "confidence": ' + "9" * 5000 + "}")
    assert [number for number, _ in caught.value.problems] == [1, 2]


def test_links_may_lead_to_earlier_lines_by_key_id_and_prefix(seat: Seat) -> None:
    target = birth_id("semantic", None, "target")
    put(
        seat,
        {"content": "target"},
        {"content": "keyed", "key": "k"},
        {"content": "by key", "key": "a", "links": ["supports:k"]},
        {"content": "by id", "key": "b", "links": [{"rel": "part-of", "to": target.hex()}]},
        {"content": "by prefix", "key": "c", "links": [f"relates_to:{target.hex()[:8]}"]},
    )
    assert named(seat, "a").links == (Link("supports", named(seat, "k").id),)
    assert named(seat, "b").links == (Link("part_of", target),)
    assert named(seat, "c").links == (Link("relates_to", target),)


def test_a_link_to_a_later_line_is_a_bad_line_that_says_why(seat: Seat) -> None:
    with pytest.raises(BadLines) as caught:
        put(seat, {"content": "one", "links": ["supports:k"]}, {"content": "two", "key": "k"})
    assert "of an earlier line" in str(caught.value.problems)


def test_lines_corroborate_each_other(seat: Seat) -> None:
    counts = put(
        seat,
        {"content": "one", "key": "k", "confidence": 0.5},
        {"content": "one", "key": "k", "confidence": 0.5, "author": "bob"},
        {"content": "one", "key": "k", "confidence": 0.5, "author": "bob"},
        {"content": "two"},
        {"content": "two", "source": "cursor"},
    )
    assert counts == Counts(added=2, corroborated=2, known=1, changed=0)
    node = named(seat, "k")
    assert (node.confidence, node.status, len(node.observations)) == (0.75, "stable", 2)


def test_a_node_that_many_lines_are_about_is_stored_once(seat: Seat) -> None:
    put(seat, *({"content": "one", "author": f"author {number}"} for number in range(20)))
    row = seat.repository.index.database.one("SELECT count(*) FROM versions")
    assert row == (1,)


def test_a_key_of_an_earlier_line_is_taken(seat: Seat) -> None:
    with pytest.raises(BadLines) as caught:
        put(seat, {"content": "one", "key": "k"}, {"content": "two", "key": "k"})
    assert [number for number, _ in caught.value.problems] == [2]
    assert put(seat, {"content": "one", "key": "k"}, {"content": "two", "key": "k"}, replace=True).changed == 1


def test_adding_a_batch_twice_changes_nothing(seat: Seat) -> None:
    lines = [{"content": f"memory {number}", "tags": ["a"]} for number in range(10)]
    put(seat, *lines)
    number = seat.repository.log.head().number
    assert put(seat, *lines) == Counts(0, 0, 10, 0)
    assert seat.repository.log.head().number == number


def test_progress_is_told_every_thousand_lines(seat: Seat) -> None:
    told: list[int] = []
    put(seat, *({"content": f"memory {number}"} for number in range(2500)), progress=told.append)
    assert told == [1000, 2000]


drafts = st.fixed_dictionaries(
    {
        "content": st.sampled_from(["one", "two", "three"]),
        "tags": st.lists(st.sampled_from("xyz"), max_size=2),
        "type": st.sampled_from(["semantic", "assumption"]),
    }
)


def essence(seat: Seat) -> list[tuple[str, str, tuple[str, ...], set[tuple[str, str]]]]:
    nodes = [item.node for item in list_nodes(seat.repository, now=seat.now)]
    return sorted((node.type, node.content, node.tags, observers(node)) for node in nodes)


@given(st.lists(drafts, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_distinct_observers_does_not_matter(batch: list[dict[str, Any]], random: Any) -> None:
    lines = [{**draft, "author": f"author {number}"} for number, draft in enumerate(batch)]
    shuffled = list(lines)
    random.shuffle(shuffled)
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        here, there = Seat(Path(first)), Seat(Path(second))
        with here.repository, there.repository:
            put(here, *lines)
            for line in shuffled:
                there.do(add, line)
            assert essence(here) == essence(there)
