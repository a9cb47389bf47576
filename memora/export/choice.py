"""Which memories get in where not all have room: the most that matters, and nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from memora.export.entry import Entry

# Words that two memories share, as a part of all their words, from which on they say the same.
SAME: Final = 0.8
_MOST_WORDS: Final = 200
_WORD = re.compile(r"\w+")
_NEGATIONS: Final = frozenset("not no never none cannot t without nor neither".split())

Reason = Literal["no room", "near-duplicate"]


class LeftOut(NamedTuple):
    """A memory that did not get in, and why; a near-duplicate of ``of``."""

    entry: Entry
    reason: Reason
    of: Entry | None = None


class Choice(NamedTuple):
    """What gets in, the most important first, and what does not."""

    kept: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]


def ranked(entries: Sequence[Entry]) -> list[Entry]:
    """The most important first; what is pinned before all; equals in order of their ids."""
    return sorted(entries, key=lambda entry: (not entry.node.pinned, -round(entry.importance, 6), entry.node.id))


def choose(entries: Sequence[Entry], sizes: Sequence[int], room: int) -> Choice:
    """The entries, given by importance, that fit into a room, without near-duplicates.

    Filled twice, once with what matters most and once with what matters most for its size; the fuller of the two, in
    importance, is taken. Pinned entries come first in both. At least half as good as the best choice there is, as
    long as nothing alone is worth more than all else together.
    """
    order = range(len(entries))
    by_density = sorted(
        order, key=lambda at: (not entries[at].node.pinned, -entries[at].importance / max(sizes[at], 1), at)
    )
    first = _fill(entries, sizes, room, order)
    second = first if by_density == list(order) else _fill(entries, sizes, room, by_density)
    taken, doubles = max(first, second, key=lambda filled: round(sum(entries[at].importance for at in filled[0]), 6))
    kept = tuple(entries[at] for at in sorted(taken))
    left = (
        LeftOut(entry, "near-duplicate", entries[doubles[at]]) if at in doubles else LeftOut(entry, "no room")
        for at, entry in enumerate(entries)
        if at not in taken
    )
    return Choice(kept, tuple(left))


def _fill(
    entries: Sequence[Entry], sizes: Sequence[int], room: int, order: Sequence[int]
) -> tuple[set[int], dict[int, int]]:
    """Positions taken in an order as long as there is room, and for each near-duplicate the one it is like."""
    taken: set[int] = set()
    doubles: dict[int, int] = {}
    holders: dict[str, list[int]] = {}
    contents: dict[int, frozenset[str]] = {}
    smallest = min(sizes, default=0)
    for at in order:
        if room < smallest:
            break
        if sizes[at] > room:
            continue
        words = words_of(entries[at].node.content)
        double = _find_double(words, holders, contents)
        if double is not None:
            doubles[at] = double
            continue
        room -= sizes[at]
        taken.add(at)
        contents[at] = words
        for word in words:
            holders.setdefault(word, []).append(at)
    return taken, doubles


def words_of(content: str) -> frozenset[str]:
    """The words by which two contents are compared."""
    return frozenset(_WORD.findall(content.casefold())[:_MOST_WORDS])


def _find_double(
    words: frozenset[str], holders: dict[str, list[int]], contents: dict[int, frozenset[str]]
) -> int | None:
    shared: Counter[int] = Counter()
    for word in words:
        shared.update(holders.get(word, ()))
    for at, count in shared.most_common(3):
        if count >= SAME * (len(words) + len(contents[at]) - count) and not _tells_apart(words ^ contents[at]):
            return at
    return None


def _tells_apart(words: frozenset[str]) -> bool:
    """Whether words in which two contents differ turn one into another statement: numbers, and a no."""
    return bool(words & _NEGATIONS) or any(any(character.isdigit() for character in word) for word in words)
