"""Everything about a node or a commit."""

from pathlib import Path
from typing import Any

import pytest
from seats import Seat

from memora.errors import Ambiguous, NotFound
from memora.model.importance import weigh_importance
from memora.model.node import Dispute, Node
from memora.model.node_codec import decode_node
from memora.operations.look.show import HISTORY, CommitView, NodeView, commit_changes, show
from memora.operations.naming import read_named
from memora.operations.remember.edit import edit
from memora.operations.remember.link import link
from memora.operations.remember.remove import remove
from memora.storage.node_index import derive_version


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("one", key="one", links=[])
    seat.remember("two", key="two", links=["supports:one"])
    seat.remember("three", key="three", links=["part_of:one"])
    seat.commit("First")
    return seat


def named(seat: Seat, name: str) -> Node:
    return read_named(seat.repository, [name])[0].node


def seen(seat: Seat, name: str, revision: str | None = None) -> NodeView:
    view = show(seat.repository, name, now=seat.now, revision=revision)
    assert isinstance(view, NodeView)
    return view


def around(found: Any) -> set[tuple[str, str | None]]:
    return {(item.relation, item.node.key if item.node else None) for item in found}


def messages(view: NodeView) -> list[str]:
    return [entry.commit.message for entry in view.history.commits]


def test_a_node_as_it_is(seat: Seat) -> None:
    view = seen(seat, "two")
    [item] = read_named(seat.repository, ["two"])
    assert view.item == item
    assert (view.expired, view.uncommitted, view.accesses, view.sides) == (False, False, 0, ())
    assert view.importance == weigh_importance("semantic", 0.8, item.node.updated_at, seat.now)


def test_accesses_count_for_importance(seat: Seat) -> None:
    node = named(seat, "one").id
    with seat.repository.exclusive():
        for at in (1, 2, 3):
            seat.repository.index.nodes.add_access([node], at)
    assert seen(seat, "one").accesses == 3
    assert seen(seat, "one").importance.total > seen(seat, "two").importance.total


def test_links_both_ways(seat: Seat) -> None:
    assert around(seen(seat, "two").links) == {("supports", "one")}
    assert around(seen(seat, "one").linked_from) == {("supports", "two"), ("part_of", "three")}
    seat.do(link, "two", "supports", "one", remove=True)
    seat.do(link, "one", "relates_to", "two")
    assert around(seen(seat, "one").linked_from) == {("part_of", "three")}
    assert around(seen(seat, "two").linked_from) == {("relates_to", "one")}
    seat.do(remove, ["three"])
    assert seen(seat, "one").linked_from == ()


def test_links_both_ways_at_a_revision(seat: Seat) -> None:
    seat.do(link, "two", "supports", "one", remove=True)
    seat.do(remove, ["three"])
    seat.commit("Second")
    assert around(seen(seat, "one", "HEAD~1").linked_from) == {("supports", "two"), ("part_of", "three")}
    assert seen(seat, "one", "HEAD").linked_from == ()


def test_a_link_to_what_is_gone_is_shown_without_a_node(seat: Seat) -> None:
    gone = named(seat, "one").id
    seat.do(remove, ["one"])
    [item] = seen(seat, "two").links
    assert (item.relation, item.id, item.node) == ("supports", gone, None)
    assert around(seen(seat, "two", "HEAD").links) == {("supports", "one")}


def test_the_index_of_links_comes_back_with_the_others(seat: Seat) -> None:
    nodes = seat.repository.index.nodes
    before = nodes.links_to(named(seat, "one").id)
    with seat.repository.exclusive():
        for table in ("versions", "links"):
            seat.repository.index.database.execute(f"DELETE FROM {table}")
        for row, _, body in list(seat.repository.objects.rows("node")):
            nodes.add_versions([(row, derive_version(decode_node(body)))])
    assert nodes.links_to(named(seat, "one").id) == before != []


def test_history_has_only_the_commits_that_changed_it(seat: Seat) -> None:
    for number in range(2):
        seat.do(edit, "one", {"content": f"one {number}"})
        seat.commit(f"Change {number}")
        seat.remember(f"other {number}")
        seat.commit(f"Other {number}")
    view = seen(seat, "one")
    assert messages(view) == ["Change 1", "Change 0", "First"]
    assert (view.history.more, view.history.whole) == (0, True)
    assert messages(seen(seat, "one", "HEAD~3")) == ["Change 0", "First"]


