"""Two workspaces over one store do anything in any order, and a plain model says what must come of it."""

from __future__ import annotations

from typing import Any

from branch_rules import BranchRules
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from memory_rules import MemoryRules, edits, memories, numbers
from merge_rules import MergeRules
from random_memories import strategies
from rewrite_rules import RewriteRules
from time_rules import TimeRules
from two_workspaces import workspaces

from memora.model.ids import NodeId

# A memory by its number, and what is changed of it; no fields: it is removed.
Change = tuple[int, dict[str, Any]]
changes = st.lists(st.tuples(numbers, memories | edits | edits | st.just({})), min_size=1, max_size=3)


class HistoryMachine(BranchRules, MemoryRules, MergeRules, RewriteRules, TimeRules):
    """The whole version-control part of memora."""

    @initialize(first=st.lists(memories, min_size=1, max_size=4) | st.just([]))
    def begin(self, first: list[dict[str, Any]]) -> None:
        """Most histories begin with something that two branches have in common."""
        for fields in first:
            self.add("default", fields)
        if first:
            self.commit("default")
            self.switch_to_new("w2", "dev", "main", carry=False)

    @rule(workspace=workspaces, some=changes)
    def change_and_commit(self, workspace: str, some: list[Change]) -> None:
        for number, fields in some:
            if "source" in fields:
                self.add(workspace, fields)
            elif fields:
                self.edit(workspace, number, fields)
            else:
                self.rm(workspace, number)
        self.commit(workspace)

    @rule(there=st.sampled_from(["default", "w2"]), mine=changes, yours=changes, strategy=strategies, now=st.booleans())
    def part_and_meet(self, there: str, mine: list[Change], yours: list[Change], strategy: str, now: bool) -> None:
        """Both go on, each on its branch, and one merges what the other did."""
        self.change_and_commit("default", mine)
        self.change_and_commit("w2", yours)
        self.meet(there, strategy, now)

    @precondition(lambda self: self.shared())
    @rule(
        there=st.sampled_from(["default", "w2"]),
        number=numbers,
        mine=edits,
        yours=edits,
        strategy=strategies,
        now=st.booleans(),
    )
    def quarrel(
        self, there: str, number: int, mine: dict[str, Any], yours: dict[str, Any], strategy: str, now: bool
    ) -> None:
        """Both change one memory, and one merges what the other did."""
        shared = self.shared()
        for workspace, fields in (("default", mine), ("w2", yours)):
            self.edit_one(workspace, shared[number % len(shared)], fields)
            self.commit(workspace)
        self.meet(there, strategy, now)

    def shared(self) -> list[NodeId]:
        """The memories that both workspaces have."""
        return sorted(self.model.tree("default").keys() & self.model.tree("w2").keys())

    def meet(self, there: str, strategy: str, now: bool) -> None:
        tip = self.model.tip("w2" if there == "default" else "default")
        if tip is not None:
            self.merge(there, tip.hex(), strategy, "auto", now, unrelated=True)


TestHistory = HistoryMachine.TestCase
TestHistory.settings = settings(max_examples=settings().max_examples // 2, stateful_step_count=40)
