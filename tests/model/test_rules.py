"""What of a memory from elsewhere is refused, and what is not."""

from __future__ import annotations

import pytest
from node_samples import AT, PLAIN, seen

from memora.model.anchor import Anchor
from memora.model.draft import EVIDENCE_CHARACTERS
from memora.model.node import Node
from memora.model.rules import find_broken_rule


def test_the_ends_of_a_span_may_be_one_moment() -> None:
    assert find_broken_rule(PLAIN._replace(valid_from=AT, valid_to=AT)) is None


@pytest.mark.parametrize("changes", [{"valid_from": AT}, {"valid_to": AT}, {"expires_at": AT - 5}])
def test_one_end_of_a_span_is_enough(changes: dict[str, int]) -> None:
    assert find_broken_rule(PLAIN._replace(**changes)) is None


def test_the_longest_evidence_may_have_an_anchor() -> None:
    evidence = "a" * EVIDENCE_CHARACTERS
    anchor = str(Anchor(evidence, "0" * 16, "f" * 16, "c" * 64))
    node: Node = PLAIN._replace(observations=(seen()._replace(evidence=(evidence,), anchors=(anchor,)),))
    assert find_broken_rule(node) is None


def test_every_path_is_looked_at() -> None:
    assert find_broken_rule(PLAIN._replace(applies_to=("a/**", "b/../../c"))) is not None
