"""Three-way merge of one node: field by field first, then by the policy of its type where the sides clash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from memora.merge.fields import Clash, merge_confidence, merge_field, merge_set
from memora.merge.policy import (
    STANDS_BETTER,
    Candidate,
    Policy,
    Side,
    Strategy,
    Verdict,
    decide,
    decide_by_strategy,
    policy_of,
)
from memora.model.belief import OBSERVERS_FOR_PROMOTION, promoted
from memora.model.ids import VersionId
from memora.model.node import Dispute, Node, Observation, merge_observations, observers
from memora.model.vocabulary import STATUS_RANK

# What a memory says and where it stands; a clash on these is a contradiction.
TELLING_FIELDS: Final = ("content", "status")
# Fields that follow the side that wins.
_FOLLOWING_FIELDS: Final = ("type", "key", "confidence", "pinned", "expires_at", "valid_from", "valid_to", "dispute")
# Fields that go with what a memory says, where both sides say something new.
_BELONGING_FIELDS: Final = ("status", "confidence", "observations", "dispute")
_SPAN: Final = ("valid_from", "valid_to")
# What a field is before there is a node, where that is not None.
_ABSENT: Final = {"pinned": False}
# The rule by which the standing that one side gave to words goes when the other side replaced the words.
NEW_WORDS: Final = "new_words"


class NodeMerge(NamedTuple):
    """What became of a node that both sides changed.

    ``node`` is None where it is gone. ``verdict`` is None where nothing clashed. ``overruled`` is the version of
    the side that lost, None where nobody lost or the loser had deleted the node.
    """

    node: Node | None
    verdict: Verdict | None = None
    clashing: tuple[str, ...] = ()
    overruled: VersionId | None = None

    @property
    def is_disputed(self) -> bool:
        """Whether people have to decide."""
        return self.verdict is not None and self.verdict.winner is None


def merge_node(
    base: Candidate | None,
    ours: Candidate,
    theirs: Candidate,
    *,
    policies: Mapping[str, Policy],
    strategy: Strategy = "auto",
) -> NodeMerge:
    """Merge a node that both sides have and at least one changed.

    Under ``auto`` swapping the sides gives the same node. A node added on both sides with the same content is
    one node that two sides support.
    """
    if ours.version == theirs.version:
        return NodeMerge(ours.node)
    if base is not None and base.version in (ours.version, theirs.version):
        return NodeMerge(theirs.node if base.version == ours.version else ours.node)
    before = base.node if base else None
    merged = _merge_fields(before, ours.node, theirs.node)
    telling = tuple(name for name in TELLING_FIELDS if isinstance(merged[name], Clash))
    if telling:
        clashing = telling
        policy = policy_of(policies, before, ours.node, theirs.node)
        verdict = decide_by_strategy(strategy, policy, ours, theirs)
        if verdict.winner is None:
            return NodeMerge(_disputed(base, ours, theirs, merged), verdict, telling)
    else:
        clashing = tuple(name for name in _FOLLOWING_FIELDS if name != "dispute" and isinstance(merged[name], Clash))
        verdict = _lesser_verdict(before, ours, theirs, strategy, is_clash=bool(clashing))
        if not clashing and verdict.rule == NEW_WORDS:
            clashing = ("status",)
    winner, loser = (ours, theirs) if verdict.winner == "ours" else (theirs, ours)
    node = _settled(merged, winner.node)
    if base is None and node.status == "ephemeral" and len(observers(node)) >= OBSERVERS_FOR_PROMOTION:
        node = promoted(node)
    if not clashing:
        return NodeMerge(node)
    return NodeMerge(node, verdict, clashing, loser.version)


def merge_deletion(
    base: Candidate, kept: Candidate, *, kept_is_ours: bool, policies: Mapping[str, Policy], strategy: Strategy = "auto"
) -> NodeMerge:
    """Merge a node that one side deleted while the other changed it.

    An edit never loses silently to a deletion: it is a dispute, except for memories that never conflict.
    """
    side: Side = "ours" if kept_is_ours else "theirs"
    if strategy in ("ours", "theirs"):
        verdict = Verdict(strategy, f"strategy_{strategy}", f"{strategy} was asked for")
        if strategy == side:
            return NodeMerge(kept.node, verdict, ("content",))
        return NodeMerge(None, verdict, ("content",), kept.version)
    policy = policy_of(policies, base.node, kept.node, kept.node)
    if strategy == "auto" and policy[-1:] == ("newest",):
        return NodeMerge(kept.node, Verdict(side, "edit_stays", "an edit outlives a deletion"), ("content",))
    sides = tuple(side.version for side in kept.sides or (kept,))
    node = kept.node._replace(status="conflicted", dispute=Dispute(_origin(base), sides))
    return NodeMerge(node, Verdict(None, "edit_against_deletion", "one side changed it, the other deleted it"), ())


def _merge_fields(base: Node | None, ours: Node, theirs: Node) -> dict[str, Any]:
    """Every field merged, as a value or as a Clash."""
    merged: dict[str, Any] = {
        name: merge_field(getattr(base, name, _ABSENT.get(name)), getattr(ours, name), getattr(theirs, name))
        for name in (*TELLING_FIELDS, *_FOLLOWING_FIELDS)
    }
    for name in ("tags", "links", "applies_to"):
        before = getattr(base, name) if base else ()
        merged[name] = tuple(sorted(merge_set(before, getattr(ours, name), getattr(theirs, name))))
    words = merge_field(base and _words(base), _words(ours), _words(theirs))
    if _words(ours) == _words(theirs):
        merged["confidence"] = merge_confidence(base, ours, theirs)
        merged["observations"] = _merge_sightings(base, ours, theirs)
        if base is None:
            merged["status"], merged["expires_at"] = _standing_of_both(ours, theirs)
    elif isinstance(words, Clash):
        merged["observations"] = ours.observations
        differing = (name for name in _BELONGING_FIELDS if getattr(ours, name) != getattr(theirs, name))
        for name in ("content", *differing):
            merged[name] = Clash(getattr(base, name, None), getattr(ours, name), getattr(theirs, name))
        if ours.status != theirs.status and ours.expires_at != theirs.expires_at:
            merged["expires_at"] = Clash(base and base.expires_at, ours.expires_at, theirs.expires_at)
    else:
        # One side says something new: what was seen of the old content, and made of it, does not hold for that.
        speaker, silent = (ours, theirs) if words == _words(ours) else (theirs, ours)
        for name in ("content", *_BELONGING_FIELDS):
            merged[name] = getattr(speaker, name)
        if base is not None and silent.status not in (base.status, speaker.status):
            merged["expires_at"] = speaker.expires_at
    if _is_reversed(merged["valid_from"], merged["valid_to"]):
        # Each side set one end, and together they say that it was never so.
        for name in _SPAN:
            merged[name] = Clash(getattr(base, name, None), getattr(ours, name), getattr(theirs, name))
    merged["created_at"] = min(ours.created_at, theirs.created_at)
    merged["updated_at"] = max(ours.updated_at, theirs.updated_at)
    return merged


def _is_reversed(start: Any, end: Any) -> bool:
    """Whether two merged fields are the ends of a span of time, the wrong way round."""
    return isinstance(start, int) and isinstance(end, int) and start > end


def _standing_of_both(ours: Node, theirs: Node) -> tuple[str, int | None]:
    """Status and end of life of what was learnt twice apart: those of the stronger, the longer life of equals."""
    if ours.status != theirs.status:
        stronger = max(ours, theirs, key=lambda node: STATUS_RANK[node.status])
        return stronger.status, stronger.expires_at
    ends = [node.expires_at for node in (ours, theirs) if node.expires_at is not None]
    return ours.status, max(ends) if len(ends) == 2 else None


def _words(node: Node) -> tuple[str, tuple[VersionId, ...]]:
    """What a memory says: its content, and all that it stands between, of which its content is one chosen by chance."""
    return node.content, node.dispute.sides if node.dispute else ()


def _merge_sightings(base: Node | None, ours: Node, theirs: Node) -> tuple[Observation, ...]:
    before = base.observations if base else ()
    merged = merge_set(before, ours.observations, theirs.observations)
    if all(item.contradicts for item in merged):
        # Each side may have taken away the sightings of the base that the other one kept.
        merged.update(ours.support, theirs.support)
    return merge_observations(tuple(merged))


def _lesser_verdict(
    base: Node | None, ours: Candidate, theirs: Candidate, strategy: Strategy, *, is_clash: bool
) -> Verdict:
    """Which side the fields follow where nobody contradicts. None is left open: there are no two beliefs to show."""
    if is_clash and strategy in ("ours", "theirs"):
        return decide_by_strategy(strategy, (), ours, theirs)
    side = None if base is None else _new_words_against_standing(base, ours.node, theirs.node)
    if side is not None:
        return Verdict(side, NEW_WORDS, "the other side judged the old words")
    return decide(STANDS_BETTER, ours, theirs)


def _new_words_against_standing(base: Node, ours: Node, theirs: Node) -> Side | None:
    """The side that alone says something new, where that takes away the standing that the other one gave."""
    if _words(ours) == _words(theirs):
        return None
    speaker, silent = (ours, theirs) if _words(theirs) == _words(base) else (theirs, ours)
    if silent.status in (base.status, speaker.status):
        return None
    return "ours" if speaker is ours else "theirs"


def _settled(merged: dict[str, Any], winner: Node) -> Node:
    fields = {name: getattr(winner, name) if isinstance(value, Clash) else value for name, value in merged.items()}
    if _is_reversed(fields["valid_from"], fields["valid_to"]):
        fields.update({name: getattr(winner, name) for name in _SPAN})
    node = Node(id=winner.id, **fields)
    if node.status != "conflicted" and node.dispute is not None:
        node = node._replace(dispute=None)
    return node


def _disputed(base: Candidate | None, ours: Candidate, theirs: Candidate, merged: dict[str, Any]) -> Node:
    """The node standing between its sides. It shows the one whose version sorts first, and holds all."""
    sides = (*(ours.sides or (ours,)), *(theirs.sides or (theirs,)))
    shown = min(sides, key=lambda side: side.version).node
    return _settled(merged, shown)._replace(
        id=ours.node.id,
        content=shown.content,
        confidence=shown.confidence,
        observations=shown.observations,
        status="conflicted",
        dispute=Dispute(_origin(base), tuple(sorted({side.version for side in sides}))),
    )


def _origin(base: Candidate | None) -> VersionId | None:
    """What the sides of a dispute came from: the base, or when that is in dispute already what led to it."""
    if base is None or base.node.dispute is None:
        return base.version if base else None
    return base.node.dispute.base
