"""What each operation may read and write, counted: the cost follows the change, not the tree."""

from __future__ import annotations

import pytest
from tree_samples import levels, node, sample, version

from memora.model.ids import ObjectId, TreeId
from memora.storage.memory import MemoryObjects
from memora.tree.check import Checked, check_tree
from memora.tree.diff import diff
from memora.tree.edit import build, edit
from memora.tree.lookup import count, entries, find_prefix, lookup, lookup_many
from memora.tree.walk import walk

SIZE = 100_000


@pytest.fixture(scope="module")
def large() -> tuple[MemoryObjects, TreeId]:
    objects = MemoryObjects()
    return objects, build(objects, sample(SIZE).items())


@pytest.fixture
def objects(large: tuple[MemoryObjects, TreeId]) -> MemoryObjects:
    found = MemoryObjects()
    found.objects = dict(large[0].objects)
    return found


@pytest.fixture
def root(large: tuple[MemoryObjects, TreeId]) -> TreeId:
    return large[1]


def forget(objects: MemoryObjects) -> None:
    objects.reads = objects.writes = 0


def test_the_depth_grows_with_the_logarithm(objects, root):
    assert levels(objects, root) == 4


@pytest.mark.parametrize(
    "changes",
    [{node(SIZE): version(0)}, {node(7): version(0)}, {node(7): None}],
    ids=["added", "changed", "removed"],
)
def test_one_change_reads_and_writes_one_object_a_level(objects, root, changes):
    edit(objects, root, changes)
    assert (objects.reads, objects.writes) == (4, 4)


def test_an_edit_that_changes_nothing_writes_nothing(objects, root):
    assert edit(objects, root, {node(7): version(7), node(SIZE): None}) == root
    assert edit(objects, root, {}) == root
    assert objects.writes == 0


def test_many_changes_share_the_objects_on_their_way(objects, root):
    edit(objects, root, {node(number): version(0) for number in range(1, 1000)})
    assert objects.reads == objects.writes < 1 + 16 + 256 + 999


def test_a_tree_that_shrinks_to_a_leaf_reads_each_child_once():
    objects = MemoryObjects()
    root = build(objects, sample(65).items())
    forget(objects)
    assert edit(objects, root, {node(3): None}) in objects.objects
    assert objects.reads <= 1 + 16
    assert objects.writes == 1


@pytest.mark.parametrize("changed", [1, 10, 100])
def test_diff_reads_both_ways_to_each_change_and_nothing_else(objects, root, changed):
    after = edit(objects, root, {node(number): None for number in range(changed)})
    written = objects.writes
    forget(objects)
    assert len(list(diff(objects, root, after))) == changed
    assert objects.reads == 2 * written <= 2 * 4 * changed


def test_diff_of_a_leaf_that_split_reads_its_parts():
    objects = MemoryObjects()
    small, large = build(objects, sample(64).items()), build(objects, sample(65).items())
    forget(objects)
    assert list(diff(objects, small, large)) == [(node(64), None, version(64))]
    assert objects.reads <= 2 + 16


def test_diff_gives_its_first_change_before_it_reads_on(objects, root):
    empty = build(objects, [])
    forget(objects)
    next(diff(objects, empty, root))
    assert objects.reads <= 1 + 4


def test_looking_up_reads_one_object_a_level(objects, root):
    assert lookup(objects, root, node(7)) == version(7)
    assert objects.reads == 4


def test_looking_up_everything_reads_each_object_once(objects, root):
    stored = len(objects.objects)
    assert len(lookup_many(objects, root, sample(SIZE))) == SIZE
    assert objects.reads == stored
    forget(objects)
    assert lookup_many(objects, root, []) == {}
    assert objects.reads == 0


def test_counting_reads_the_root(objects, root):
    assert count(objects, root) == SIZE
    assert objects.reads == 1


def test_a_prefix_reads_no_more_than_its_limit_needs(objects, root):
    assert find_prefix(objects, root, node(7).hex()[:12], 10) == [node(7)]
    assert objects.reads == 4
    forget(objects)
    assert len(find_prefix(objects, root, "", 2)) == 2
    assert objects.reads == 4


def test_entries_come_one_leaf_at_a_time(objects, root):
    next(entries(objects, root))
    assert objects.reads == 4


def test_walking_on_reads_only_what_is_new(objects, root):
    after = edit(objects, root, {node(7): None})
    seen: set[ObjectId] = set()
    stored = sum(1 for _ in walk(objects, root, seen))
    forget(objects)
    assert len(list(walk(objects, after, seen))) == objects.reads == 4
    assert list(walk(objects, root, seen)) == [] and objects.reads == 4
    assert len(seen) == stored + 4


def test_checking_on_reads_only_what_is_new(objects, root):
    after = edit(objects, root, {node(7): None})
    checked: Checked = {}
    assert list(check_tree(objects, root, checked)) == []
    forget(objects)
    assert list(check_tree(objects, after, checked)) == []
    assert objects.reads == 4
