"""Commands that make commits of other commits: cherry-pick, revert and rollback."""

from __future__ import annotations

from history_model import applied, changes
from hypothesis import strategies as st
from hypothesis.stateful import rule
from pointer_model import Memories, Refusal
from two_workspaces import TwoWorkspaces, revisions, workspaces

from memora.history.load import load_commit
from memora.model.ids import NodeId
from memora.model.node import Node
from memora.operations.history.cherry_pick import CherryPicked, cherry_pick
from memora.operations.history.revert import NothingToRevert, Reverted, revert
from memora.operations.history.revert_selection import Wanted
from memora.operations.history.rollback import NothingToRollBack, RolledBack, rollback

mainlines = st.none() | st.sampled_from([1, 2])
# Of each memory that a commit changed what it was and what it became.
Step = dict[NodeId, tuple[Node | None, Node | None]]


class RewriteRules(TwoWorkspaces):
    @rule(workspace=workspaces, what=revisions, mainline=mainlines)
    def cherry_pick(self, workspace: str, what: str | int, mainline: int | None) -> None:
        revision = self.name(what)

        def model(result: CherryPicked | None) -> None:
            tip = self.model.start_clean(workspace)
            step = self.step(self.model.resolve(workspace, revision), mainline)
            ours = self.model.memories_of(tip)
            before = applied(ours, {node: old for node, (old, _) in step.items()})
            after = applied(ours, {node: new for node, (_, new) in step.items()})
            memories = self.model.merged(before, ours, after)
            assert result is not None
            if memories == ours:
                assert not result.picked
                self.stand(workspace, tip)
            else:
                [picked] = result.picked
                self.model.record(workspace, picked.commit, memories, (tip,))

        self.both(workspace, cherry_pick, model, [revision], mainline=mainline)

    @rule(workspace=workspaces, what=revisions, mainline=mainlines)
    def revert(self, workspace: str, what: str | int, mainline: int | None) -> None:
        revision = self.name(what)

        def model(result: Reverted | NothingToRevert | None) -> None:
            tip = self.model.start_clean(workspace)
            step = self.step(self.model.resolve(workspace, revision), mainline)
            assert result is not None
            if isinstance(result, NothingToRevert):
                self.check_revert(step, self.model.memories_of(tip), self.model.memories_of(tip))
                self.stand(workspace, tip)
                return
            assert result.commit is not None
            memories = self.memories_in(load_commit(self.objects, result.commit).tree)
            self.check_revert(step, self.model.memories_of(tip), memories)
            self.model.learn(memories)
            for conflict in result.clashes:
                self.model.learn({node.id: node for _, node in conflict.sides if node is not None})
            self.model.record(workspace, result.commit, memories, (tip,))

        self.both(workspace, revert, model, Wanted(revision, mainline=mainline))

    def check_revert(self, step: Step, before: Memories, after: Memories) -> None:
        """What was as the commit left it is as it was before that; what it did not touch stays."""
        keys = {state.key for states in step.values() for state in states if state is not None} - {None}
        for node in before.keys() | after.keys():
            state, result = before.get(node), after.get(node)
            if keys & {state and state.key, result and result.key}:
                continue  # Two memories may have met under the key.
            if node not in step:
                assert result == state
            elif step[node][1] == state:
                assert result == step[node][0]

    def step(self, commit: bytes, mainline: int | None) -> Step:
        """What a commit changed."""
        memories, parents = self.model.commits[commit]
        if mainline is None and len(parents) > 1:
            raise Refusal("ParentNeeded")
        if mainline is not None and mainline > max(len(parents), 1):
            raise Refusal("BadInput")
        before = self.model.memories_of(parents[(mainline or 1) - 1]) if parents else {}
        return {node: (before.get(node), state) for node, state in changes(before, memories).items()}

    def stand(self, workspace: str, commit: bytes | None) -> None:
        """Nothing came of it, but the workspace is at the tip of its branch."""
        branch = self.model.get(f"head:{workspace}")[0]
        here = {f"head:{workspace}": (branch, commit), f"tree:{workspace}": self.model.memories_of(commit)}
        self.model.move(workspace, here)

    @rule(workspace=workspaces, what=revisions | st.just("HEAD"))
    def rollback(self, workspace: str, what: str | int) -> None:
        revision = self.name(what)

        def model(result: RolledBack | NothingToRollBack | None) -> None:
            self.model.require_no_merge(workspace)
            goal = self.model.memories_of(self.model.resolve(workspace, revision))
            tip = self.model.tip(workspace)
            keep = self.model.tree(workspace) != goal and self.model.is_dirty(workspace)
            if not keep and self.model.memories_of(tip) == goal:
                assert isinstance(result, NothingToRollBack)
                self.stand(workspace, tip)
                return
            assert isinstance(result, RolledBack)
            assert (result.checkpoint is not None) == keep
            if result.checkpoint is not None:
                self.model.add_commit(result.checkpoint, self.model.caught_up(workspace), (tip,))
                tip = result.checkpoint
            self.model.record(workspace, result.commit.commit, goal, (tip,))

        self.both(workspace, rollback, model, to=revision)
