"""The bytes of trees: the examples of SPEC.md, and where a leaf becomes an inner object."""

from __future__ import annotations

import pytest
from tree_samples import CLUSTERS, crowd, has_leaf_root, levels, node, reference, sample, version

from memora.model.ids import NodeId, VersionId
from memora.storage.memory import MemoryObjects
from memora.tree.edit import build, edit, write_empty
from memora.tree.encoding import EMPTY_TREE_BODY
from memora.tree.lookup import find_prefix
from memora.tree.walk import children, versions

EXAMPLES = {
    "empty": ({}, 1, "9bdc14a0ff631393f21583abbc330b8a751ec08ccd2839d7836d07614c4d98ff"),
    "three entries": (sample(3), 1, "b9bab69f02cd6f47072717340ebbdb086ca27507d3998ef9f0f54018b8b046df"),
    "65 entries": (sample(65), 17, "078d05971945d0f8903287fdb0fb0ac7bc38a2b5c0d6cd16c4056ccf631cd065"),
    "the deepest": (
        {crowd("", number): version(0) for number in range(65)},
        36,
        "72732d56f1e1d7e142b8995dc7825f8c2e783f2a26ab10a133c1e477cfbf439a",
    ),
}


@pytest.mark.parametrize(("model", "stored", "root"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_examples_of_the_specification(model, stored, root):
    objects = MemoryObjects()
    assert build(objects, model.items()).hex() == root
    assert len(objects.objects) == stored


def test_a_leaf_is_its_tag_and_its_entries():
    objects = MemoryObjects()
    low, high = NodeId(b"\x01" * 16), NodeId(b"\x02" * 16)
    root = build(objects, [(high, version(2)), (low, version(1))])
    body = b"L" + b"\x01" * 16 + version(1) + b"\x02" * 16 + version(2)
    assert objects.read(root, "tree") == body
    assert children(body) == [] and versions(body) == [version(1), version(2)]
    assert EMPTY_TREE_BODY == b"L"


def test_an_inner_object_is_its_tag_a_bitmap_and_a_slot_for_each_digit():
    objects = MemoryObjects()
    low = [(crowd("0", number), version(0)) for number in range(1)]
    high = [(crowd("a", number), version(0)) for number in range(64)]
    root = build(objects, high + low)
    below = [build(objects, low), build(objects, high)]
    body = b"I\x04\x01" + below[0] + b"\0\0\0\x01" + below[1] + b"\0\0\0\x40"
    assert objects.read(root, "tree") == body
    assert children(body) == below and versions(body) == []


@pytest.mark.parametrize("cluster", CLUSTERS.values(), ids=CLUSTERS)
def test_sixty_four_entries_are_a_leaf_and_one_more_is_not(cluster):
    objects = MemoryObjects()
    known = [(cluster(number), version(number)) for number in range(66)]
    leaf, inner = build(objects, known[:64]), build(objects, known[:65])
    assert has_leaf_root(objects, leaf) and not has_leaf_root(objects, inner)
    assert edit(objects, leaf, dict(known[64:65])) == inner
    assert edit(objects, inner, {known[64][0]: None}) == leaf
    assert edit(objects, inner, {known[0][0]: None, **dict(known[65:])}) == build(objects, known[1:])
    assert edit(objects, inner, {known[0][0]: None, known[1][0]: None, **dict(known[65:])}) == build(objects, known[2:])


def test_no_tree_is_deeper_than_a_node_id_has_digits():
    objects = MemoryObjects()
    deepest = [(crowd("", number), version(0)) for number in range(65)]
    assert levels(objects, build(objects, deepest)) == 32


def test_taking_all_of_a_branch_away_takes_its_slot_away():
    objects = MemoryObjects()
    low = {crowd("0", number): version(0) for number in range(70)}
    high = {crowd("a", number): version(0) for number in range(70)}
    both = build(objects, {**low, **high}.items())
    assert edit(objects, both, dict.fromkeys(low)) == build(objects, high.items())
    assert edit(objects, build(objects, high.items()), low) == both
    assert edit(objects, both, dict.fromkeys([*low, *high])) == write_empty(objects)


def test_a_large_change_to_a_small_tree_is_a_tree_of_its_own():
    objects = MemoryObjects()
    model = sample(5000)
    assert edit(objects, build(objects, list(model.items())[:10]), model) == reference(model)[0]


@pytest.mark.parametrize("prefix", ["g", "0x", " 1", "1_0", "٣", "0" * 33, "-1"])
def test_what_is_not_hexadecimal_starts_no_node(prefix):
    objects = MemoryObjects()
    assert find_prefix(objects, build(objects, sample(100).items()), prefix, 10) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [(node(0)[:-1], version(0)), (node(0), version(0)[:-1]), (node(0) + b"\0", version(0)), (b"", None)],
    ids=["short node", "short version", "long node", "no node"],
)
def test_ids_of_another_length_are_refused_before_anything_is_written(key, value):
    objects = MemoryObjects()
    root = write_empty(objects)
    with pytest.raises(ValueError, match="16 bytes"):
        edit(objects, root, {NodeId(key): value})
    if value is not None:
        with pytest.raises(ValueError, match="16 bytes"):
            build(objects, [(NodeId(key), VersionId(value))])
    assert objects.writes == 1
