"""Which of many changes make a test fail: one of them, or several together."""

from __future__ import annotations

from math import ceil, log2

from hypothesis import given
from hypothesis import strategies as st

from memora.history.culprits import MOST_TOGETHER, Culprits, Fails, find_culprits


class Test:
    """Fails when all of some changes were made; counts how often it was run."""

    __test__ = False

    def __init__(self, needed: set[int], *, skips: Fails = lambda changes: False) -> None:
        self.needed = needed
        self.skips = skips
        self.runs = 0

    def __call__(self, changes: frozenset[int]) -> bool | None:
        self.runs += 1
        return None if self.skips(changes) else self.needed <= changes


@given(st.integers(1, 500), st.data())
def test_one_change_is_found_by_halving(count: int, data: st.DataObject) -> None:
    culprit = data.draw(st.integers(0, count - 1))
    test = Test({culprit})
    assert find_culprits(count, test) == Culprits((culprit,), True)
    assert test.runs <= ceil(log2(count)) + 1


@given(st.integers(2, 200), st.data())
def test_changes_that_need_each_other_are_found_together(count: int, data: st.DataObject) -> None:
    most = min(count, MOST_TOGETHER)
    needed = data.draw(st.sets(st.integers(0, count - 1), min_size=2, max_size=most))
    test = Test(needed)
    assert find_culprits(count, test) == Culprits(tuple(sorted(needed)), True)
    assert test.runs <= len(needed) * (ceil(log2(count)) + 1)


def test_more_than_a_few_are_not_all_named() -> None:
    found = find_culprits(100, Test(set(range(20))))
    assert not found.sufficient
    assert len(found.members) == MOST_TOGETHER
    assert set(found.members) <= set(range(20))


@given(st.integers(1, 60), st.sets(st.frozensets(st.integers(0, 59), max_size=4), max_size=6))
def test_what_is_said_to_be_enough_is_whatever_the_test_is_like(count: int, failing: set[frozenset[int]]) -> None:
    """A test that passes and fails as it likes."""
    whole = frozenset(range(count))
    failing = {changes for changes in failing if changes} | {whole}

    def fails(changes: frozenset[int]) -> bool:
        return changes in failing

    found = find_culprits(count, fails)
    if found.sufficient:
        assert fails(frozenset(found.members))


def test_a_change_that_another_one_makes_good_again_is_found() -> None:
    found = find_culprits(8, lambda changes: 2 in changes and (5 not in changes or 7 in changes))
    assert found.sufficient


def test_where_the_test_cannot_tell_it_looks_beside() -> None:
    test = Test({7}, skips=lambda changes: len(changes) == 50)
    assert find_culprits(100, test) == Culprits((7,), True)


def test_where_it_can_never_tell_all_are_under_suspicion() -> None:
    test = Test({7}, skips=lambda changes: True)
    assert find_culprits(100, test) == Culprits((), False, tuple(range(100)))
    assert test.runs <= 15


def test_part_of_them_may_be_all_that_can_be_told() -> None:
    test = Test({20}, skips=lambda changes: 10 <= len(changes) <= 30)
    found = find_culprits(100, test)
    assert not found.sufficient
    assert 20 in found.undecided
    assert len(found.undecided) <= 25


def test_no_change_makes_nothing_fail() -> None:
    assert find_culprits(0, Test(set())) == Culprits((), False)
