"""How much a memory matters: one formula for ``recall``, which prefers what matters, and ``gc``, which keeps it.

``docs/recall.md`` explains the numbers.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from memora.model.vocabulary import DAY_MICROSECONDS

# Days after which a memory of the type counts half as recent; None: its age does not matter.
HALF_LIFE_DAYS: Final[dict[str, int | None]] = {
    "episodic": 7,
    "semantic": 365,
    "procedural": 365,
    "assumption": 7,
    "project": 365,
    "preference": None,
}

CONFIDENCE_SHARE: Final = 0.5
RECENCY_SHARE: Final = 0.3
ACCESS_SHARE: Final = 0.2

# So many accesses bring half of the share.
HALF_ACCESSES: Final = 5


class Importance(NamedTuple):
    """The importance of a memory and what it is made of, each from 0 to 1."""

    total: float
    confidence: float
    recency: float
    access: float
    pinned: bool


def weigh_importance(
    type_name: str, confidence: float, updated_at: int, now: int, *, accesses: int = 0, pinned: bool = False
) -> Importance:
    """``0.5 confidence + 0.3 recency + 0.2 access``, and 1 for a pinned memory. Times in microseconds.

    Recency halves with every half-life of the type since the last change; a change in the future is
    as recent as one now. Access is ``n / (n + 5)`` for n accesses.
    """
    half_life = HALF_LIFE_DAYS[type_name]
    age_days = max(0, now - updated_at) / DAY_MICROSECONDS
    recency = 1.0 if half_life is None else 0.5 ** (age_days / half_life)
    access = accesses / (accesses + HALF_ACCESSES)
    total = 1.0 if pinned else CONFIDENCE_SHARE * confidence + RECENCY_SHARE * recency + ACCESS_SHARE * access
    return Importance(total, confidence, recency, access, pinned)
