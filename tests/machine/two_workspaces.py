"""Two workspaces of one store beside the model of them: how a command is given to both, and what must hold after it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from history_model import HistoryModel
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant
from pointer_model import Memories, Refusal
from seats import Seat
from stores import NOON, problems

from memora.errors import MemoraError
from memora.history.load import load_commit, load_node, load_tag
from memora.model.ids import CommitId, NodeId, ObjectId, TagId, TreeId, VersionId
from memora.model.node import Node
from memora.model.rules import find_broken_rule
from memora.operations.history.conflicts import list_conflicts
from memora.operations.history.merging import RESOLUTIONS
from memora.operations.history.standing import PENDING_MERGES
from memora.operations.history.switch import switch
from memora.repository import Repository
from memora.storage.objects import SqliteObjects
from memora.tree.check import check_tree
from memora.tree.lookup import entries

WORKSPACES = ["default", "w2"]
BRANCHES = ["main", "dev", "feature/x"]
TAGS = ["v1", "v2"]

workspaces = st.sampled_from(WORKSPACES)
branches = st.sampled_from(BRANCHES)
tags = st.sampled_from(TAGS)
# A name, which need not be there, or one of those that are there by a number.
revisions = branches | tags | st.integers(0, 30) | st.integers(0, 30) | st.integers(0, 30)


class TwoWorkspaces(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="memora-machine-"))
        self.model = HistoryModel(WORKSPACES)
        self.count = self.steps = 0
        self.now = NOON
        self.seats = {"default": Seat(self.directory)}
        self.seats["w2"] = self.seats["default"].at("w2")
        self.seats["w2"].do(switch, "main")
        self.read: dict[ObjectId, Memories] = {}
        self.digests: dict[str, str] = {}

    def teardown(self) -> None:
        self.read.clear()
        self.every_commit_reads_as_it_was_made()
        self.nothing_is_wrong_with_the_store()
        for seat in self.seats.values():
            seat.repository.close()
        shutil.rmtree(self.directory)

    @property
    def objects(self) -> SqliteObjects:
        return self.repository("default").objects

    def repository(self, workspace: str) -> Repository:
        return self.seats[workspace].repository

    def unique(self) -> str:
        self.count += 1
        return f"number {self.count}"

    def do(self, workspace: str, verb: Callable[..., Any], *names: Any, **options: Any) -> Any:
        """Let the store do something; time goes on for everybody."""
        seat = self.seats[workspace]
        seat.now = self.now
        try:
            return seat.do(verb, *names, **options)
        finally:
            self.model.now = self.now = seat.now

    def both(
        self, workspace: str, verb: Callable[..., Any], model: Callable[[Any], object], *names: Any, **options: Any
    ) -> None:
        """Let the store and the model do the same, and fail alike."""
        refused = raised = result = None
        try:
            result = self.do(workspace, verb, *names, **options)
        except MemoraError as error:
            raised = type(error).__name__
        try:
            model(result)
        except Refusal as refusal:
            refused = refusal.name
        assert raised == refused

    def name(self, revision: str | int) -> str:
        """What to call a revision; a number chooses among the branches and commits that there are."""
        if isinstance(revision, str):
            return revision
        there = self.model.names("branch") * 2 + [commit.hex() for commit in self.model.commits]
        return there[revision % len(there)] if there else "main"

    def pick(self, workspace: str, number: int, *, disputed: bool = False) -> Node | None:
        """One of the memories of a workspace, if there is any."""
        found = [node for _, node in sorted(self.model.tree(workspace).items()) if node.dispute or not disputed]
        return found[number % len(found)] if found else None

    def memories_in(self, tree: TreeId) -> Memories:
        """What a tree of the store holds."""
        if tree not in self.read:
            found = {node: load_node(self.objects, version) for node, version in entries(self.objects, tree)}
            assert [problem for node in found.values() if (problem := find_broken_rule(node))] == []
            self.read[tree] = found
        return self.read[tree]

    def set_memory(self, workspace: str, node_id: NodeId, node: Node | None) -> None:
        """The model's working tree has another state of a memory, or none."""
        rest = {other: state for other, state in self.model.tree(workspace).items() if other != node_id}
        if node is not None:
            rest[node_id] = node
            self.model.learn({node_id: node})
        self.model.move(workspace, {f"tree:{workspace}": rest})

    @invariant()
    def all_is_well(self) -> None:
        self.the_pointers_are_what_the_model_says()
        self.the_view_of_each_workspace_is_its_tree()
        self.a_key_is_held_by_one_memory()
        self.every_commit_reads_as_it_was_made()
        self.steps += 1
        if self.steps % 8 == 0:
            self.nothing_is_wrong_with_the_store()

    def the_pointers_are_what_the_model_says(self) -> None:
        found: dict[str, Any] = {}
        for name, seat in self.seats.items():
            workspace = seat.repository.workspace
            found[f"head:{name}"] = tuple(workspace.head)
            found[f"tree:{name}"] = self.memories_in(workspace.tree)
        refs = self.repository("default").refs
        for kind, prefix in (("branch", "refs/heads/"), ("waiting", PENDING_MERGES)):
            found.update({f"{kind}:{name}": target for name, target in refs.list(prefix)})
        found.update({f"tag:{name}": self.tag_value(target) for name, target in refs.list("refs/tags/")})
        for digest, target in refs.list(RESOLUTIONS):
            found[f"settled:{self.digests[digest]}"] = load_node(self.objects, VersionId(target))
        assert found == self.model.pointers
        assert self.repository("default").log.head().number == len(self.model.log)

    def the_view_of_each_workspace_is_its_tree(self) -> None:
        for name, seat in self.seats.items():
            assert seat.memories is not None  # which compares the two
            assert list(check_tree(self.objects, seat.repository.workspace.tree)) == []
            disputes = {conflict.node.id for conflict in list_conflicts(seat.repository)}
            assert disputes == {node.id for node in self.model.tree(name).values() if node.dispute}

    def a_key_is_held_by_one_memory(self) -> None:
        for workspace in WORKSPACES:
            keys = [node.key for node in self.model.tree(workspace).values() if node.key is not None]
            assert len(keys) == len(set(keys))

    def nothing_is_wrong_with_the_store(self) -> None:
        assert problems(self.repository("default")) == []

    def every_commit_reads_as_it_was_made(self) -> None:
        for commit, (memories, parents) in self.model.commits.items():
            found = load_commit(self.objects, CommitId(ObjectId(commit)))
            assert (self.memories_in(found.tree), found.parents) == (memories, parents)

    def tag_value(self, target: ObjectId) -> tuple[bytes, int | None]:
        """The commit of a tag, and when it was said where it is annotated."""
        if self.objects.kind_of(target) != "tag":
            return target, None
        annotation = load_tag(self.objects, TagId(target))
        return annotation.commit, annotation.at
