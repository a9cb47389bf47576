"""Going back and forth in what was done, forgetting it, and opening the store anew."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from pointer_model import Refusal
from stores import DAY, SECOND
from two_workspaces import TwoWorkspaces, workspaces

from memora.operations.care.prune import prune
from memora.operations.history.undo import Step, redo, undo
from memora.repository import Repository
from memora.storage.place import FOLDER


class TimeRules(TwoWorkspaces):
    @precondition(lambda self: any(self.model.done.values()))
    @rule(workspace=workspaces)
    def undo(self, workspace: str) -> None:
        self.both(workspace, undo, lambda result: self.compare(workspace, result, back=True))

    @precondition(lambda self: any(self.model.undone.values()))
    @rule(workspace=workspaces)
    def redo(self, workspace: str) -> None:
        self.both(workspace, redo, lambda result: self.compare(workspace, result, back=False))

    def compare(self, workspace: str, result: object, *, back: bool) -> None:
        assert self.model.step(workspace, back=back) == isinstance(result, Step)

    @precondition(lambda self: self.model.done["default"])
    @rule()
    def undo_everything_and_redo_it(self) -> None:
        before = dict(self.model.pointers)
        steps = 0
        try:
            while self.step_first(back=True):
                assert isinstance(self.do("default", undo), Step)
                steps += 1
        except Refusal as refusal:
            assert refusal.name in ("MovedSince", "BranchInUse")
        for _ in range(steps):
            assert self.step_first(back=False)
            assert isinstance(self.do("default", redo), Step)
        assert self.model.pointers == before

    def step_first(self, *, back: bool) -> bool:
        """Let the model step at the time at which the store will."""
        self.model.now = self.now + SECOND
        return self.model.step("default", back=back)

    @rule(age=st.none() | st.sampled_from([0, 5 * SECOND, DAY]))
    def prune(self, age: int | None) -> None:
        prune(self.repository("default"), now=self.now, older_than=age)
        if age is not None:
            self.model.forget(self.now - age)
        for commit in self.model.prune():
            assert not self.objects.has(commit)
        self.read.clear()

    @rule(workspace=workspaces)
    def reopen(self, workspace: str) -> None:
        seat = self.seats[workspace]
        seat.repository.close()
        seat.repository = Repository.open(str(self.directory / FOLDER), workspace=workspace)
        self.read.clear()
