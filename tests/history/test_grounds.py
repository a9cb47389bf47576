"""What a memory rests on, and the trust that leaves."""

from hypothesis import given
from hypothesis import strategies as st
from node_samples import AT, PLAIN, node_id, seen
from written_history import WrittenHistory

from memora.history.grounds import DEEPEST, PREMISES, Ground, find_grounds
from memora.model.ids import NodeId
from memora.model.node import Dispute, Link, Node

ROOT = node_id(1)


def belief(number: int, confidence: float = 0.8, *links: tuple[str, int], **fields: object) -> Node:
    edges = tuple(sorted(Link(relation, node_id(to)) for relation, to in links))
    return PLAIN._replace(id=node_id(number), content=f"belief {number}", confidence=confidence, links=edges, **fields)


def grounds(*nodes: Node, history: WrittenHistory | None = None, now: int = AT) -> Ground:
    history = history or WrittenHistory()

    def supporters(supported: NodeId) -> list[NodeId]:
        return [node.id for node in nodes if Link("supports", supported) in node.links]

    return find_grounds(history.objects, history.tree(nodes), ROOT, supporters, now)


def shape(ground: Ground) -> dict[str, object]:
    return {f"{below.relation} {below.id[0]}": shape(below) for below in ground.support}


def test_a_memory_that_rests_on_nothing_is_worth_its_confidence() -> None:
    ground = grounds(belief(1, 0.7))
    assert (ground.trust, ground.weakest, ground.standing, ground.relation) == (0.7, ROOT, "sound", None)
    assert ground.support == ()
    assert ground.expanded


def test_trust_is_the_least_in_the_chain() -> None:
    ground = grounds(
        belief(1, 0.9, ("derived_from", 2), ("depends_on", 3)),
        belief(2, 0.8, ("derived_from", 4)),
        belief(3, 0.7),
        belief(4, 0.4),
    )
    assert shape(ground) == {"derived_from 2": {"derived_from 4": {}}, "depends_on 3": {}}
    assert (ground.trust, ground.weakest) == (0.4, node_id(4))
    assert [below.trust for below in ground.support] == [0.4, 0.7]


def test_other_links_bear_nothing() -> None:
    links = [(relation, 2) for relation in ("supersedes", "contradicts", "relates_to", "part_of", "supports")]
    ground = grounds(belief(1, 0.9, *links), belief(2, 0.1))
    assert (ground.trust, ground.support) == (0.9, ())


def test_what_supports_a_memory_is_shown_and_takes_nothing_away() -> None:
    ground = grounds(
        belief(1, 0.9), belief(2, 0.3, ("supports", 1), ("derived_from", 3)), belief(3, 0.2), belief(4, 0.1)
    )
    assert shape(ground) == {"supports 2": {"derived_from 3": {}}}
    assert ground.trust == 0.9
    assert ground.support[0].trust == 0.2


def test_the_weaker_comes_first_and_premises_before_supporters() -> None:
    ground = grounds(
        belief(1, 0.9, ("derived_from", 2), ("derived_from", 3), ("depends_on", 4)),
        belief(2, 0.8),
        belief(3, 0.6),
        belief(4, 0.5),
        belief(5, 0.1, ("supports", 1)),
    )
    assert list(shape(ground)) == ["derived_from 3", "derived_from 2", "depends_on 4", "supports 5"]


def test_what_is_missing_or_deprecated_is_worth_nothing() -> None:
    missing = grounds(belief(1, 0.9, ("derived_from", 2)))
    assert (missing.trust, missing.support[0].standing, missing.support[0].node) == (0.0, "missing", None)
    deprecated = grounds(belief(1, 0.9, ("depends_on", 2)), belief(2, 0.9, status="deprecated"))
    assert (deprecated.trust, deprecated.support[0].standing) == (0.0, "deprecated")
    assert grounds(belief(1, 0.9, status="deprecated")).trust == 0.0
    against = (*PLAIN.observations, seen()._replace(contradicts=True))
    retracted = grounds(belief(1, 0.9, status="deprecated", observations=against))
    assert (retracted.trust, retracted.standing) == (0.0, "retracted")


def test_a_dispute_is_worth_its_weakest_side() -> None:
    history = WrittenHistory()
    sides = (history.version(belief(2, 0.9)), history.version(belief(2, 0.5)))
    disputed = belief(2, 0.9, status="conflicted", dispute=Dispute(None, tuple(sorted(sides))))
    ground = grounds(belief(1, 1.0, ("derived_from", 2)), disputed, history=history)
    assert (ground.trust, ground.support[0].standing) == (0.5, "disputed")


def test_what_has_expired_is_said_to_and_counts_as_it_stands() -> None:
    nodes = (belief(1, 0.9, ("derived_from", 2)), belief(2, 0.6, expires_at=AT + 10))
    assert [grounds(*nodes, now=now).support[0].standing for now in (AT, AT + 10)] == ["sound", "expired"]
    assert grounds(*nodes, now=AT + 10).trust == 0.6


def test_a_cycle_ends() -> None:
    ground = grounds(
        belief(1, 0.9, ("derived_from", 2)),
        belief(2, 0.8, ("derived_from", 3)),
        belief(3, 0.7, ("derived_from", 1), ("derived_from", 2)),
    )
    third = ground.support[0].support[0]
    assert [(below.id, below.expanded, below.support) for below in third.support] == [
        (node_id(1), False, ()),
        (node_id(2), False, ()),
    ]
    assert {ground.trust, ground.support[0].trust, third.trust} == {0.7}
    alone = grounds(belief(1, 0.9, ("depends_on", 1)))
    assert (alone.trust, alone.support[0].expanded) == (0.9, False)


def test_what_two_rest_on_is_expanded_once() -> None:
    ground = grounds(
        belief(1, 0.9, ("derived_from", 2), ("derived_from", 3)),
        belief(2, 0.7, ("derived_from", 4)),
        belief(3, 0.8, ("derived_from", 4)),
        belief(4, 0.7, ("derived_from", 5)),
        belief(5, 0.6),
    )
    first, second = (below.support[0] for below in ground.support)
    assert (first.expanded, len(first.support)) == (True, 1)
    assert (second.expanded, second.support, second.trust) == (False, (), 0.6)


def test_a_chain_longer_than_what_is_shown_counts_whole() -> None:
    length = DEEPEST + 50
    chain = [belief(number, 0.9, ("derived_from", number + 1)) for number in range(1, length)]
    ground = grounds(*chain, belief(length, 0.1))
    assert (ground.trust, ground.weakest) == (0.1, node_id(length))
    depth = 0
    while ground.support:
        ground, depth = ground.support[0], depth + 1
    assert (depth, ground.expanded) == (DEEPEST, False)


edges = st.lists(st.tuples(st.sampled_from(PREMISES), st.integers(1, 6)), max_size=3, unique=True)


@given(st.lists(st.tuples(st.integers(0, 10), edges), min_size=6, max_size=6))
def test_trust_is_the_least_worth_of_all_that_can_be_reached(beliefs: list[tuple[int, list[tuple[str, int]]]]) -> None:
    nodes = [belief(number, worth / 10, *links) for number, (worth, links) in enumerate(beliefs, 1)]
    reached, pending = set(), [1]
    while pending:
        number = pending.pop()
        if number not in reached:
            reached.add(number)
            pending += [to for _, to in beliefs[number - 1][1]]
    assert grounds(*nodes).trust == min(beliefs[number - 1][0] / 10 for number in reached)
