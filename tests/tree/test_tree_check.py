"""Trees that no memora wrote: ``check`` names what is wrong, and nothing that reads them runs astray."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_samples import crowd, entry_sets, node, sample, version

from memora.errors import DamagedObject, MemoraError
from memora.model.ids import NodeId, ObjectId, TreeId, hash_object
from memora.storage.memory import MemoryObjects
from memora.tree.check import Checked, check, check_tree
from memora.tree.diff import diff
from memora.tree.edit import build, edit, write_empty
from memora.tree.lookup import count, entries, find_prefix, lookup, lookup_many
from memora.tree.walk import children, versions, walk


def entry(key: NodeId) -> bytes:
    return key + version(0)


def slot(tree: bytes, size: int) -> bytes:
    return tree + size.to_bytes(4, "big")


def put(objects: MemoryObjects, body: bytes) -> TreeId:
    return TreeId(objects.write("tree", body))


def inner(slots: dict[int, bytes]) -> bytes:
    bitmap = sum(1 << digit for digit in slots)
    return b"I" + bitmap.to_bytes(2, "big") + b"".join(slots[digit] for digit in sorted(slots))


A, B, C = crowd("a", 1), crowd("a", 2), crowd("c", 3)
ANY = bytes(32)
OTHER = bytes([1]) * 32
FULL = b"L" + b"".join(entry(crowd("a", number)) for number in range(64))

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


@pytest.mark.parametrize("size", [0, 2, 64, 65, 1_000_000])
def test_a_leaf_is_read_only_with_the_count_its_parent_gives(size):
    objects = MemoryObjects()
    leaf = put(objects, b"L" + entry(A))
    root = put(objects, inner({0: slot(ANY, 100), 10: slot(leaf, size)}))
    with pytest.raises(DamagedObject):
        lookup(objects, root, A)
    with pytest.raises(DamagedObject):
        edit(objects, root, {A: None})


def test_an_inner_object_that_is_counted_like_a_leaf_is_not_read():
    objects = MemoryObjects()
    many = build(objects, [(crowd("a", number), version(0)) for number in range(100)])
    root = put(objects, inner({0: slot(ANY, 100), 10: slot(many, 64)}))
    with pytest.raises(DamagedObject, match="anything but a leaf"):
        lookup(objects, root, A)
    assert ("64 entries in it, not 100") in dict(check_tree(objects, root))[many]


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


def sixteenfold(objects: MemoryObjects, leaf: bytes, height: int) -> TreeId:
    """A tree of ``height`` + 1 objects that claims to have sixteen times more paths with each level."""
    tree = put(objects, leaf)
    size = len(leaf) // 48
    for _ in range(height):
        size = min(size * 16, 2**32 - 1)
        tree = put(
            objects, inner({digit: slot(tree, max(65, size // 16) if size > 1024 else 64) for digit in range(16)})
        )
    return tree


def test_few_objects_in_very_many_places_end_every_operation():
    objects = MemoryObjects()
    bomb = sixteenfold(objects, FULL, 25)
    other = sixteenfold(objects, FULL[:1] + FULL[49:] + entry(C), 25)
    good = build(objects, sample(1000).items())
    objects.reads = 0
    problems = list(check_tree(objects, bomb))
    assert {tree for tree, _ in problems} == {tree for tree, _ in walk(objects, bomb, set())}
    assert len(problems) < 16 * 26 * 3 and objects.reads <= 1 + 16 * 25 + 26
    objects.reads = 0
    assert len(list(walk(objects, bomb, set()))) == 26
    for astray in (
        lambda: list(entries(objects, bomb)),
        lambda: list(diff(objects, bomb, other)),
        lambda: list(diff(objects, good, bomb)),
        lambda: find_prefix(objects, bomb, "b", 10),
    ):
        with pytest.raises(DamagedObject, match="out of order"):
            astray()
    assert objects.reads < 1000


def test_no_tree_is_followed_deeper_than_node_ids_go():
    objects = MemoryObjects()
    tree = put(objects, b"L" + entry(A))
    size = 1
    for _ in range(40):
        tree, size = put(objects, inner({digit: slot(tree, size) for digit in range(1 if size > 64 else 2)})), size + 65
    low = NodeId(bytes(16))
    for astray in (
        lambda: lookup(objects, tree, low),
        lambda: lookup_many(objects, tree, [low]),
        lambda: list(entries(objects, tree)),
        lambda: edit(objects, tree, {low: version(0)}),
        lambda: list(diff(objects, tree, write_empty(objects))),
        lambda: find_prefix(objects, tree, "0" * 32, 1),
    ):
        with pytest.raises(DamagedObject, match="deeper than a node id"):
            astray()
    assert any("deeper than a node id" in problem for _, problem in check_tree(objects, tree))


@given(st.data())
def test_damage_of_any_kind_is_an_answer_or_a_typed_error(data):
    """Trees with changed, cut and lengthened objects, stored under the ids that these then have."""
    objects = MemoryObjects()
    model = data.draw(entry_sets(2))
    root = build(objects, model.items())
    changed: dict[ObjectId, ObjectId] = {}
    bodies = [body for _, body in walk(objects, root, set())]
    victim = data.draw(st.integers(0, len(bodies) - 1))
    for position, original in reversed(list(enumerate(bodies))):
        body = original
        for old, new in changed.items():
            body = body.replace(old, new)
        if position == victim:
            body = data.draw(mutations(body))
        if body != original:
            changed[hash_object("tree", original)] = objects.write("tree", body)
    damaged = TreeId(changed.get(root, root))
    keys = [*list(model)[:5], node(1), crowd("", 1), crowd("f", 2)]
    for operation in (
        lambda: [lookup(objects, damaged, key) for key in keys],
        lambda: lookup_many(objects, damaged, keys),
        lambda: [find_prefix(objects, damaged, key.hex()[:size], 5) for key in keys for size in (0, 1, 31, 32)],
        lambda: count(objects, damaged),
        lambda: list(entries(objects, damaged)),
        lambda: list(diff(objects, damaged, root)),
        lambda: list(diff(objects, root, damaged)),
        lambda: edit(objects, damaged, dict.fromkeys(keys, version(9))),
        lambda: edit(objects, damaged, dict.fromkeys(model)),
        lambda: edit(objects, damaged, dict.fromkeys(list(model)[3:])),
        lambda: list(walk(objects, damaged, set())),
    ):
        try:
            operation()
        except MemoraError:
            assert list(check_tree(objects, damaged)) != []
    if list(check_tree(objects, damaged)) == []:
        assert build(objects, entries(objects, damaged)) == damaged, "two trees of one set passed as canonical"


@st.composite
def mutations(draw: st.DrawFn, body: bytes) -> bytes:
    at = draw(st.integers(0, len(body)))
    found = draw(st.binary(max_size=4)) if draw(st.booleans()) else b"\xff\xff\xff\xff"
    kind = draw(st.sampled_from(["put", "insert", "cut", "tail"]))
    if kind == "put":
        return body[:at] + found + body[at + len(found) :]
    if kind == "insert":
        return body[:at] + found + body[at:]
    return body[:at] if kind == "cut" else body[at:]
