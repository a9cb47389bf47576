"""Which memories get in where there is room for some."""

from __future__ import annotations

from itertools import combinations

from export_samples import entry
from hypothesis import given
from hypothesis import strategies as st

from memora.export.choice import choose, ranked


def test_the_most_important_come_first_and_pins_before_them():
    low, high = entry("low", confidence=0.2), entry("high", confidence=0.9)
    pinned = entry("pinned", confidence=0.1, pinned=True)
    assert ranked([low, high, pinned]) == [pinned, high, low]


def test_equals_stand_in_one_order():
    some = [entry(f"memory {number}") for number in range(20)]
    assert ranked(some) == ranked(list(reversed(some)))


def test_two_that_say_nearly_the_same_do_not_both_get_in():
    first = entry("The deploy script uploads the release archive to the staging bucket", confidence=0.9)
    second = entry("The deploy script uploads the release archives to the staging bucket", confidence=0.8)
    other = entry("Tests run with pytest", confidence=0.3)
    choice = choose([first, second, other], [10, 10, 10], 25)
    assert choice.kept == (first, other)
    [left] = choice.left_out
    assert (left.entry, left.reason, left.of) == (second, "near-duplicate", first)


def test_a_no_and_another_number_are_no_duplicates():
    words = "The staging deploy of the payments service is run by the nightly job at"
    for other in (f"{words} 3", f"{words} not 2"):
        choice = choose([entry(f"{words} 2"), entry(other), entry("x")], [10, 10, 100], 20)
        assert len(choice.kept) == 2


def test_one_large_memory_does_not_keep_many_small_ones_out():
    large = entry("large " * 50, confidence=0.9)
    small = [entry(f"small fact about {name}", confidence=0.8) for name in ("ants", "bees", "cats", "dogs")]
    choice = choose(ranked([large, *small]), [100 if item is large else 25 for item in ranked([large, *small])], 100)
    assert set(choice.kept) == set(small)


def test_a_pinned_memory_gets_in_first():
    pinned = entry("pinned " * 50, confidence=0.1, pinned=True)
    small = [entry(f"fact {name}", confidence=0.9) for name in ("ants", "bees")]
    choice = choose(ranked([pinned, *small]), [90, 10, 10], 100)
    assert pinned in choice.kept
    assert len(choice.kept) == 2


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(1, 40)), min_size=1, max_size=9), st.integers(0, 120))
def test_a_choice_is_at_least_half_as_good_as_the_best(drawn, room):
    entries = ranked([entry(f"word{number}", confidence=share / 100) for number, (share, _) in enumerate(drawn)])
    sizes = [drawn[int(item.node.content[4:])][1] for item in entries]
    kept = choose(entries, sizes, room).kept
    size_of = dict(zip(entries, sizes, strict=True))
    assert sum(size_of[item] for item in kept) <= room
    fitting = [size_of[item] <= room for item in entries]
    best = max(
        sum(item.importance for item in some)
        for count in range(len(entries) + 1)
        for some in combinations(entries, count)
        if sum(size_of[item] for item in some) <= room
    )
    assert 2 * sum(item.importance for item in kept) >= best - 1e-9
    assert bool(kept) == any(fitting)
