"""Commits, merges and disputes. What a merge comes to is worked out by the model alone."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from memory_rules import has_memories, numbers
from pointer_model import Refusal
from random_memories import strategies
from two_workspaces import WORKSPACES, TwoWorkspaces, revisions, workspaces

from memora.model.node import Node
from memora.operations.history.commit import CommitResult, NothingToCommit, commit
from memora.operations.history.conflicts import Conflict, find_conflict, forget_resolutions, resolve
from memora.operations.history.merge import MergeResult, merge
from memora.operations.history.merging import RESOLUTIONS
from memora.operations.history.standing import PENDING_MERGES
from memora.operations.remember.changes import ChangeSet

fast_forwards = st.sampled_from(["auto", "auto", "never", "only"])
choices = st.sampled_from(["ours", "theirs", "base", "content", "both"])


def has_something_to_commit(machine: TwoWorkspaces) -> bool:
    model = machine.model
    return any(model.is_dirty(name) or model.get(f"waiting:{name}") for name in WORKSPACES)


def has_disputes(machine: TwoWorkspaces) -> bool:
    return any(node.dispute for name in WORKSPACES for node in machine.model.tree(name).values())


class MergeRules(TwoWorkspaces):
    @precondition(has_something_to_commit)
    @rule(workspace=workspaces)
    def commit(self, workspace: str) -> None:
        def model(result: CommitResult | NothingToCommit | None) -> None:
            branch, tip = self.model.get(f"head:{workspace}")[0], self.model.tip(workspace)
            memories = self.model.caught_up(workspace)
            waiting = self.model.get(f"waiting:{workspace}")
            if waiting is None and memories == self.model.memories_of(tip):
                assert isinstance(result, NothingToCommit)
                self.model.move(workspace, {f"head:{workspace}": (branch, tip), f"tree:{workspace}": memories})
                return
            assert isinstance(result, CommitResult)
            others = () if waiting is None else self.model.commits[waiting].parents[1:]
            also = {f"waiting:{workspace}": None}
            self.model.record(workspace, result.commit, memories, (tip, *others), also)

        self.both(workspace, commit, model, message=self.unique())

    @rule(
        workspace=workspaces,
        what=revisions,
        strategy=strategies,
        fast_forward=fast_forwards,
        now=st.booleans(),
        unrelated=st.booleans(),
    )
    def merge(
        self, workspace: str, what: str | int, strategy: str, fast_forward: str, now: bool, unrelated: bool
    ) -> None:
        revision = self.name(what)

        def model(result: MergeResult | None) -> None:
            ours, theirs, outcome = self.outcome(workspace, revision, fast_forward, unrelated)
            assert result is not None
            assert result.outcome == outcome
            branch = self.model.get(f"head:{workspace}")[0]
            if outcome == "up_to_date":
                here = {f"head:{workspace}": (branch, ours), f"tree:{workspace}": self.model.memories_of(ours)}
                self.model.move(workspace, here)
            elif outcome == "fast_forward" or ours is None:
                moved = {f"head:{workspace}": (branch, theirs), f"tree:{workspace}": self.model.memories_of(theirs)}
                self.model.move(workspace, moved if branch is None else {**moved, f"branch:{branch}": theirs})
            else:
                base = self.model.base({ours}, {theirs})
                sides = (self.model.memories_of(ours), self.model.memories_of(theirs))
                memories = self.model.merged(base, *sides, strategy)
                if now:
                    assert result.commit is not None
                    self.model.record(workspace, result.commit, memories, (ours, theirs))
                else:
                    self.wait(workspace, (ours, theirs), memories)

        self.both(
            workspace,
            merge,
            model,
            revision,
            strategy=strategy,
            fast_forward=fast_forward,
            commit=now,
            allow_unrelated=unrelated,
        )

    def outcome(
        self, workspace: str, revision: str, fast_forward: str, unrelated: bool
    ) -> tuple[bytes | None, bytes, str]:
        """What is merged into what, and what sort of merge that is."""
        if self.model.is_dirty(workspace):
            raise Refusal("Uncommitted")
        self.model.require_no_merge(workspace)
        ours, theirs = self.model.tip(workspace), self.model.resolve(workspace, revision)
        if ours is None:
            return ours, theirs, "fast_forward"
        if theirs in self.model.ancestors(ours):
            return ours, theirs, "up_to_date"
        if ours in self.model.ancestors(theirs):
            return ours, theirs, "merged" if fast_forward == "never" else "fast_forward"
        if fast_forward == "only":
            raise Refusal("NotFastForward")
        if not unrelated and not self.model.bases({ours}, {theirs}):
            raise Refusal("UnrelatedHistories")
        return ours, theirs, "merged"

    def wait(self, workspace: str, parents: tuple[bytes, bytes], memories: dict) -> None:  # type: ignore[type-arg]
        """A merge stands in the working tree, and the commit that it will be beside it."""
        waiting = self.repository(workspace).refs.find(PENDING_MERGES + workspace)
        assert waiting is not None
        self.model.add_commit(waiting, memories, parents)
        branch = self.model.get(f"head:{workspace}")[0]
        moved = {f"head:{workspace}": (branch, parents[0]), f"tree:{workspace}": memories}
        self.model.move(workspace, {**moved, f"waiting:{workspace}": waiting})

    @precondition(has_disputes)
    @rule(workspace=workspaces, number=numbers, choice=choices, remember=st.booleans())
    def resolve(self, workspace: str, number: int, choice: str, remember: bool) -> None:
        node = self.pick(workspace, number, disputed=True)
        if node is None:
            return
        conflict = find_conflict(self.repository(workspace), node.id.hex())
        self.compare_sides(conflict, node)
        side = {"ours": conflict.ours, "theirs": conflict.theirs, "base": conflict.base}.get(choice)
        words = "of one's own" if choice == "content" else None

        def model(result: ChangeSet | None) -> None:
            lacking = {"base": (conflict.base,), "both": (conflict.ours, conflict.theirs)}.get(choice, ())
            if None in lacking:
                raise Refusal("NoSuchSide")
            assert result is not None
            made = [] if choice in ("ours", "theirs") and side is None else [item.node for item in result.nodes]
            said = [item.node.content for item in (conflict.ours, conflict.theirs, *conflict.others) if item]
            expected = [side.node.content] if side else [words] if words else said if choice == "both" else []
            assert sorted(settled.content for settled in made) == sorted(expected)
            assert all(settled.dispute is None for settled in made)
            after = {other: state for other, state in self.model.tree(workspace).items() if other != node.id}
            assert not after.keys() & {settled.id for settled in made}
            after.update({settled.id: settled for settled in made})
            self.model.learn(after)
            moved = {f"tree:{workspace}": after}
            if remember and len(made) < 2:
                moved[self.remembered(node)] = made[0] if made else node
            self.model.move(workspace, moved)

        self.both(workspace, resolve, model, node.id.hex(), choice, content=words, remember=remember)

    def compare_sides(self, conflict: Conflict, node: Node) -> None:
        """A dispute is shown with all that it stands between, each once."""
        sides = [item for item in (conflict.ours, conflict.theirs, *conflict.others) if item is not None]
        assert node.dispute is not None
        assert sorted(item.version for item in sides) == list(node.dispute.sides)
        assert node.dispute.base == (conflict.base and conflict.base.version)
        for item in sides:
            assert self.model.states[item.version] == item.node

    def remembered(self, node: Node) -> str:
        """The pointer of a settlement; of the store's name for it is learnt here which dispute it is."""
        dispute = self.model.dispute(node)
        new = [digest for digest, _ in self.repository("default").refs.list(RESOLUTIONS) if digest not in self.digests]
        assert len(new) == (dispute not in self.digests.values())
        self.digests.update(dict.fromkeys(new, dispute))
        return f"settled:{dispute}"

    @precondition(has_memories)
    @rule(workspace=workspaces, number=numbers)
    def forget(self, workspace: str, number: int) -> None:
        node = self.pick(workspace, number)
        if node is not None:
            forgotten = self.do(workspace, forget_resolutions, node.id.hex())
            settled = {name: None for name, value in self.model.pointers.items() if self.settles(name, value, node)}
            assert forgotten == len(settled)
            self.model.move(workspace, settled)

    def settles(self, pointer: str, value: object, node: Node) -> bool:
        return pointer.startswith("settled:") and isinstance(value, Node) and value.id == node.id
