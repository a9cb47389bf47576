"""Links between nodes."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import Ambiguous, BadInput, NotFound
from memora.model.ids import NodeId
from memora.model.node import Link, Node
from memora.operations.naming import read_named
from memora.operations.remember.link import link
from memora.operations.remember.remove import remove


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    for name in ("one", "two", "three"):
        seat.remember(name, key=name)
    return seat


def named(seat: Seat, name: str) -> Node:
    return read_named(seat.repository, [name])[0].node


def test_a_link_is_made_and_taken_away(seat: Seat) -> None:
    two = named(seat, "two").id
    assert seat.do(link, "one", "depends-on", "two").outcome == "changed"
    assert named(seat, "one").links == (Link("depends_on", two),)
    assert seat.do(link, "one", "supports", two.hex()[:8]).outcome == "changed"
    assert named(seat, "one").links == (Link("depends_on", two), Link("supports", two))
    assert seat.do(link, "one", "depends_on", "two", remove=True).outcome == "changed"
    assert named(seat, "one").links == (Link("supports", two),)


def test_a_link_that_is_there_or_is_not_changes_nothing(seat: Seat) -> None:
    seat.do(link, "one", "supports", "two")
    number = seat.repository.log.head().number
    assert seat.do(link, "one", "supports", "two").outcome == "unchanged"
    assert seat.do(link, "one", "supports", "three", remove=True).outcome == "unchanged"
    assert seat.do(link, "one", "part_of", "two", remove=True).outcome == "unchanged"
    assert seat.repository.log.head().number == number


def test_a_link_to_what_is_gone_can_be_taken_away(seat: Seat) -> None:
    two = named(seat, "two").id
    seat.do(link, "one", "supports", "two")
    seat.do(remove, ["two"])
    with pytest.raises(NotFound):
        seat.do(link, "one", "supports", two.hex())
    with pytest.raises(NotFound):
        seat.do(link, "one", "supports", "two", remove=True)
    assert seat.do(link, "one", "supports", two.hex()[:8], remove=True).outcome == "changed"
    assert named(seat, "one").links == ()


def test_of_links_to_what_is_gone_a_prefix_may_mean_several(seat: Seat) -> None:
    node = named(seat, "one")
    gone = [NodeId(b"\xab\xcd" + bytes([number]) * 14) for number in (1, 2)]
    linked = node._replace(links=tuple(Link("supports", to) for to in gone))
    with seat.repository.transaction("test", author="test", now=seat.now) as transaction:
        transaction.set_nodes({node.id: transaction.write_node(linked)})
    with pytest.raises(Ambiguous):
        seat.do(link, "one", "supports", "abcd", remove=True)
    with pytest.raises(NotFound):
        seat.do(link, "one", "supports", "abce", remove=True)


def test_refusals(seat: Seat) -> None:
    before = seat.state
    with pytest.raises(BadInput, match="to itself"):
        seat.do(link, "one", "supports", named(seat, "one").id.hex())
    with pytest.raises(BadInput, match="is none of derived_from, supports"):
        seat.do(link, "one", "likes", "two")
    for source, target in (("nowhere", "two"), ("one", "nowhere")):
        with pytest.raises(NotFound):
            seat.do(link, source, "supports", target)
    assert seat.state == before


def test_who_links_to_a_node_is_indexed_by_version(seat: Seat) -> None:
    seat.do(link, "one", "supports", "two")
    seat.do(link, "one", "supports", "two", remove=True)
    seat.do(link, "three", "part_of", "two")
    found = seat.repository.index.nodes.links_to(named(seat, "two").id)
    one, three = named(seat, "one").id, named(seat, "three").id
    assert {(node, relation) for node, _, relation in found} == {(one, "supports"), (three, "part_of")}
