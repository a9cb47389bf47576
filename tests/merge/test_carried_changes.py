"""Carrying the changes of one tree over to another, where they do not meet."""

from memory_merge import nodes_of, write_tree
from node_samples import PLAIN, node_id

from memora.merge.trees import merge_trees
from memora.model.ids import NodeId
from memora.model.node import Node
from memora.storage.memory import MemoryObjects
from memora.tree.edit import edit


def says(number: int, content: str, key: str | None = None) -> Node:
    return PLAIN._replace(id=node_id(number), content=content, key=key)


BASE = (says(1, "one"), says(2, "two"), says(3, "three"))


def carry(
    base: tuple[Node, ...] | None, ours: tuple[Node, ...], theirs: tuple[Node, ...]
) -> tuple[set[str], list[int]]:
    """What the merged tree says, and the numbers of the nodes that clash."""
    objects = MemoryObjects()
    onto = write_tree(objects, theirs)
    merge = merge_trees(objects, None if base is None else write_tree(objects, base), write_tree(objects, ours), onto)
    merged: dict[NodeId, Node] = nodes_of(objects, edit(objects, onto, merge.changes))
    return {node.content for node in merged.values()}, [node[0] for node in merge.clashes]


def test_changes_of_different_nodes_combine() -> None:
    ours = (says(1, "ours"), says(2, "two"), says(3, "three"), says(4, "new"))
    theirs = (says(1, "one"), says(3, "theirs"))
    assert carry(BASE, ours, theirs) == ({"ours", "theirs", "new"}, [])


def test_the_same_change_on_both_sides_is_one() -> None:
    both = (says(1, "both"), says(2, "two"))
    assert carry(BASE, both, both) == ({"both", "two"}, [])


def test_different_changes_of_one_node_clash() -> None:
    ours = (says(1, "ours"), says(2, "ours too"), says(3, "three"))
    theirs = (says(1, "theirs"), says(3, "three"))
    assert carry(BASE, ours, theirs)[1] == [1, 2]


def test_two_nodes_that_take_one_key_clash() -> None:
    ours, theirs = (*BASE, says(4, "ours", "db")), (*BASE, says(5, "theirs", "db"))
    assert carry(BASE, ours, theirs)[1] == [4, 5]


def test_a_key_that_moved_on_one_side_alone_is_no_clash() -> None:
    base = (*BASE, says(4, "old", "db"))
    assert carry(base, (*BASE, says(5, "new", "db")), base) == ({"one", "two", "three", "new"}, [])


def test_without_a_base_everything_was_added() -> None:
    assert carry(None, (says(1, "ours"),), (says(2, "theirs"),)) == ({"ours", "theirs"}, [])
    assert carry(None, (says(1, "ours"),), (says(1, "theirs"),))[1] == [1]
