"""Laws that hold for every tree: it is a set, and its root depends on that set alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tree_samples import apply, change_sets, entry_sets, node, reference, version

from memora.model.ids import ObjectId
from memora.storage.memory import MemoryObjects
from memora.tree.check import check_tree
from memora.tree.diff import diff
from memora.tree.edit import build, edit, write_empty
from memora.tree.lookup import count, entries, find_prefix, lookup, lookup_many
from memora.tree.walk import versions, walk


@given(entry_sets())
def test_a_built_tree_has_the_objects_that_the_specification_words_and_no_others(model):
    objects = MemoryObjects()
    root, bodies = reference(model)
    assert build(objects, model.items()) == root
    assert {tree: body for tree, (_, body) in objects.objects.items()} == bodies
    assert list(check_tree(objects, root)) == []


@given(st.data())
def test_editing_gives_the_tree_of_the_edited_set(data):
    objects = MemoryObjects()
    model = data.draw(entry_sets())
    root = build(objects, model.items())
    for _ in range(2):
        changes = data.draw(change_sets(model))
        before, written = root, objects.writes
        stored = set(objects.objects)
        model = apply(model, changes)
        root = edit(objects, root, changes)
        expected, bodies = reference(model)
        assert root == expected
        assert set(objects.objects) - stored <= set(bodies), "an object was written that the tree does not have"
        if root == before:
            assert objects.writes == written


@given(entry_sets(2), st.randoms(use_true_random=False))
def test_the_order_of_single_edits_does_not_matter(model, random):
    objects = MemoryObjects()
    full, _ = reference(model)
    steps = list(model.items())
    random.shuffle(steps)
    root = write_empty(objects)
    for key, value in steps:
        root = edit(objects, root, {key: value})
    assert root == full
    random.shuffle(steps)
    for key, _value in steps:
        root = edit(objects, root, {key: None})
    assert root == write_empty(objects)


@given(st.data())
def test_diff_is_the_difference_of_the_sets_in_order(data):
    objects = MemoryObjects()
    old_model = data.draw(entry_sets())
    related = data.draw(st.booleans())
    new_model = apply(old_model, data.draw(change_sets(old_model))) if related else data.draw(entry_sets())
    old, new = build(objects, old_model.items()), build(objects, new_model.items())
    expected = [
        (key, old_model.get(key), new_model.get(key))
        for key in sorted({*old_model, *new_model})
        if old_model.get(key) != new_model.get(key)
    ]
    assert list(diff(objects, old, new)) == expected
    assert list(diff(objects, new, old)) == [(key, after, before) for key, before, after in expected]
    assert edit(objects, old, {key: after for key, _, after in expected}) == new


@given(entry_sets())
def test_a_tree_does_not_differ_from_itself_and_is_not_read_to_know_it(model):
    objects = MemoryObjects()
    root = build(objects, model.items())
    objects.reads = 0
    assert list(diff(objects, root, root)) == []
    assert objects.reads == 0


@given(entry_sets(), entry_sets(1))
def test_looking_up_is_looking_up_in_the_set(model, others):
    objects = MemoryObjects()
    root = build(objects, model.items())
    assert count(objects, root) == len(model)
    assert list(entries(objects, root)) == sorted(model.items())
    asked = [*model, *others, *others]
    assert list(lookup_many(objects, root, asked).items()) == sorted(model.items())
    assert list(lookup_many(objects, root, others)) == sorted(key for key in others if key in model)
    for key in {*list(model)[::7], *others}:
        assert lookup(objects, root, key) == model.get(key)


@given(entry_sets(), entry_sets(1), st.integers(0, 32), st.integers(0, 70))
def test_a_prefix_finds_the_first_nodes_that_start_with_it(model, others, digits, limit):
    objects = MemoryObjects()
    root = build(objects, model.items())
    for key in [*list(model)[:3], *list(others)[:1], node(0)]:
        prefix = key.hex()[:digits]
        expected = [found for found in sorted(model) if found.hex().startswith(prefix)]
        assert find_prefix(objects, root, prefix, 1000) == expected
        assert find_prefix(objects, root, prefix.upper(), limit) == expected[:limit]


@given(st.data())
def test_a_walk_gives_each_object_once_and_skips_what_was_seen(data):
    objects = MemoryObjects()
    old_model = data.draw(entry_sets())
    new_model = apply(old_model, data.draw(change_sets(old_model)))
    (old, old_bodies), (new, new_bodies) = reference(old_model), reference(new_model)
    for model in old_model, new_model:
        build(objects, model.items())
    seen: set[ObjectId] = set()
    first = list(walk(objects, old, seen))
    second = list(walk(objects, new, seen))
    assert len(first) == len(old_bodies) and dict(first) == old_bodies
    assert len(second) == len(dict(second)) and dict(second).keys() == new_bodies.keys() - old_bodies.keys()
    assert seen == old_bodies.keys() | new_bodies.keys()
    assert {found for _, body in first for found in versions(body)} == set(old_model.values())


def test_the_later_of_two_versions_of_a_node_counts():
    objects = MemoryObjects()
    twice = [(node(0), version(1)), (node(1), version(1)), (node(0), version(2))]
    assert list(entries(objects, build(objects, twice))) == sorted({node(0): version(2), node(1): version(1)}.items())
