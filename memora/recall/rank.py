"""The order of recall: how well the text fits, shifted by how far the memory can be believed."""

from __future__ import annotations

from math import log2
from typing import Final, NamedTuple

from memora.model.importance import Importance, weigh_importance
from memora.model.matches import Match

STATUS_FACTOR: Final = {"stable": 1.0, "ephemeral": 0.95, "conflicted": 0.9, "deprecated": 0.6}

PLAIN_SHARE: Final = 0.7
CONFIDENCE_SHARE: Final = 0.2
IMPORTANCE_SHARE: Final = 0.1

# Content of up to so many characters is not the worse for its length; longer content mentions much by the way.
EASY_LENGTH: Final = 200
LENGTH_COST: Final = 0.15


class Score(NamedTuple):
    """A score and the factors whose product it is: ``text x length x status x belief``.

    ``belief`` is ``0.7 + 0.2 confidence + 0.1 importance``. No factor but ``text`` exceeds 1.
    """

    total: float
    text: float
    length: float
    status: float
    belief: float
    importance: Importance


def best_score(match: Match, whole: int) -> float:
    """What the score of a match is at most: how far it can be believed is not looked at."""
    return match.weight / whole * _length_factor(match.length) * STATUS_FACTOR[match.status]


def rank(match: Match, whole: int, now: int) -> Score:
    """The score of one match; ``whole`` is the weight of all that was asked for. Depends on nothing else."""
    text = match.weight / whole
    length = _length_factor(match.length)
    status = STATUS_FACTOR[match.status]
    importance = weigh_importance(
        match.type, match.confidence, match.updated_at, now, accesses=match.accesses, pinned=match.pinned
    )
    belief = PLAIN_SHARE + CONFIDENCE_SHARE * match.confidence + IMPORTANCE_SHARE * importance.total
    return Score(text * length * status * belief, text, length, status, belief, importance)


def _length_factor(length: int) -> float:
    return 1.0 if length <= EASY_LENGTH else 1 / (1 + LENGTH_COST * log2(length / EASY_LENGTH))