def test_of_a_long_history_the_newest_commits_are_shown(seat: Seat) -> None:
    for number in range(HISTORY + 2):
        seat.do(edit, "one", {"content": f"one {number}"})
        seat.commit(f"Change {number}")
    view = seen(seat, "one")
    assert messages(view)[0] == f"Change {HISTORY + 1}"
    assert (len(view.history.commits), view.history.more, view.history.whole) == (HISTORY, 3, True)


def test_what_is_not_committed_is_said(seat: Seat) -> None:
    seat.remember("new", key="new")
    assert seen(seat, "new").uncommitted
    assert seen(seat, "new").history.commits == ()
    assert not seen(seat, "one").uncommitted
    seat.do(edit, "one", {"add_tags": ["a"]})
    assert seen(seat, "one").uncommitted
    assert not seen(seat, "one", "HEAD").uncommitted


def test_a_store_without_commits(tmp_path: Path) -> None:
    seat = Seat(tmp_path)
    seat.remember("one", key="one")
    view = seen(seat, "one")
    assert (view.uncommitted, view.history.commits, view.history.whole) == (True, (), True)


def test_names_are_those_of_the_revision(seat: Seat) -> None:
    node = named(seat, "one").id
    seat.do(edit, "one", {"key": "uno"})
    seat.remember("another", key="one")
    seat.commit("Second")
    assert seen(seat, "one").item.node.content == "another"
    assert seen(seat, "one", "HEAD~1").item.node.id == node
    assert seen(seat, node.hex()[:8], "HEAD~1").item.node.key == "one"
    for name in ("uno", "nowhere", "\udcff", ""):
        with pytest.raises(NotFound, match="no node"):
            seen(seat, name, "HEAD~1")


def test_a_prefix_may_be_ambiguous_at_a_revision(seat: Seat) -> None:
    node = named(seat, "one")
    twin = node._replace(id=type(node.id)(node.id[:2] + b"\0" * 14), key="twin")
    with seat.repository.transaction("test", author="test", now=seat.now) as transaction:
        transaction.set_nodes({twin.id: transaction.write_node(twin)})
    seat.commit("Twin")
    with pytest.raises(Ambiguous):
        seen(seat, node.id.hex()[:4], "HEAD")


def test_both_sides_of_a_dispute_are_shown(seat: Seat) -> None:
    [one], [two] = read_named(seat.repository, ["one"]), read_named(seat.repository, ["two"])
    sides = tuple(sorted((one.version, two.version)))
    disputed = one.node._replace(status="conflicted", dispute=Dispute(None, sides))
    with seat.repository.transaction("test", author="test", now=seat.now) as transaction:
        transaction.set_nodes({disputed.id: transaction.write_node(disputed)})
    assert {side.node.content for side in seen(seat, "one").sides} == {"one", "two"}


def test_a_commit_and_its_changes(seat: Seat) -> None:
    seat.do(edit, "one", {"content": "ONE"})
    seat.do(remove, ["two"])
    made = seat.commit("Second")
    for name in ("HEAD", "main", made.commit.hex(), made.commit.hex()[:10]):
        view = show(seat.repository, name, now=seat.now)
        assert isinstance(view, CommitView)
        assert (view.entry.id, view.entry.commit.message) == (made.commit, "Second")
        assert str(view.entry.changes) == "1 changed, 1 removed"
        changes = {change.latest.content: change.kind for change in commit_changes(seat.repository, view)}
        assert changes == {"ONE": "modified", "two": "removed"}


def test_the_first_commit_added_everything(seat: Seat) -> None:
    view = show(seat.repository, "HEAD", now=seat.now)
    assert isinstance(view, CommitView)
    assert {change.kind for change in commit_changes(seat.repository, view)} == {"added"}
    assert view.before is None


def test_a_node_goes_before_a_revision(seat: Seat) -> None:
    seat.remember("about the branch", key="main")
    assert seen(seat, "main").item.node.content == "about the branch"


@pytest.mark.parametrize("name", ["nowhere", "", "\udcff", "HEAD~9", "a b"])
def test_what_is_neither(seat: Seat, name: str) -> None:
    with pytest.raises(NotFound, match="no node or revision"):
        show(seat.repository, name, now=seat.now)
