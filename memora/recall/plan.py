"""From the terms of a question to what the text index is asked: few rows, and among them the right ones.

Asking for every row that holds any term would cost as much as the commonest word. So a common term only adds
weight to rows that hold another term as well; alone it brings rows in only when there are too few without.
"""

from __future__ import annotations

from math import log
from typing import Final, NamedTuple

from memora.model.matches import Clause
from memora.recall.ports import TextIndex
from memora.recall.query import Query

# A term in more than a tenth of all versions says nothing here, once the store is more than a handful.
NOISE_SHARE: Final = 0.1
NOISE_FLOOR: Final = 200

# So many rows may be brought in by terms on their own.
ALONE_SHARE: Final = 0.005
ALONE_FLOOR: Final = 128

FEWEST_TERMS: Final = 2
MOST_TERMS: Final = 12

# All words that begin like one have to be gathered first, so only few and not too short ones are tried.
SHORTEST_BEGINNING: Final = 4
MOST_BEGINNINGS: Final = 4
GUESS_FACTOR: Final = 0.5

# A term in the key or a tag counts this much more than one in the content.
NAME_BONUS: Final = 0.25

# Weights are whole thousandths, so that their sums do not depend on the order of adding.
SCALE: Final = 1_000
NAMED_BIT: Final = MOST_TERMS


class Term(NamedTuple):
    """A term to look for: in how many versions it is, and what finding it is worth, in thousandths.

    Terms sort by how telling they are.
    """

    frequency: int
    text: str
    weight: int


class Plan(NamedTuple):
    """The terms to look for, the rarest first, and what all of the question is worth, in thousandths.

    ``whole`` counts words that are nowhere as if they were as telling as the rarest that is known: nothing
    answers all of a question about something the store has never heard of.
    """

    terms: tuple[Term, ...]
    whole: int
    size: int

    def narrow(self) -> list[Clause]:
        """Clauses under which a common term counts only beside another one."""
        budget = max(ALONE_FLOOR, int(self.size * ALONE_SHARE))
        clauses: list[Clause] = []
        for place, term in enumerate(self.terms):
            budget -= term.frequency
            alone = budget >= 0 or len(self.terms) == 1
            beside = () if alone else tuple(other.text for other in self.terms if other is not term)
            clauses += _clauses(place, term, beside)
        return clauses

    def wide(self) -> list[Clause]:
        """Clauses under which every term counts on its own."""
        return [clause for place, term in enumerate(self.terms) for clause in _clauses(place, term, ())]


def plan(query: Query, index: TextIndex) -> Plan:
    """What to look for. No terms when nothing of the question is in the store.

    Words of grammar are asked for only when the question has no others; words that are everywhere in this
    store only when fewer than two others are known. A word the store does not know stands for those that
    begin so: ``postgres`` for ``PostgreSQL``.
    """
    size = index.size()
    ceiling = max(NOISE_FLOOR, int(size * NOISE_SHARE))
    asked = query.words + query.compounds or query.grammar
    counts = dict(zip(asked, index.frequencies(asked, ceiling + 1), strict=True))
    beginnings = [f"{word}*" for word in query.words if not counts[word] and len(word) >= SHORTEST_BEGINNING]
    if beginnings:
        beginnings = beginnings[:MOST_BEGINNINGS]
        counts |= zip(beginnings, index.frequencies(beginnings, ceiling + 1), strict=True)
    known = sorted(_weigh(text, count, size) for text, count in counts.items() if count)
    telling = [term for term in known if term.frequency <= ceiling]
    chosen = (telling if len(telling) >= FEWEST_TERMS else known[:FEWEST_TERMS])[:MOST_TERMS]
    unknown = sum(not counts[word] and not counts.get(f"{word}*") for word in query.words)
    whole = sum(term.weight for term in chosen) + (unknown * chosen[0].weight if chosen else 0)
    return Plan(tuple(chosen), whole, size)


def _weigh(text: str, frequency: int, size: int) -> Term:
    """The inverse document frequency of BM25, ``ln(1 + (N - n + 0.5) / (n + 0.5))``; half of it for a guess."""
    rarity = log(1 + max(0.0, size - frequency + 0.5) / (frequency + 0.5))
    if text.endswith("*"):
        rarity *= GUESS_FACTOR
    return Term(frequency, text, max(1, round(SCALE * rarity)))


def _clauses(place: int, term: Term, beside: tuple[str, ...]) -> tuple[Clause, Clause]:
    return (
        Clause(term.text, term.weight, 1 << place, beside),
        Clause(term.text, round(term.weight * NAME_BONUS), 1 << place + NAMED_BIT, beside, named=True),
    )
