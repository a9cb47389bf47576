"""One node through many trees."""

from hypothesis import given
from hypothesis import strategies as st
from tree_samples import crowd, node, sample, version

from memora.storage.memory import MemoryObjects
from memora.tree.edit import build, edit
from memora.tree.follow import Follower
from memora.tree.lookup import lookup


def test_a_follower_says_what_a_lookup_says() -> None:
    objects = MemoryObjects()
    tree = build(objects, sample(1000).items())
    for number in (0, 1, 999, 5000):
        assert Follower(objects, node(number)).version_in(tree) == lookup(objects, tree, node(number))


def test_a_node_that_comes_changes_and_goes() -> None:
    objects = MemoryObjects()
    without = build(objects, sample(300).items())
    new = node(777)
    first = edit(objects, without, {new: version(1)})
    second = edit(objects, first, {new: version(2)})
    follower = Follower(objects, new)
    seen = [follower.version_in(tree) for tree in (without, second, first, without, first, first)]
    assert seen == [None, version(2), version(1), None, version(1), version(1)]


def test_trees_that_differ_elsewhere_cost_one_read() -> None:
    objects = MemoryObjects()
    wanted = crowd("0", 1)
    tree = build(objects, [(wanted, version(0)), *sample(5000).items()])
    follower = Follower(objects, wanted)
    follower.version_in(tree)
    trees = [edit(objects, tree, {crowd("f", number): version(number)}) for number in range(50)]
    reads = objects.reads
    assert {follower.version_in(other) for other in trees} == {version(0)}
    assert objects.reads - reads == 50


@given(st.lists(st.dictionaries(st.integers(0, 200), st.integers(0, 3), max_size=200), min_size=1, max_size=4))
def test_in_any_order_of_any_trees(states: list[dict[int, int]]) -> None:
    objects = MemoryObjects()
    trees = [build(objects, ((node(n), version(v)) for n, v in state.items())) for state in states]
    follower = Follower(objects, node(7))
    for tree, state in zip([*trees, *trees], [*states, *states], strict=True):
        assert follower.version_in(tree) == (version(state[7]) if 7 in state else None)
