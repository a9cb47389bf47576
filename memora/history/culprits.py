"""Which of many changes, made one after the other, make a test fail.

Rests on a test that fails with all of them and not with none. It need not fail with more where it fails with fewer:
what is found fails, whatever the test is like.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

# The most changes that are looked for together; so many need each other that nobody would read more.
MOST_TOGETHER: Final = 5

# Where a test that cannot tell is tried again; it is costly, so not everywhere.
_PARTS: Final = (2, 4, 8, 16)

# Whether the test fails with some of the changes, by their numbers; None where it cannot tell.
Fails = Callable[[frozenset[int]], bool | None]


class Culprits(NamedTuple):
    """Changes by number. ``sufficient`` says that these alone make the test fail; else others are needed, too.

    Where the test could not tell, ``undecided`` are the changes of which one belongs to them.
    """

    members: tuple[int, ...]
    sufficient: bool
    undecided: tuple[int, ...] = ()


def find_culprits(count: int, fails: Fails) -> Culprits:
    """The changes that together make a test fail, out of ``count``: by halving, about log2(count) tests for each.

    Of a single one that is enough it takes one test more to be sure. None can be left out of what is found,
    unless the test fails with fewer changes where it does not with more.
    """
    if not count:
        return Culprits((), False)
    known: dict[frozenset[int], bool | None] = {frozenset(): False, frozenset(range(count)): True}

    def ask(changes: frozenset[int]) -> bool | None:
        if changes not in known:
            known[changes] = fails(changes)
        return known[changes]

    found: frozenset[int] = frozenset()
    limit = count
    while len(found) < MOST_TOGETHER:
        low, high = 0, limit  # with those found and the first ``low`` it passes, with the first ``high`` it fails
        while high - low > 1:
            for middle in _parts(low, high):
                verdict = ask(found | frozenset(range(middle)))
                if verdict is not None:
                    break
            else:
                return Culprits(tuple(sorted(found)), False, tuple(range(low, high)))
            low, high = (low, middle) if verdict else (middle, high)
        found |= {high - 1}
        limit = high - 1
        if ask(found):
            return Culprits(tuple(sorted(found)), True)
    return Culprits(tuple(sorted(found)), False)


def _parts(low: int, high: int) -> list[int]:
    """Some numbers between two others: the middle, the quarters, and so on down to the sixteenths."""
    numbers = [low + (high - low) * part // parts for parts in _PARTS for part in range(1, parts, 2)]
    return list(dict.fromkeys(number for number in numbers if low < number < high))
