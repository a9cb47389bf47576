"""Random histories of three branches that change memories, merge each other, and cross."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from memory_history import MemoryHistory
from random_memories import change_lists, changed, strategies

from memora.model.ids import CommitId

BRANCHES = 3
places = st.integers(0, BRANCHES - 1)
clocks = st.integers(0, 40)

# A change of one branch; one branch merged into another; two that merge each other at the same time; and all three,
# so that any two of them have three best common ancestors.
steps = st.one_of(
    st.tuples(st.just("change"), places, change_lists, clocks, st.just("auto")),
    st.tuples(st.just("change"), places, change_lists, clocks, st.just("auto")),
    *(st.tuples(st.just(what), places, places, clocks, strategies) for what in ("merge", "cross", "braid")),
)
Step = tuple[str, int, Any, int, str]


class RandomHistory(MemoryHistory):
    """A history and the tips of its branches."""

    def __init__(self, steps: list[Step]) -> None:
        super().__init__()
        self.tips: list[CommitId] = []
        for number, (what, place, other, at, strategy) in enumerate(steps):
            if not self.tips:
                self.tips = [self.change(None, lambda before, some=other: changed(before, some), at)] * BRANCHES
            elif what == "change":
                tip = self.tips[place]
                self.tips[place] = self.change(tip, lambda before, some=other: changed(before, some), at + number)
            else:
                self.cross(what, place, other, at + number, strategy)

    def cross(self, what: str, place: int, other: int, at: int, strategy: str) -> None:
        tips = list(self.tips)
        if what == "braid":
            for first in range(BRANCHES):
                second, third = (first + 1) % BRANCHES, (first + 2) % BRANCHES
                two = self.merge(tips[first], tips[second], at, strategy)
                self.tips[first] = self.merge(two, tips[third], at, strategy)
            return
        self.tips[place] = self.merge(tips[place], tips[other], at, strategy)
        if what == "cross":
            self.tips[other] = self.merge(tips[other], tips[place], at, strategy)


def histories(*, without: frozenset[str | None] = frozenset()) -> st.SearchStrategy[RandomHistory]:
    """Histories; ``without`` are fields that nobody changes, None for deletions."""

    def kept(step: Step) -> Step:
        what, place, other, at, strategy = step
        some = [change for change in other if change[1] not in without] if what == "change" else other
        return what, place, some, at, strategy

    first = st.tuples(st.just("change"), places, change_lists, clocks, st.just("auto"))
    return st.tuples(first, st.lists(steps, min_size=4, max_size=14)).map(
        lambda drawn: RandomHistory([kept(step) for step in (drawn[0], *drawn[1])])
    )
