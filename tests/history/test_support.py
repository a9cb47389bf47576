"""What is left of the support of beliefs once something they were derived from has fallen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hypothesis import given
from hypothesis import strategies as st

from memora.history.support import Support, direct_sighting, find_unsupported, judge, walk_dependants
from memora.model.belief import promoted, retracted
from memora.model.ids import NodeId
from memora.model.node import Link, Node, Observation

AT = 1_800_000_000_000_000
GUESS = Observation("model_inference", "ada", AT)
SEEN = Observation("code_read", "ada", AT, None, ("src/a.rs:L1",))


def node_id(name: str) -> NodeId:
    return NodeId(name.encode().ljust(16, b"\0"))


def belief(name: str, parents: str = "", *, seen: Observation = GUESS, status: str = "ephemeral") -> Node:
    """A node named by a letter, derived from those of some other letters."""
    links = tuple(Link("derived_from", node_id(parent)) for parent in sorted(parents))
    return Node(node_id(name), "semantic", name, 0.6, status, (seen,), AT, AT, links=links)


class Beliefs:
    """The nodes of a tree in memory; counts how many of them were read."""

    def __init__(self, *nodes: Node) -> None:
        self.nodes = {node.id: node for node in nodes}
        self.reads = 0

    def shaken(self) -> list[NodeId]:
        found = {
            node.id
            for node in self.nodes.values()
            if self.holds(node.id) and not all(map(self.holds, parents_of(node)))
        }
        return sorted(found)

    def dependants(self, node: NodeId) -> list[NodeId]:
        return sorted(item.id for item in self.nodes.values() if self.holds(item.id) and node in parents_of(item))

    def holds(self, node: NodeId) -> bool:
        return node in self.nodes and self.nodes[node].status != "deprecated"

    def read(self, node: NodeId) -> Node:
        self.reads += 1
        return self.nodes[node]


def parents_of(node: Node) -> list[NodeId]:
    return [link.to for link in node.links if link.relation == "derived_from"]


def unsupported(*nodes: Node) -> str:
    return "".join(node.content for node in find_unsupported(Beliefs(*nodes)))


def dead(name: str, parents: str = "") -> Node:
    return belief(name, parents, status="deprecated")


def test_a_belief_that_is_derived_from_nothing_needs_no_support():
    assert unsupported(belief("a"), belief("b")) == ""


def test_what_rests_on_a_belief_in_service_is_supported():
    assert unsupported(belief("a"), belief("b", "a"), belief("c", "b")) == ""


def test_a_parent_that_is_deprecated_or_gone_leaves_nothing():
    assert unsupported(dead("a"), belief("b", "a")) == "b"
    assert unsupported(belief("b", "a")) == "b"
    assert unsupported(retracted(belief("a"), SEEN), belief("b", "a")) == "b"


def test_a_parent_that_was_brought_back_holds_again():
    assert unsupported(promoted(retracted(belief("a"), SEEN)), belief("b", "a")) == ""


def test_it_goes_all_the_way_down():
    assert unsupported(dead("a"), belief("b", "a"), belief("c", "b"), belief("d", "c")) == "bcd"


def test_another_parent_is_enough():
    assert unsupported(dead("a"), belief("x"), belief("b", "ax"), belief("c", "b")) == ""


def test_a_diamond_stands_while_one_of_its_sides_does():
    sides = belief("b", "a"), belief("c", "x")
    assert unsupported(dead("a"), belief("x"), *sides, belief("d", "bc")) == "b"
    assert unsupported(dead("a"), dead("x"), *sides, belief("d", "bc")) == "bcd"


def test_a_parent_that_is_unsupported_itself_holds_nothing_up():
    assert unsupported(dead("a"), dead("x"), belief("b", "a"), belief("c", "bx")) == "bc"


def test_seeing_it_oneself_with_evidence_is_enough():
    chain = belief("b", "a", seen=SEEN), belief("c", "b")
    assert unsupported(dead("a"), *chain) == ""
    for source in ("code_read", "test_result", "manual"):
        assert unsupported(dead("a"), belief("b", "a", seen=SEEN._replace(source=source))) == ""


def test_inferring_it_is_not_nor_is_seeing_it_without_evidence():
    assert unsupported(dead("a"), belief("b", "a", seen=SEEN._replace(source="cursor"))) == "b"
    assert unsupported(dead("a"), belief("b", "a", seen=SEEN._replace(evidence=()))) == "b"


def test_evidence_against_a_belief_does_not_support_it():
    node = promoted(retracted(belief("b", "a"), SEEN))
    assert direct_sighting(node) is None
    assert unsupported(dead("a"), node) == "b"


def test_only_derivation_counts():
    links = tuple(Link(relation, node_id("a")) for relation in ("depends_on", "part_of", "supports"))
    assert unsupported(dead("a"), belief("b")._replace(links=links)) == ""


def test_a_circle_cannot_hold_itself_up():
    assert unsupported(dead("x"), belief("a", "bx"), belief("b", "a")) == "ab"
    assert unsupported(dead("x"), belief("r"), belief("a", "bx"), belief("b", "ar")) == ""


def test_a_circle_from_which_nothing_was_taken_is_left_alone():
    assert unsupported(belief("a", "b"), belief("b", "a")) == ""


def test_what_is_out_of_service_is_not_said_to_be_unsupported():
    assert unsupported(dead("a"), dead("b", "a"), belief("c", "b")) == "c"


def test_a_dispute_is_in_service():
    assert unsupported(belief("a", status="conflicted"), belief("b", "a")) == ""
    assert unsupported(dead("a"), belief("b", "a", status="conflicted")) == "b"


def test_only_what_the_fallen_reach_is_read():
    beliefs = Beliefs(
        dead("a"), belief("b", "a"), *(belief(chr(300 + n), chr(299 + n)) for n in range(2, 50)), belief(chr(301))
    )
    assert [node.content for node in find_unsupported(beliefs)] == ["b"]
    assert beliefs.reads == 1


def test_what_rests_on_something_seen_is_not_even_looked_at():
    beliefs = Beliefs(dead("a"), belief("b", "a", seen=SEEN), belief("c", "b"), belief("d", "c"))
    assert find_unsupported(beliefs) == []
    assert beliefs.reads == 1


def test_what_if():
    beliefs = Beliefs(belief("a"), belief("x"), belief("b", "a"), belief("c", "bx"))
    judged = judge(beliefs, {node_id("a")})
    assert judged == {
        node_id("b"): Support(beliefs.nodes[node_id("b")]),
        node_id("c"): Support(beliefs.nodes[node_id("c")], parent=node_id("x")),
    }
    assert judge(beliefs) == {}


def lines(beliefs: Beliefs, root: str) -> list[str]:
    judged = judge(beliefs, {node_id(root)})
    return [
        "." * item.depth + item.support.node.content + ("" if not item.support.is_left else "+") + "~" * item.again
        for item in walk_dependants(beliefs, node_id(root), judged)
    ]


def test_the_tree_of_dependants_ends_at_what_stands():
    beliefs = Beliefs(
        belief("a"), belief("x"), belief("b", "a"), belief("c", "bx"), belief("d", "c"), belief("e", "ab")
    )
    assert lines(beliefs, "a") == [".b", "..c+", "..e", ".e~"]


def test_the_tree_of_a_circle_ends():
    beliefs = Beliefs(belief("a", "c"), belief("b", "a"), belief("c", "b"))
    assert lines(beliefs, "a") == [".b", "..c"]


NAMES = "abcdefgh"
derivations = st.dictionaries(st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES), max_size=3), max_size=8)
some = st.sets(st.sampled_from(NAMES), max_size=3)


def grounded(parents: Mapping[str, Iterable[str]], fallen: set[str], seen: set[str]) -> set[str]:
    """By the letter of docs/support.md: what is unsupported, by trying until nothing changes."""
    live = {name for name in parents if name not in fallen}
    reached: set[str] = set()
    while True:
        more = {
            name
            for name in live
            if any(parent not in live or (parent in reached and parent not in seen) for parent in parents[name])
        }
        if more == reached:
            break
        reached = more
    supported = {name for name in live if name in seen or name not in reached}
    while True:
        more = supported | {name for name in live if any(parent in supported for parent in parents[name])}
        if more == supported:
            return live - supported
        supported = more


@given(derivations, some, some)
def test_the_rule_in_words_finds_the_same(parents, fallen, seen):
    nodes = [
        belief(
            name,
            "".join(sorted(parents[name] - {name})),
            seen=SEEN if name in seen else GUESS,
            status="deprecated" if name in fallen else "ephemeral",
        )
        for name in parents
    ]
    expected = grounded({name: parents[name] - {name} for name in parents}, fallen, seen)
    assert unsupported(*nodes) == "".join(sorted(expected))


@given(derivations, some, st.sampled_from(NAMES))
def test_a_preview_is_what_comes_to_pass(parents, seen, root):
    nodes = [
        belief(name, "".join(sorted(parents[name] - {name})), seen=SEEN if name in seen else GUESS) for name in parents
    ]
    planned = judge(Beliefs(*nodes), {node_id(root)})
    after = [node._replace(status="deprecated") if node.content == root else node for node in nodes]
    assert planned == judge(Beliefs(*after), {node_id(root)} - {node.id for node in nodes})
