"""Trees that no memora wrote: nothing that reads or edits them runs astray, or fails but with a typed error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_samples import ANY, FULL, A, C, crowd, entry, entry_sets, inner, node, put, sample, slot, version

from memora.errors import DamagedObject, MemoraError
from memora.model.ids import NodeId, ObjectId, TreeId, hash_object
from memora.storage.memory import MemoryObjects
from memora.tree.check import check_tree
from memora.tree.diff import diff
from memora.tree.edit import build, edit, write_empty
from memora.tree.lookup import count, entries, find_prefix, lookup, lookup_many
from memora.tree.walk import walk


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


def test_counts_that_would_run_over_or_below_nothing_are_not_written_on():
    objects = MemoryObjects()
    leaf = put(objects, b"L" + entry(crowd("ab", 1)))
    most = put(objects, inner({11: slot(leaf, 1), 12: slot(ANY, 2**32 - 2)}))
    few = put(objects, inner({digit: slot(put(objects, part(digit)), 64) for digit in range(4)}))
    for root, changes in (
        (put(objects, inner({10: slot(most, 2**32 - 1), 11: slot(ANY, 1)})), {crowd("ab", 2): version(0)}),
        (put(objects, inner({10: slot(few, 65), 11: slot(leaf, 1)})), dict.fromkeys(nodes_of(0) + nodes_of(1))),
        (put(objects, inner({10: slot(few, 65)})), {nodes_of(0)[0]: None}),
    ):
        with pytest.raises(DamagedObject, match="its counts are not those"):
            edit(objects, root, changes)


def nodes_of(digit: int) -> list[NodeId]:
    return [crowd(f"a{digit}", number) for number in range(64)]


def part(digit: int) -> bytes:
    return b"L" + b"".join(entry(key) for key in nodes_of(digit))


def sixteenfold(objects: MemoryObjects, tree: TreeId, size: int, height: int = 25) -> TreeId:
    """A tree of few objects that has sixteen times more paths with each of its levels."""
    for _ in range(height):
        tree = put(objects, inner({digit: slot(tree, size) for digit in range(16)}))
        size = min(max(65, size * 16), 2**32 // 16)
    return tree


def test_few_objects_in_very_many_places_end_every_operation():
    objects = MemoryObjects()
    leaf, other_leaf = put(objects, FULL), put(objects, FULL[:1] + FULL[49:] + entry(C))
    unsorted = put(objects, b"L" + entry(C) + entry(A))
    bomb, other, third = (
        sixteenfold(objects, tree, size) for tree, size in ((leaf, 64), (other_leaf, 64), (unsorted, 2))
    )
    fourth = sixteenfold(objects, put(objects, inner({0: slot(leaf, 64)})), 65)
    good = build(objects, sample(1000).items())
    for astray in (
        lambda: list(entries(objects, bomb)),
        lambda: list(entries(objects, third)),
        lambda: list(diff(objects, bomb, other)),
        lambda: list(diff(objects, bomb, third)),
        lambda: list(diff(objects, bomb, fourth)),
        lambda: list(diff(objects, good, bomb)),
        lambda: find_prefix(objects, bomb, "b", 10),
    ):
        objects.reads = 0
        with pytest.raises(DamagedObject, match="belong elsewhere"):
            astray()
        assert objects.reads < 200
    assert len(list(walk(objects, bomb, set()))) == 26
    objects.reads = 0
    problems = list(check_tree(objects, bomb))
    assert {tree for tree, _ in problems} == {tree for tree, _ in walk(objects, bomb, set())}
    assert len(problems) < 16 * 26 * 3 and objects.reads <= 1 + 16 * 25 + 26


def chain(objects: MemoryObjects, leaf: bytes) -> TreeId:
    """A leaf below forty inner objects, which have one child each."""
    tree = put(objects, inner({0: slot(put(objects, leaf), len(leaf) // 48)}))
    for _ in range(39):
        tree = put(objects, inner({0: slot(tree, 65)}))
    return tree


def test_no_tree_is_followed_deeper_than_node_ids_go():
    objects = MemoryObjects()
    tree, other = chain(objects, FULL), chain(objects, FULL[:-1] + b"\1")
    low = NodeId(bytes(16))
    for astray in (
        lambda: lookup(objects, tree, low),
        lambda: lookup_many(objects, tree, [low]),
        lambda: list(entries(objects, tree)),
        lambda: edit(objects, tree, {low: version(0)}),
        lambda: list(diff(objects, tree, write_empty(objects))),
        lambda: list(diff(objects, tree, other)),
        lambda: find_prefix(objects, tree, "0" * 32, 1),
    ):
        with pytest.raises(DamagedObject, match="deeper than a node id"):
            astray()
    objects.reads = 0
    assert len([problem for _, problem in check_tree(objects, tree) if "deeper than a node id" in problem]) == 1
    assert objects.reads == 33


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
