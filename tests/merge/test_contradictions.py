"""The rules that guess at contradictions, against pairs that people labelled."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from memora.merge.contradictions import THRESHOLD, compare

LINES = (Path(__file__).parent / "contradiction_cases.txt").read_text(encoding="utf-8").splitlines()
CASES = [tuple(part.strip() for part in line.split("|", 2)) for line in LINES if line and not line.startswith("#")]
# The figures of docs/merge.md.
PRECISION = 0.9
RECALL = 0.85


def test_precision_and_recall_on_the_labelled_pairs() -> None:
    found = [(rule, compare(one, two)) for rule, one, two in CASES]
    flagged = [(rule, suspicion) for rule, suspicion in found if suspicion is not None]
    right = [rule for rule, suspicion in flagged if rule != "-"]
    assert len(right) / len(flagged) >= PRECISION
    assert len(right) / sum(rule != "-" for rule, _ in found) >= RECALL


def test_the_rule_named_is_mostly_the_one_that_applies() -> None:
    named = [(rule, suspicion.rule) for rule, one, two in CASES if rule != "-" and (suspicion := compare(one, two))]
    assert sum(label == rule for label, rule in named) / len(named) >= PRECISION


def test_the_order_of_two_memories_makes_no_difference() -> None:
    for _, one, two in CASES:
        assert compare(one, two) == compare(two, one)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_gets_an_answer(one: str, two: str) -> None:
    suspicion = compare(one, two)
    assert suspicion is None or THRESHOLD <= suspicion.score <= 1


def test_a_refinement_is_no_contradiction() -> None:
    assert compare("The database is PostgreSQL", "The database is PostgreSQL 16") is None
