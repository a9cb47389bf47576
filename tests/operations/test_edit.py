"""Editing a node of a store."""

from pathlib import Path
from typing import Any

import pytest
from seats import Seat

from memora.errors import Ambiguous, BadInput, KeyTaken, NodeChanged, NotFound
from memora.model.node import Node
from memora.operations.naming import read_named
from memora.operations.remember.changes import ChangeSet
from memora.operations.remember.edit import edit


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("SQLite", key="db.engine", tags=["a"])
    seat.remember("JWT", key="auth.kind")
    return seat


def change(seat: Seat, name: str, /, **fields: Any) -> ChangeSet:
    result = seat.do(edit, name, fields)
    assert isinstance(result, ChangeSet)
    return result


def named(seat: Seat, name: str) -> Node:
    return read_named(seat.repository, [name])[0].node


def test_the_node_keeps_its_id_and_the_tree_has_its_new_version(seat: Seat) -> None:
    before = named(seat, "db.engine")
    changes = change(seat, "db.engine", content="PostgreSQL", add_tags=["b"])
    assert changes.outcome == "changed"
    assert changes.nodes == tuple(read_named(seat.repository, ["db.engine"]))
    node = changes.nodes[0].node
    assert (node.id, node.content, node.tags, node.updated_at) == (before.id, "PostgreSQL", ("a", "b"), seat.now)
    assert seat.memories == {"PostgreSQL", "JWT"}


def test_what_changes_nothing_leaves_no_operation(seat: Seat) -> None:
    number, before = seat.repository.log.head().number, named(seat, "db.engine")
    changes = change(seat, "db.engine", add_tags=["a"])
    assert changes.outcome == "unchanged"
    assert [item.node for item in changes.nodes] == [before]
    assert seat.repository.log.head().number == number


def test_a_key_of_another_node_is_taken(seat: Seat) -> None:
    with pytest.raises(KeyTaken) as caught:
        change(seat, "db.engine", key="auth.kind")
    assert caught.value.content == "JWT"
    assert change(seat, "db.engine", key="db.engine").outcome == "unchanged"
    change(seat, "auth.kind", key=None)
    assert change(seat, "db.engine", key="auth.kind").outcome == "changed"
    assert named(seat, "auth.kind").content == "SQLite"


def test_a_change_made_from_an_older_version_is_refused(seat: Seat) -> None:
    [item] = read_named(seat.repository, ["db.engine"])
    assert seat.do(edit, "db.engine", {"content": "MySQL"}, expected=item.version).outcome == "changed"
    with pytest.raises(NodeChanged) as caught:
        seat.do(edit, "db.engine", {"content": "PostgreSQL"}, expected=item.version)
    assert caught.value.node == item.node.id.hex()
    assert seat.memories == {"MySQL", "JWT"}


def test_bad_input_writes_nothing(seat: Seat) -> None:
    before = seat.state
    with pytest.raises(BadInput):
        change(seat, "db.engine", content="")
    with pytest.raises(NotFound):
        change(seat, "nowhere", content="x")
    assert seat.state == before


@pytest.mark.parametrize("name", ["", "zzzz", "abc", "\udcff", "a\0b", "x" * 10_000, "ab" * 17, "db.engine ", "…"])
def test_names_that_fit_no_node(seat: Seat, name: str) -> None:
    with pytest.raises(NotFound):
        change(seat, name, content="x")


def test_a_prefix_of_two_nodes_is_ambiguous(seat: Seat) -> None:
    node = named(seat, "db.engine")
    twin = node._replace(id=type(node.id)(node.id[:3] + b"\0" * 13), key=None)
    with seat.repository.transaction("test", author="test", now=seat.now) as transaction:
        transaction.set_nodes({twin.id: transaction.write_node(twin)})
    with pytest.raises(Ambiguous) as caught:
        change(seat, node.id.hex()[:6], content="x")
    assert set(caught.value.candidates) == {node.id.hex()[:12], twin.id.hex()[:12]}
    assert change(seat, node.id.hex()[:8].upper(), content="x").outcome == "changed"


def test_the_operation_log_says_what_was_edited(seat: Seat) -> None:
    change(seat, "db.engine", content="PostgreSQL")
    operation = next(iter(seat.repository.log.newest_first()))
    assert (operation.command, operation.summary) == ("edit", "[semantic] PostgreSQL")
