"""Two workspaces over one store do anything in any order, and a model of dicts says what must come of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pointer_model import ModelCommit, PointerModel, Refusal, Tree
from seats import Seat

from memora.errors import MemoraError
from memora.history.load import load_commit, load_node, load_tag
from memora.model.ids import ObjectId, TagId, TreeId
from memora.operations.history.branch import create_branch, delete_branch, rename_branch
from memora.operations.history.commit import CommitResult, NothingToCommit, commit
from memora.operations.history.rollback import NothingToRollBack, RolledBack, rollback
from memora.operations.history.switch import switch, switch_to_commit, switch_to_new
from memora.operations.history.tag import create_tag, delete_tag
from memora.operations.history.undo import Step, redo, undo
from memora.operations.remember.add import add
from memora.operations.remember.remove import remove
from memora.tree.check import check_tree
from memora.tree.lookup import entries

WORKSPACES = ["default", "w2"]
BRANCHES = ["main", "dev", "feature/x", "trunk"]
TAGS = ["v1", "v2"]
KEYS = ["a", "b", "c"]

workspaces = st.sampled_from(WORKSPACES)
branches = st.sampled_from(BRANCHES)
tags = st.sampled_from(TAGS)
keys = st.sampled_from(KEYS)


class HistoryMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="memora-machine-"))
        self.model = PointerModel(WORKSPACES)
        self.count = 0
        first = Seat(self.directory)
        self.seats = {"default": first, "w2": first.at("w2")}
        self.seats["w2"].do(switch, "main")
        self.objects = first.repository.objects

    def teardown(self) -> None:
        for seat in self.seats.values():
            seat.repository.close()
        shutil.rmtree(self.directory)

    def unique(self) -> str:
        self.count += 1
        return f"text {self.count}"

    def both(
        self, workspace: str, verb: Callable[..., Any], model: Callable[[Any], object], *names: Any, **options: Any
    ) -> None:
        """Let the store and the model do the same, and fail alike."""
        refused = raised = result = None
        try:
            result = self.seats[workspace].do(verb, *names, **options)
        except MemoraError as error:
            raised = type(error).__name__
        try:
            model(result)
        except Refusal as refusal:
            refused = refusal.name
        assert raised == refused

    @rule(workspace=workspaces, key=keys)
    def add(self, workspace: str, key: str) -> None:
        content = self.unique()
        node, version = self.seats[workspace].do(add, {"content": content, "key": key}, replace=True).nodes[0]
        assert (node.content, node.key) == (content, key)
        self.model.move(workspace, {f"tree:{workspace}": {**self.model.tree(workspace), key: version}})

    @rule(workspace=workspaces, key=keys)
    def rm(self, workspace: str, key: str) -> None:
        def model(_: object) -> None:
            if key not in self.model.tree(workspace):
                raise Refusal("NotFound")
            rest = {name: version for name, version in self.model.tree(workspace).items() if name != key}
            self.model.move(workspace, {f"tree:{workspace}": rest})

        self.both(workspace, remove, model, [key])

    @rule(workspace=workspaces)
    def commit(self, workspace: str) -> None:
        def model(result: CommitResult | NothingToCommit | None) -> None:
            branch, start = self.model.get(f"head:{workspace}")
            tip = self.model.tip(workspace)
            tree = self.model.tree(workspace)
            if tip != start:
                tree = self.merged(workspace, tip, self.seats[workspace].repository.workspace.tree)
            if tree == self.model.tree_of(tip):
                assert isinstance(result, NothingToCommit)
                self.model.move(workspace, {f"head:{workspace}": (branch, tip), f"tree:{workspace}": tree})
                return
            assert isinstance(result, CommitResult)
            self.model.record(workspace, result.commit, tree, tip)

        self.both(workspace, commit, model, message=self.unique())

    @rule(workspace=workspaces, name=branches, start=st.none() | branches | tags)
    def make_branch(self, workspace: str, name: str, start: str | None) -> None:
        def model(_: object) -> None:
            target = self.model.resolve(workspace, start)
            self.model.require_absent(name)
            self.model.move(workspace, {f"branch:{name}": target})

        self.both(workspace, create_branch, model, name, start)

    @rule(workspace=workspaces, name=branches, force=st.booleans())
    def delete(self, workspace: str, name: str, force: bool) -> None:
        def model(_: object) -> None:
            heads = [self.model.get(f"head:{other}") for other in WORKSPACES]
            if any(branch == name for branch, _ in heads):
                raise Refusal("BranchInUse")
            tip = self.model.get(f"branch:{name}")
            if tip is None:
                raise Refusal("NotFound")
            others = [self.model.get(f"branch:{other}") for other in self.model.names("branch") if other != name]
            starts = [start for start in (*others, self.model.get(f"head:{workspace}")[1]) if start is not None]
            if not force and not any(self.model.reaches(start, tip) for start in starts):
                raise Refusal("NotMerged")
            self.model.move(workspace, {f"branch:{name}": None})

        self.both(workspace, delete_branch, model, name, force=force)

    @rule(workspace=workspaces, old=st.none() | branches, new=branches)
    def rename(self, workspace: str, old: str | None, new: str) -> None:
        def model(_: object) -> None:
            name = old or self.model.get(f"head:{workspace}")[0]
            if name is None:
                raise Refusal("BadUsage")
            moved: dict[str, Any] = {
                f"head:{other}": (new, commit)
                for other in WORKSPACES
                for branch, commit in [self.model.get(f"head:{other}")]
                if branch == name
            }
            tip = self.model.get(f"branch:{name}")
            if tip is None and not moved:
                raise Refusal("NotFound")
            if new == name:
                raise Refusal("AlreadyExists")
            self.model.require_absent(new)
            if tip is not None:
                moved |= {f"branch:{name}": None, f"branch:{new}": tip}
            self.model.move(workspace, moved)

        self.both(workspace, rename_branch, model, old, new)

    @rule(workspace=workspaces, name=branches, carry=st.booleans())
    def switch(self, workspace: str, name: str, carry: bool) -> None:
        def model(_: object) -> None:
            head, tip = self.model.get(f"head:{workspace}"), self.model.get(f"branch:{name}")
            if tip is None and head != (name, None):
                raise Refusal("NotFound")
            if head != (name, tip):
                self.model.go(workspace, (name, tip), carry=carry)

        self.both(workspace, switch, model, name, carry=carry)

    @rule(workspace=workspaces, name=branches, start=st.none() | branches | tags, carry=st.booleans())
    def switch_to_new(self, workspace: str, name: str, start: str | None, carry: bool) -> None:
        def model(_: object) -> None:
            branch, here = self.model.get(f"head:{workspace}")
            target = here if start is None else self.model.resolve(workspace, start)
            if target is None and branch == name:
                raise Refusal("AlreadyExists")
            self.model.require_absent(name)
            made = {} if target is None else {f"branch:{name}": target}
            self.model.go(workspace, (name, target), made, carry=carry, keep=target == here)

        self.both(workspace, switch_to_new, model, name, start, carry=carry)

    @rule(workspace=workspaces, revision=branches | tags | st.just("HEAD"), carry=st.booleans())
    def detach(self, workspace: str, revision: str, carry: bool) -> None:
        def model(_: object) -> None:
            target = self.model.resolve(workspace, revision)
            here = self.model.get(f"head:{workspace}")
            if here != (None, target):
                self.model.go(workspace, (None, target), carry=carry, keep=target == here[1])

        self.both(workspace, switch_to_commit, model, revision, carry=carry)

    @rule(workspace=workspaces, name=tags, force=st.booleans(), message=st.none() | st.just("why"))
    def tag(self, workspace: str, name: str, force: bool, message: str | None) -> None:
        def model(_: object) -> None:
            if self.model.get(f"tag:{name}") is not None and not force:
                raise Refusal("AlreadyExists")
            target = self.model.resolve(workspace, None)
            said = None if message is None else self.seats[workspace].now
            self.model.move(workspace, {f"tag:{name}": (target, said)})

        self.both(workspace, create_tag, model, name, message=message, force=force)

    @rule(workspace=workspaces, name=tags)
    def delete_tag(self, workspace: str, name: str) -> None:
        def model(_: object) -> None:
            if self.model.get(f"tag:{name}") is None:
                raise Refusal("NotFound")
            self.model.move(workspace, {f"tag:{name}": None})

        self.both(workspace, delete_tag, model, name)

    @rule(workspace=workspaces, revision=branches | tags | st.just("HEAD"))
    def rollback(self, workspace: str, revision: str) -> None:
        def model(result: RolledBack | NothingToRollBack | None) -> None:
            goal = self.model.tree_of(self.model.resolve(workspace, revision))
            tip = self.model.tip(workspace)
            kept: Tree | None = None
            if self.model.tree(workspace) != goal and self.model.is_dirty(workspace):
                kept = {}
            if kept is None and self.model.tree_of(tip) == goal:
                assert isinstance(result, NothingToRollBack)
                branch = self.model.get(f"head:{workspace}")[0]
                self.model.move(workspace, {f"head:{workspace}": (branch, tip), f"tree:{workspace}": goal})
                return
            assert isinstance(result, RolledBack)
            assert (result.checkpoint is None) == (kept is None)
            if result.checkpoint is not None and kept is not None:
                kept = self.merged(workspace, tip, load_commit(self.objects, result.checkpoint).tree)
                self.model.commits[result.checkpoint] = ModelCommit(kept, () if tip is None else (tip,))
                tip = result.checkpoint
            self.model.record(workspace, result.commit.commit, goal, tip)

        self.both(workspace, rollback, model, to=revision)

    @rule(workspace=workspaces)
    def undo(self, workspace: str) -> None:
        self.both(workspace, undo, lambda result: self.step(workspace, result, back=True))

    @rule(workspace=workspaces)
    def redo(self, workspace: str) -> None:
        self.both(workspace, redo, lambda result: self.step(workspace, result, back=False))

    @precondition(lambda self: self.model.done["default"])
    @rule()
    def undo_everything_and_redo_it(self) -> None:
        before = dict(self.model.pointers)
        steps = 0
        try:
            while self.model.step("default", back=True):
                assert isinstance(self.seats["default"].do(undo), Step)
                steps += 1
        except Refusal as refusal:
            assert refusal.name in ("MovedSince", "BranchInUse")
        for _ in range(steps):
            assert self.model.step("default", back=False)
            assert isinstance(self.seats["default"].do(redo), Step)
        assert self.model.pointers == before

    @invariant()
    def the_store_is_what_the_model_says(self) -> None:
        found: dict[str, Any] = {}
        for name, seat in self.seats.items():
            workspace = seat.repository.workspace
            found[f"head:{name}"] = tuple(workspace.head)
            assert seat.memories is not None  # which compares the view with the tree
            found[f"tree:{name}"] = read_tree(seat, workspace.tree)
            assert list(check_tree(self.objects, workspace.tree)) == []
        for branch, target in self.seats["default"].branches.items():
            found[f"branch:{branch}"] = target
        for tag, target in self.seats["default"].tags.items():
            found[f"tag:{tag}"] = self.tag_value(target)
        assert found == self.model.pointers

    @invariant()
    def the_operation_log_is_sound(self) -> None:
        assert list(self.seats["default"].repository.log.verify()) == []

    def step(self, workspace: str, result: object, *, back: bool) -> None:
        assert self.model.step(workspace, back=back) == isinstance(result, Step)

    def merged(self, workspace: str, tip: bytes | None, tree: TreeId) -> Tree:
        """The uncommitted changes merged into a tip; where both sides changed a key, the store says to what."""
        expected, clashes = self.model.carried(workspace, self.model.tree_of(tip))
        found = read_tree(self.seats[workspace], tree)
        assert {key: version for key, version in found.items() if key not in clashes} == {
            key: version for key, version in expected.items() if key not in clashes
        }
        return found

    def tag_value(self, target: bytes) -> tuple[bytes, int | None]:
        """The commit of a tag, and when it was said where it is annotated."""
        if self.objects.kind_of(ObjectId(target)) != "tag":
            return target, None
        annotation = load_tag(self.objects, TagId(ObjectId(target)))
        return annotation.commit, annotation.at


def read_tree(seat: Seat, tree: TreeId) -> Tree:
    """Key and version of every node in a tree."""
    objects = seat.repository.objects
    return {load_node(objects, version).key or "": version for _, version in entries(objects, tree)}


TestHistory = HistoryMachine.TestCase
TestHistory.settings = settings(stateful_step_count=40)
