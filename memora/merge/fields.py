"""Three-way merge of single fields and of sets."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Generic, NamedTuple, TypeVar

from memora.model import vocabulary
from memora.model.belief import combined_confidence
from memora.model.node import Node, observers, sources

T = TypeVar("T")


class Clash(NamedTuple, Generic[T]):
    """A field that both sides changed, each to something else."""

    base: T
    ours: T
    theirs: T


def merge_field(base: T, ours: T, theirs: T) -> T | Clash[T]:
    """Merge one field; None stands for an absent value.

    A side that did not change yields to the other; two equal changes count as one. Swapping ``ours`` and
    ``theirs`` swaps them in the Clash and changes nothing else.
    """
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    return Clash(base, ours, theirs)


def merge_set(base: Collection[T], ours: Iterable[T], theirs: Iterable[T]) -> set[T]:
    """Merge sets: what either side added is in, what either side removed is out."""
    before, mine, yours = set(base), set(ours), set(theirs)
    return (mine & yours) | (mine - before) | (yours - before)


def merge_confidence(base: Node | None, ours: Node, theirs: Node) -> float | Clash[float]:
    """Merge confidences: support that independent observers gave on each side adds up.

    ``1 - c`` is doubt, and each independent sighting multiplies it; so the doubt of the merge is the doubt of
    both sides over that of the base. Where the new sightings are not independent it is an ordinary field.
    """
    start = None if base is None else base.confidence
    merged = merge_field(start, ours.confidence, theirs.confidence)
    if base is not None and not isinstance(merged, Clash) and ours.confidence != theirs.confidence:
        return merged if merged is not None else ours.confidence
    seen = set() if base is None else observers(base)
    mine, yours = observers(ours) - seen, observers(theirs) - seen
    only_sightings = base is None or ours.confidence > base.confidence < theirs.confidence
    if not (mine and yours and only_sightings) or mine & yours:
        if ours.confidence == theirs.confidence:
            return ours.confidence
        return Clash(ours.confidence if start is None else start, ours.confidence, theirs.confidence)
    seen_by = {*sources(ours), *sources(theirs)}
    if base is None:
        return combined_confidence(ours.confidence, theirs.confidence, seen_by)
    doubt = (1 - ours.confidence) * (1 - theirs.confidence) / (1 - base.confidence) if base.confidence < 1 else 0.0
    ceiling = 1.0 if seen_by & vocabulary.OBSERVING_SOURCES else 0.99
    return round(max(min(1 - doubt, ceiling), ours.confidence, theirs.confidence), 4)
