"""The check of canonical form names what is wrong with a tree, and readers refuse what is broken."""

from __future__ import annotations

import pytest
from tree_samples import ANY, FULL, OTHER, A, B, C, crowd, entry, inner, put, sample, slot, version

from memora.errors import DamagedObject
from memora.model.ids import ObjectId, TreeId
from memora.storage.memory import MemoryObjects
from memora.tree.check import Checked, check, check_tree
from memora.tree.diff import diff
from memora.tree.edit import build, edit
from memora.tree.lookup import count, entries, find_prefix, lookup, lookup_many
from memora.tree.walk import children, versions, walk

CANONICAL = [
    (b"L", "", None),
    (b"L" + entry(A), "", None),
    (b"L" + entry(A) + entry(B), A.hex()[:31], 2),
    (FULL, "a0", 64),
    (inner({0: slot(ANY, 64), 15: slot(OTHER, 1)}), "", None),
    (inner({3: slot(ANY, 4_000_000_000)}), "a", 4_000_000_000),
]


@pytest.mark.parametrize(("body", "prefix", "size"), CANONICAL)
def test_nothing_is_wrong_with_a_canonical_object(body, prefix, size):
    assert check(body, prefix, size) == []


BROKEN = {
    "no bytes": (b"", "neither a leaf nor an inner"),
    "another tag": (b"T" + entry(A), "neither a leaf nor an inner"),
    "half an entry": (b"L" + entry(A)[:-1], "cut short"),
    "bytes behind an entry": (b"L" + entry(A) + b"\0", "cut short"),
    "65 entries": (FULL + entry(C), "more than 64"),
    "an inner object without a bitmap": (b"I", "no children"),
    "half a bitmap": (b"I\0", "no children"),
    "an empty bitmap": (b"I\0\0", "no children"),
    "an empty bitmap and a slot": (b"I\0\0" + slot(ANY, 65), "does not fit"),
    "a slot too few": (b"I\0\3" + slot(ANY, 65), "does not fit"),
    "a slot too many": (b"I\0\1" + slot(ANY, 65) + slot(OTHER, 65), "does not fit"),
    "half a slot": (b"I\0\1" + slot(ANY, 65)[:-1], "does not fit"),
    "bytes behind a slot": (b"I\0\1" + slot(ANY, 65) + b"\0", "does not fit"),
}


