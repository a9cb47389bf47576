"""What nodes of a workspace are derived from, kept up to date with the view: against the objects, after any changes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import NOON, make_store

from memora.model.ids import NodeId
from memora.model.node import Link, Node, Observation
from memora.model.node_codec import encode_node
from memora.repository import Repository
from memora.storage.derivations import Derivations

NAMES = "abcdef"
WORKSPACE = 1


def node_id(name: str) -> NodeId:
    return NodeId(name.encode() * 16)


def belief(name: str, parents: str = "", *, status: str = "stable", relation: str = "derived_from") -> Node:
    links = tuple(Link(relation, node_id(parent)) for parent in sorted(parents))
    seen = (Observation("manual", "ada", NOON),)
    return Node(node_id(name), "semantic", name, 0.8, status, seen, NOON, NOON, links=links)


class View:
    """The view of one workspace, and beside it what it has to be."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.nodes: dict[str, Node] = {}

    def put(self, *nodes: Node) -> None:
        self.change("", nodes)

    def take(self, names: str) -> None:
        self.change(names, ())

    def change(self, removed: Iterable[str], nodes: Iterable[Node]) -> None:
        with self.repository.exclusive():
            changes: list[tuple[NodeId, int | None]] = [(node_id(name), None) for name in removed]
            for node in nodes:
                _, row, new = self.repository.objects.insert("node", encode_node(node))
                if new:
                    self.repository.index.add_node(row, node)
                changes.append((node.id, row))
            self.repository.index.nodes.set_view(WORKSPACE, changes)
        for name in removed:
            self.nodes.pop(name, None)
        self.nodes.update({node.content: node for node in nodes})

    def gone(self) -> str:
        rows = self.repository.index.database.all("SELECT node FROM gone WHERE workspace = ?", (WORKSPACE,))
        return "".join(sorted(chr(node[0]) for (node,) in rows))

    def expected(self) -> str:
        wanted = {chr(link.to[0]) for node in self.nodes.values() for link in node.links}
        return "".join(sorted(wanted - self.nodes.keys()))


@pytest.fixture
def view(tmp_path: Path) -> View:
    return View(make_store(tmp_path))


def derivations(view: View) -> Derivations:
    return view.repository.index.nodes.derivations


def test_a_parent_that_leaves_is_gone_until_it_returns(view: View) -> None:
    view.put(belief("a"), belief("b", "a"))
    assert view.gone() == ""
    view.take("a")
    assert view.gone() == "a"
    view.put(belief("a"))
    assert view.gone() == ""


def test_a_parent_that_never_was_there_is_gone(view: View) -> None:
    view.put(belief("b", "ax"))
    assert view.gone() == "ax"


def test_nobody_misses_what_nobody_rests_on(view: View) -> None:
    view.put(belief("a"), belief("b", "a"))
    view.take("ab")
    assert view.gone() == ""
    view.put(belief("c", "a"))
    view.put(belief("c", "b"))
    assert view.gone() == "b"


def test_other_links_do_not_count(view: View) -> None:
    view.put(belief("b", "a", relation="depends_on"))
    assert (view.gone(), derivations(view).exist()) == ("", False)


def test_the_questions(view: View) -> None:
    view.put(belief("a"), belief("b", "a"), belief("c", "ab"), belief("d", "b", status="deprecated"))
    found = derivations(view)
    assert found.dependants(WORKSPACE, node_id("a")) == [node_id("b"), node_id("c")]
    assert found.dependants(WORKSPACE, node_id("b")) == [node_id("c")]
    assert [found.holds(WORKSPACE, node_id(name)) for name in "adx"] == [True, False, False]
    assert found.shaken(WORKSPACE) == []
    view.put(belief("a", status="deprecated"))
    assert found.shaken(WORKSPACE) == [node_id("b"), node_id("c")]
    assert found.shaken(WORKSPACE + 1) == []
    view.put(belief("b", "x"))
    assert found.shaken(WORKSPACE) == [node_id("b"), node_id("c")]
    assert found.parents(WORKSPACE, [node_id("b"), node_id("c"), node_id("q")]) == {
        node_id("a"),
        node_id("b"),
        node_id("x"),
    }


def test_an_earlier_version_rests_on_nothing(view: View) -> None:
    view.put(belief("a"), belief("b", "a"))
    view.put(belief("b"))
    assert derivations(view).dependants(WORKSPACE, node_id("a")) == []
    view.take("a")
    assert view.gone() == ""


beliefs = st.builds(belief, st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES), max_size=2).map("".join))
steps = st.tuples(
    st.sets(st.sampled_from(NAMES), max_size=2),
    st.lists(beliefs, max_size=3, unique_by=lambda node: node.content),
)


@settings(max_examples=30)
@given(st.lists(steps, max_size=6))
def test_whatever_changes_the_table_is_right_and_can_be_made_again(
    changes: list[tuple[set[str], list[Node]]],
) -> None:
    with TemporaryDirectory() as directory, make_store(directory) as repository:
        view = View(repository)
        for removed, nodes in changes:
            names = {node.content for node in nodes}
            view.change(sorted(removed - names), nodes)
            assert view.gone() == view.expected()
        with repository.exclusive():
            derivations(view).clear(WORKSPACE)
            derivations(view).fill(WORKSPACE)
        assert view.gone() == view.expected()
