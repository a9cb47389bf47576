"""The importance of a memory: what it rests on, and its bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.model.importance import HALF_LIFE_DAYS, weigh_importance
from memora.model.vocabulary import NODE_TYPES

DAY = 86_400 * 1_000_000


def test_every_type_has_a_half_life() -> None:
    assert set(HALF_LIFE_DAYS) == set(NODE_TYPES)


@pytest.mark.parametrize("type_name", NODE_TYPES)
def test_after_one_half_life_a_memory_is_half_as_recent(type_name: str) -> None:
    days = HALF_LIFE_DAYS[type_name]
    found = weigh_importance(type_name, 0.8, 0, (days or 1000) * DAY)
    assert found.recency == pytest.approx(1.0 if days is None else 0.5)


def test_the_documented_sum() -> None:
    found = weigh_importance("semantic", 0.8, 0, 365 * DAY, accesses=5)
    assert found.total == pytest.approx(0.5 * 0.8 + 0.3 * 0.5 + 0.2 * 0.5)


def test_a_pinned_memory_is_as_important_as_can_be() -> None:
    assert weigh_importance("episodic", 0.0, 0, 10_000 * DAY, pinned=True).total == 1.0


def test_a_change_in_the_future_is_as_recent_as_one_now() -> None:
    assert weigh_importance("episodic", 0.5, 9 * DAY, DAY).recency == 1.0


def test_gc_takes_an_old_guess_and_leaves_an_old_fact() -> None:
    """The default threshold of gc is 0.3."""
    assert weigh_importance("assumption", 0.5, 0, 60 * DAY).total < 0.3
    assert weigh_importance("semantic", 0.8, 0, 3650 * DAY).total > 0.3


@given(
    st.sampled_from(NODE_TYPES),
    st.floats(0, 1),
    st.integers(-(2**62), 2**62),
    st.integers(-(2**62), 2**62),
    st.integers(0, 10**9),
    st.booleans(),
)
def test_importance_is_between_0_and_1(
    type_name: str, confidence: float, updated_at: int, now: int, accesses: int, pinned: bool
) -> None:
    found = weigh_importance(type_name, confidence, updated_at, now, accesses=accesses, pinned=pinned)
    assert all(0.0 <= part <= 1.0 for part in found)


@given(st.sampled_from(NODE_TYPES), st.floats(0, 0.9), st.integers(0, 900 * DAY), st.integers(0, 99))
def test_more_confidence_youth_or_use_never_matter_less(type_name: str, confidence: float, age: int, uses: int) -> None:
    def total(confidence: float, age: int, uses: int) -> float:
        return weigh_importance(type_name, confidence, -age, 0, accesses=uses).total

    plain = total(confidence, age, uses)
    assert total(confidence + 0.1, age, uses) > plain
    assert total(confidence, age, uses + 1) > plain
    assert total(confidence, age + 30 * DAY, uses) <= plain