@pytest.mark.parametrize(("body", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_broken_object_is_named_by_whatever_reads_it(body, problem):
    objects = MemoryObjects()
    tree, good = put(objects, body), build(objects, sample(100).items())
    [found] = check(body)
    assert problem in found
    assert list(check_tree(objects, tree)) == [(tree, found)]
    readers = (
        lambda: lookup(objects, tree, A),
        lambda: lookup_many(objects, tree, [A, C]),
        lambda: find_prefix(objects, tree, "a", 10),
        lambda: count(objects, tree),
        lambda: list(entries(objects, tree)),
        lambda: edit(objects, tree, {A: version(1)}),
        lambda: list(diff(objects, tree, good)),
        lambda: list(diff(objects, good, tree)),
        lambda: list(walk(objects, tree, set())),
        lambda: children(body),
        lambda: versions(body),
    )
    for reader in readers:
        with pytest.raises(DamagedObject, match=problem) as raised:
            reader()
        assert raised.value.object_id == tree.hex()


@pytest.mark.parametrize(("body", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_broken_object_is_found_below_another(body, problem):
    objects = MemoryObjects()
    tree = put(objects, body)
    root = put(objects, inner({10: slot(tree, 65)}))
    with pytest.raises(DamagedObject) as raised:
        lookup(objects, root, A)
    assert raised.value.object_id == tree.hex()
    [found] = check_tree(objects, root)
    assert found[0] == tree and problem in found[1]


UNCANONICAL = {
    "entries out of order": (b"L" + entry(B) + entry(A), "", None, "not sorted"),
    "a node twice": (b"L" + entry(A) + A + version(1), "", None, "occurs twice"),
    "an entry of another place": (b"L" + entry(A) + entry(C), "a", None, "do not start with a"),
    "an entry of a place that is alike": (b"L" + entry(C), "c1", None, "do not start with c1"),
    "an empty leaf below a root": (b"L", "a", 0, "not a root"),
    "more than its parent counts": (b"L" + entry(A), "a", 2, "counts 2 entries in it, not 1"),
    "fewer than its parent counts": (inner({1: slot(ANY, 66)}), "a", 65, "counts 65 entries in it, not 66"),
    "small and not a leaf": (inner({1: slot(ANY, 64)}), "", None, "64 entries or fewer"),
    "a child without entries": (inner({1: slot(ANY, 65), 2: slot(OTHER, 0)}), "", None, "child without entries"),
    "a child twice": (inner({1: slot(ANY, 65), 2: slot(ANY, 65)}), "", None, "same child twice"),
    "too deep": (inner({1: slot(ANY, 65)}), "0" * 32, None, "deeper than a node id"),
}


@pytest.mark.parametrize(("body", "prefix", "size", "problem"), UNCANONICAL.values(), ids=UNCANONICAL)
def test_what_is_not_canonical_is_said(body, prefix, size, problem):
    [found] = check(body, prefix, size)
    assert problem in found


def large_tree(objects: MemoryObjects) -> tuple[TreeId, TreeId, bytes]:
    """A root with inner children, its child for digit 5, and the root's body."""
    root = build(objects, sample(2000).items())
    body = objects.read(root, "tree")
    return root, children(body)[5], body


def test_a_whole_tree_is_checked_where_its_objects_lie():
    objects = MemoryObjects()
    root, _, body = large_tree(objects)
    moved = body[:3] + body[3 + 36 : 3 + 72] + body[3 : 3 + 36] + body[3 + 72 :]
    problems = dict(check_tree(objects, put(objects, moved)))
    assert {"do not start with 0" in text or "do not start with 1" in text for text in problems.values()} == {True}
    assert list(check_tree(objects, root)) == []


def test_a_wrong_count_is_found_on_both_sides():
    objects = MemoryObjects()
    _, child, body = large_tree(objects)
    at = body.index(child) + 32
    lie = put(objects, body[:at] + (70).to_bytes(4, "big") + body[at + 4 :])
    [(tree, problem)] = check_tree(objects, lie)
    assert tree == child and "counts 70 entries in it, not" in problem


def test_two_parents_that_count_differently_are_not_both_right():
    objects = MemoryObjects()
    root, child, body = large_tree(objects)
    at = body.index(child) + 32
    lie = put(objects, body[:at] + (70).to_bytes(4, "big") + body[at + 4 :])
    checked: Checked = {}
    assert list(check_tree(objects, root, checked)) == []
    [(tree, problem)] = check_tree(objects, lie, checked)
    assert tree == child and "counts 70 entries in it, not" in problem


def test_missing_and_damaged_objects_are_problems_too():
    objects = MemoryObjects()
    root, child, body = large_tree(objects)
    other = children(body)[6]
    del objects.objects[ObjectId(child)]
    objects.objects[ObjectId(other)] = ("tree", b"L")
    assert dict(check_tree(objects, root)) == {child: "it is missing", other: "its bytes do not hash to its id"}


def test_what_two_trees_share_is_reported_once():
    objects = MemoryObjects()
    root, child, _ = large_tree(objects)
    after = edit(objects, root, {crowd("e", 1): version(1)})
    del objects.objects[ObjectId(child)]
    checked: Checked = {}
    assert [tree for tree, _ in check_tree(objects, root, checked)] == [child]
    assert list(check_tree(objects, after, checked)) == []
    assert [tree for tree, _ in check_tree(objects, after)] == [child]


def test_one_leaf_may_serve_trees_at_two_depths():
    objects = MemoryObjects()
    few = {crowd("a", number): version(0) for number in range(3)}
    checked: Checked = {}
    for model in few, {**sample(500), **few}, few:
        assert list(check_tree(objects, build(objects, model.items()), checked)) == []
