"""Recall itself: the best memories for a question."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from memora.model.ids import NodeId
from memora.model.matches import Match
from memora.model.selection import NodeFilter
from memora.recall.plan import NAMED_BIT, Plan, plan
from memora.recall.ports import TextIndex
from memora.recall.query import parse_query
from memora.recall.rank import Score, best_score, rank

# Once there are enough answers, so many matches are looked at for better ones.
MOST_MATCHES: Final = 512

EVERYTHING: Final = NodeFilter()


class Hit(NamedTuple):
    """One answer. ``matched`` are the terms it holds, the rarest first, ``named`` those in its key or tags."""

    node: NodeId
    row: int
    score: Score
    matched: tuple[str, ...]
    named: tuple[str, ...]


def search(
    index: TextIndex,
    question: str,
    *,
    limit: int,
    now: int,
    workspace: int | None,
    wanted: NodeFilter = EVERYTHING,
    holds: Callable[[Match], bool] | None = None,
) -> list[Hit]:
    """The best answers, best first, equal ones in the order of their node ids; empty when nothing fits.

    Expired memories, those in quarantine and those that ``wanted`` (``text`` aside) or ``holds`` turns away never
    stand in the way of others. ``holds`` is asked about likely answers first, and about as few as will do. Without
    a workspace every version ever stored is looked at, and ``holds`` has to say which are in the revision meant.
    """
    wanted = wanted._replace(expired=False, quarantined=False)
    asked = plan(parse_query(question), index)
    if not asked.terms or limit < 1:
        return []
    narrow, wide = asked.narrow(), asked.wide()
    for clauses in (narrow,) if narrow == wide else (narrow, wide):
        matches = index.matches(clauses, workspace=workspace, wanted=wanted, now=now)
        found = _best(matches if holds is None else filter(holds, matches), asked.whole, limit, now)
        if len(found) >= limit:
            break
    return [_hit(score, match, asked) for _, _, score, match in found]


Ranked = tuple[float, NodeId, Score, Match]


def _best(matches: Iterable[Match], whole: int, limit: int, now: int) -> list[Ranked]:
    """The ``limit`` best of matches that come the heaviest first, best first.

    A score is at most its text factor, so the first match too light to enter ends the search.
    """
    best: list[Ranked] = []
    for seen, match in enumerate(matches):
        if len(best) >= limit and (seen >= MOST_MATCHES or match.weight / whole < -best[-1][0]):
            break
        if len(best) >= limit and best_score(match, whole) < -best[-1][0]:
            continue
        score = rank(match, whole, now)
        insort(best, (-score.total, match.node, score, match))
        del best[limit:]
    return best


def _hit(score: Score, match: Match, asked: Plan) -> Hit:
    return Hit(
        match.node,
        match.row,
        score,
        tuple([term.text for place, term in enumerate(asked.terms) if match.bits >> place & 1]),
        tuple([term.text for place, term in enumerate(asked.terms) if match.bits >> place + NAMED_BIT & 1]),
    )
