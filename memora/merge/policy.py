"""Which side is believed when both changed what a memory says, or where it stands.

A policy is a list of rules, asked in order; each names a side or passes the question on. When none
answers, the memory is in dispute. The defaults by type are the table of docs/merge.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from memora.errors import BadInput
from memora.model.ids import VersionId
from memora.model.node import Node, sources
from memora.model.vocabulary import NODE_TYPES, STATUS_RANK, source_rank

Side = Literal["ours", "theirs"]
Strategy = Literal["auto", "ours", "theirs", "manual"]

STRATEGIES: Final = ("auto", "ours", "theirs", "manual")
NEAR: Final = 0.001


class Candidate(NamedTuple):
    """One side of a clash: the node as that side has it, and the id of that version.

    ``sides`` are what it stands between where it is in dispute, in order of version.
    """

    node: Node
    version: VersionId
    sides: tuple[Candidate, ...] = ()


class Verdict(NamedTuple):
    """How a clash was decided: the rule, why in words, and the side it chose (None: in dispute)."""

    winner: Side | None
    rule: str
    reason: str


Policy = tuple[str, ...]
LADDER: Final[Policy] = ("confidence", "source", "status")
# For fields that are neither content nor standing, where these agree: it always names a side.
STANDS_BETTER: Final[Policy] = ("status", "confidence", "source", "newest")

DEFAULT_POLICIES: Final[Mapping[str, Policy]] = {
    "episodic": ("newest",),
    "semantic": LADDER,
    "procedural": ("stable",),
    "assumption": ("stable", *LADDER),
    "project": LADDER,
    "preference": ("newest_human", *LADDER),
}

HUMAN_SOURCES: Final = frozenset({"manual"})


def decide(policy: Policy, ours: Candidate, theirs: Candidate) -> Verdict:
    """Ask the rules of a policy in order. Swapping the sides swaps the winner and nothing else."""
    for name in policy:
        compare, describe = RULES[name]
        order = compare(ours, theirs)
        if order:
            won, lost = (ours, theirs) if order > 0 else (theirs, ours)
            return Verdict("ours" if order > 0 else "theirs", name, describe(won.node, lost.node))
    return Verdict(None, "undecided", "no rule tells the two apart")


def decide_between(policy: Policy, ours: Candidate, theirs: Candidate) -> Verdict:
    """The verdict on two sides of which either may be in dispute.

    A dispute is as strong as what it stands between: a side wins where it would win against each of them. What a
    disputed node shows is one of them, by chance, and nobody chose it.
    """
    verdicts = [decide(policy, mine, yours) for mine in ours.sides or (ours,) for yours in theirs.sides or (theirs,)]
    if all(verdict.winner == verdicts[0].winner for verdict in verdicts):
        return verdicts[0]
    return Verdict(None, "undecided", "a dispute of which one side is stronger, and one is not")


def decide_by_strategy(strategy: Strategy, policy: Policy, ours: Candidate, theirs: Candidate) -> Verdict:
    """The verdict of a policy, unless the caller asked for one side always, or for every clash to stay open."""
    if strategy == "auto":
        return decide_between(policy, ours, theirs)
    if strategy == "manual":
        return Verdict(None, "manual", "every clash was to stay open")
    return Verdict(strategy, f"strategy_{strategy}", f"{strategy} was asked for")


def check_policy(name: str, rules: tuple[str, ...]) -> Policy:
    """A policy from settings. Raises BadInput for a rule that there is not."""
    unknown = [rule for rule in rules if rule not in RULES]
    if unknown:
        raise BadInput(name, f"has no rule {unknown[0]!r}; there are {', '.join(RULES)}")
    return rules


def policy_of(policies: Mapping[str, Policy], base: Node | None, ours: Node, theirs: Node) -> Policy:
    """The policy for a node: by the type both sides came from, or else by the first of their types."""
    type_name = base.type if base is not None else min(ours.type, theirs.type, key=NODE_TYPES.index)
    return policies.get(type_name, DEFAULT_POLICIES[type_name])


def _compare_confidence(ours: Candidate, theirs: Candidate) -> float:
    gap = round(ours.node.confidence - theirs.node.confidence, 4)
    return gap if abs(gap) > NEAR else 0


def _compare_source(ours: Candidate, theirs: Candidate) -> float:
    return source_rank(_best_source(ours.node)) - source_rank(_best_source(theirs.node))


def _compare_status(ours: Candidate, theirs: Candidate) -> float:
    return STATUS_RANK[ours.node.status] - STATUS_RANK[theirs.node.status]


def _compare_stable(ours: Candidate, theirs: Candidate) -> float:
    return (ours.node.status == "stable") - (theirs.node.status == "stable")


def _compare_newest(ours: Candidate, theirs: Candidate) -> float:
    gap = ours.node.updated_at - theirs.node.updated_at
    # Equal times fall to the ids, so that both orders of merging choose the same.
    return gap or (ours.version > theirs.version) - (ours.version < theirs.version)


def _compare_newest_human(ours: Candidate, theirs: Candidate) -> float:
    return _last_human_word(ours.node) - _last_human_word(theirs.node)


def _last_human_word(node: Node) -> int:
    # That it is not so is a word, too.
    return max((item.at for item in node.observations if item.source in HUMAN_SOURCES), default=0)


def _best_source(node: Node) -> str:
    return max(sources(node), key=lambda source: (source_rank(source), source), default="unknown")


Compare = Callable[[Candidate, Candidate], float]
Describe = Callable[[Node, Node], str]

# Each rule is positive where ours is believed, negative where theirs is, 0 where it cannot tell; and the
# words for it, given the node that won and the one that lost.
RULES: Final[Mapping[str, tuple[Compare, Describe]]] = {
    "confidence": (
        _compare_confidence,
        lambda won, lost: f"confidence {won.confidence:.2f} against {lost.confidence:.2f}",
    ),
    "source": (_compare_source, lambda won, lost: f"source {_best_source(won)} over {_best_source(lost)}"),
    "status": (_compare_status, lambda won, lost: f"{won.status} over {lost.status}"),
    "stable": (_compare_stable, lambda won, lost: f"stable over {lost.status}"),
    "newest": (_compare_newest, lambda won, lost: "the newer one"),
    "newest_human": (_compare_newest_human, lambda won, lost: "the newer word of a person"),
}
