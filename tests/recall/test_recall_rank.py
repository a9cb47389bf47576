"""The score of a match: each factor moves it, and in the right direction."""

import pytest

from memora.model.ids import NodeId
from memora.model.matches import Match
from memora.recall.rank import STATUS_FACTOR, Score, rank

DAY = 86_400 * 1_000_000
NOW = 20_000 * DAY
PLAIN = Match(1, 4_000, 1, NodeId(bytes(16)), "semantic", "stable", 0.8, NOW - DAY, False, 0, 120)


def total(**changes: object) -> float:
    return rank(PLAIN._replace(**changes), 8_000, NOW).total


def test_the_score_is_the_product_of_its_factors() -> None:
    score = rank(PLAIN._replace(length=400, status="ephemeral"), 8_000, NOW)
    assert score.text == 0.5
    assert score.length == pytest.approx(1 / 1.15)
    assert score.status == 0.95
    assert score.belief == pytest.approx(0.7 + 0.2 * 0.8 + 0.1 * score.importance.total)
    assert score.total == score.text * score.length * score.status * score.belief


def test_status_orders_stable_ephemeral_conflicted_deprecated() -> None:
    order = [total(status=status) for status in ("stable", "ephemeral", "conflicted", "deprecated")]
    assert order == sorted(order, reverse=True) and len(set(order)) == 4


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"weight": 4_001}, {}),
        ({"confidence": 0.9}, {}),
        ({"accesses": 3}, {}),
        ({"pinned": True}, {}),
        ({}, {"updated_at": NOW - 400 * DAY}),
        ({}, {"length": 2_000}),
        ({"type": "preference", "updated_at": NOW - 400 * DAY}, {"updated_at": NOW - 400 * DAY}),
        ({"updated_at": NOW - 30 * DAY}, {"type": "episodic", "updated_at": NOW - 30 * DAY}),
    ],
)
def test_each_part_counts(better: dict[str, object], worse: dict[str, object]) -> None:
    assert total(**better) > total(**worse)


def test_content_of_a_few_lines_is_not_the_worse_for_its_length() -> None:
    assert total(length=1) == total(length=200)


def test_no_factor_beside_text_exceeds_1() -> None:
    """The search stops early because of this."""
    best = PLAIN._replace(confidence=1.0, pinned=True, accesses=10**9, updated_at=NOW + DAY, length=0)
    score: Score = rank(best, 4_000, NOW)
    assert max(score.length, score.status, score.belief, *STATUS_FACTOR.values()) <= 1.0
    assert score.total == pytest.approx(1.0)
