"""Listing nodes: filters, orders, limits, revisions."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seats import Seat

from memora.errors import BadInput, DamagedObject, NotFound
from memora.model.importance import weigh_importance
from memora.model.node import Node
from memora.model.selection import EVERYTHING, NodeFilter, passes
from memora.operations.look.list import SORTS, list_nodes
from memora.operations.remember.edit import edit
from memora.operations.remember.pin import pin
from memora.operations.remember.remove import remove

HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Seat:
    """A store with a commit and something after it; half of what has a lifetime has outlived it."""
    seat = Seat(tmp_path_factory.mktemp("list"))
    seat.remember("Auth uses JWT", key="auth.jwt", tags=["auth", "jwt"], source="code_read")
    seat.remember("Auth rotates keys", key="auth.rotation", tags=["auth"], confidence=0.4)
    seat.remember("Straße is a word", type="project", author="bob")
    seat.remember("Straße is a word", type="project", source="cursor")
    seat.remember("Probably uses Redis", type="assumption", ttl="1h", tags=["jwt2"])
    seat.remember("Deploys on Friday", type="episodic", ttl="30d", source="unknown:slack")
    seat.remember("gone soon", key="gone")
    seat.remember("pinned", type="episodic", ttl="1h")
    seat.commit("First")
    seat.do(pin, [next(n for n in everything(seat) if n.content == "pinned").id.hex()])
    seat.do(edit, "auth.rotation", {"status": "deprecated"})
    seat.do(remove, ["gone"])
    seat.remember("Auth has a new memory", key="authz")
    seat.now += 2 * HOUR
    return seat


def listed(seat: Seat, wanted: NodeFilter = EVERYTHING, **options: Any) -> list[Node]:
    return [item.node for item in list_nodes(seat.repository, wanted, now=seat.now, **options)]


def everything(seat: Seat) -> list[Node]:
    return listed(seat)


def contents(nodes: list[Node]) -> set[str]:
    return {node.content for node in nodes}


def test_all_nodes_with_their_versions(seat: Seat) -> None:
    items = list(list_nodes(seat.repository, now=seat.now))
    assert contents([item.node for item in items]) == seat.memories
    for node, version in items:
        assert seat.repository.index.nodes.version_row(1, node.id) == seat.repository.objects.row_of(version)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (NodeFilter(key="auth"), {"Auth uses JWT", "Auth rotates keys", "Auth has a new memory"}),
        (NodeFilter(key="auth."), {"Auth uses JWT", "Auth rotates keys"}),
        (NodeFilter(tags=("auth", "jwt")), {"Auth uses JWT"}),
        (NodeFilter(tags=("jwt",)), {"Auth uses JWT"}),
        (NodeFilter(text="STRASSE"), {"Straße is a word"}),
        (NodeFilter(text="%"), set()),
        (NodeFilter(expired=True), {"Probably uses Redis"}),
        (NodeFilter(sources=("cursor", "unknown:slack")), {"Straße is a word", "Deploys on Friday"}),
        (NodeFilter(statuses=("stable", "deprecated")), {"Straße is a word", "Auth rotates keys"}),
        (NodeFilter(min_confidence=0.8, types=("semantic",)), {"Auth uses JWT", "Auth has a new memory"}),
    ],
)
def test_filters(seat: Seat, wanted: NodeFilter, expected: set[str]) -> None:
    assert contents(listed(seat, wanted)) == expected


some = {"max_size": 2, "unique": True}
filters = st.builds(
    NodeFilter,
    types=st.lists(st.sampled_from(["semantic", "project", "assumption", "episodic"]), **some).map(tuple),
    statuses=st.lists(st.sampled_from(["ephemeral", "stable", "deprecated"]), **some).map(tuple),
    tags=st.lists(st.sampled_from(["auth", "jwt"]), **some).map(tuple),
    sources=st.lists(st.sampled_from(["manual", "cursor", "code_read", "unknown:slack"]), **some).map(tuple),
    key=st.none() | st.sampled_from(["", "auth", "auth.j", "x"]),
    min_confidence=st.none() | st.sampled_from([0.4, 0.8, 1.0]),
    text=st.none() | st.sampled_from(["AUTH", "uses", "e"]),
    expired=st.none() | st.booleans(),
)
orders = st.sampled_from(SORTS)


@given(wanted=filters, sort=orders, reverse=st.booleans(), limit=st.none() | st.integers(0, 4))
def test_the_index_and_the_rule_agree(
    seat: Seat, wanted: NodeFilter, sort: str, reverse: bool, limit: int | None
) -> None:
    expected = [node for node in listed(seat, sort=sort, reverse=reverse) if passes(node, wanted, seat.now)]
    assert listed(seat, wanted, sort=sort, reverse=reverse, limit=limit) == expected[:limit]


@pytest.mark.parametrize("sort", SORTS)
def test_reverse_is_the_other_way_round(seat: Seat, sort: str) -> None:
    assert listed(seat, sort=sort, reverse=True) == listed(seat, sort=sort)[::-1]


def test_orders(seat: Seat) -> None:
    def weight(node: Node) -> float:
        return weigh_importance(node.type, node.confidence, node.updated_at, seat.now, pinned=node.pinned).total

    assert listed(seat)[0].content == "Auth has a new memory"
    updated = [node.updated_at for node in listed(seat, sort="updated")]
    assert updated == sorted(updated, reverse=True)
    created = [node.created_at for node in listed(seat, sort="created")]
    assert created == sorted(created, reverse=True) != updated
    sure = [node.confidence for node in listed(seat, sort="confidence")]
    assert sure == sorted(sure, reverse=True)
    types = [node.type for node in listed(seat, sort="type")]
    assert types == sorted(types)
    keys = [node.key for node in listed(seat, sort="key")]
    assert keys[:3] == ["auth.jwt", "auth.rotation", "authz"]
    assert set(keys[3:]) == {None}
    weights = [weight(node) for node in listed(seat, sort="importance")]
    assert weights == sorted(weights, reverse=True)
    assert listed(seat, sort="importance")[0].content == "pinned"


def test_a_revision_has_its_own_nodes(seat: Seat) -> None:
    then = listed(seat, revision="HEAD")
    assert "gone soon" in contents(then)
    assert "Auth has a new memory" not in contents(then)
    assert {node.content: node.status for node in then}["Auth rotates keys"] == "ephemeral"
    assert contents(listed(seat, NodeFilter(key="auth", text="keys"), revision="HEAD")) == {"Auth rotates keys"}


@given(wanted=filters, sort=orders, reverse=st.booleans(), limit=st.none() | st.integers(0, 4))
def test_filters_and_orders_hold_at_a_revision(
    seat: Seat, wanted: NodeFilter, sort: str, reverse: bool, limit: int | None
) -> None:
    then = listed(seat, sort=sort, reverse=reverse, revision="HEAD")
    expected = [node for node in then if passes(node, wanted, seat.now)]
    assert listed(seat, wanted, sort=sort, reverse=reverse, limit=limit, revision="HEAD") == expected[:limit]


def test_what_is_wrong_is_said_before_the_first_node(seat: Seat) -> None:
    with pytest.raises(BadInput, match="sort 'size' is none of updated, created"):
        list_nodes(seat.repository, now=seat.now, sort="size")
    with pytest.raises(NotFound):
        list_nodes(seat.repository, now=seat.now, revision="nowhere")


def test_nothing_is_held_when_a_reader_stops_early(seat: Seat) -> None:
    nodes = list_nodes(seat.repository, now=seat.now)
    next(nodes)
    nodes.close()
    seat.remember("written afterwards")
    assert "written afterwards" in contents(listed(seat))
    seat.do(remove, [listed(seat)[0].id.hex()])


def test_an_empty_store_has_no_nodes(tmp_path: Path) -> None:
    assert listed(Seat(tmp_path)) == []


def test_a_damaged_version_is_named_and_the_rest_can_be_listed(tmp_path: Path) -> None:
    seat = Seat(tmp_path)
    seat.remember("one", type="project")
    seat.remember("two")
    repository = seat.repository
    with repository.exclusive():
        repository.index.database.execute(
            "UPDATE objects SET body = CAST(replace(CAST(body AS TEXT), 'two', 'owt') AS BLOB)"
            " WHERE row = (SELECT row FROM versions WHERE type = 'semantic')"
        )
    with pytest.raises(DamagedObject):
        listed(seat)
    assert contents(listed(seat, NodeFilter(types=("project",)))) == {"one"}
