"""What workspaces do to single memories. How a memory comes out is tested elsewhere, so the model takes that over."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from pointer_model import Refusal
from stores import DAY, NOON
from two_workspaces import WORKSPACES, TwoWorkspaces, workspaces

from memora.model.ids import NodeId
from memora.operations.care.gc import Collection, gc
from memora.operations.remember.add import add
from memora.operations.remember.changes import ChangeSet
from memora.operations.remember.edit import edit
from memora.operations.remember.promote import Promotion, promote
from memora.operations.remember.remove import remove

KEYS = [None, "a", "b", "c"]
TYPES = ["semantic", "semantic", "procedural", "episodic", "preference"]
CONTENTS = ["x", "y", "z"]

memories = st.fixed_dictionaries(
    {
        "content": st.sampled_from(CONTENTS),
        "key": st.sampled_from(KEYS),
        "type": st.sampled_from(TYPES),
        "source": st.sampled_from(["manual", "codex", "test_result"]),
    }
)
edits = st.one_of(
    st.fixed_dictionaries({"content": st.sampled_from(CONTENTS)}),
    st.fixed_dictionaries({"content": st.sampled_from(CONTENTS)}),
    st.fixed_dictionaries({"tags": st.lists(st.sampled_from("tuv"), max_size=2, unique=True).map(sorted)}),
    st.fixed_dictionaries({"confidence": st.sampled_from([0.3, 0.8])}),
    st.fixed_dictionaries({"key": st.sampled_from(KEYS)}),
    st.fixed_dictionaries({"status": st.sampled_from(["ephemeral", "stable", "deprecated"])}),
    st.fixed_dictionaries({"expires_at": st.none()}),
    st.fixed_dictionaries({"valid_from": st.sampled_from([None, NOON, NOON + 7 * DAY])}),
    st.fixed_dictionaries({"valid_to": st.sampled_from([None, NOON + 5 * DAY, NOON + 9 * DAY])}),
)
numbers = st.integers(0, 9)


def has_memories(machine: TwoWorkspaces) -> bool:
    return any(machine.model.tree(workspace) for workspace in WORKSPACES)


class MemoryRules(TwoWorkspaces):
    @rule(workspace=workspaces, fields=memories)
    def add(self, workspace: str, fields: dict[str, Any]) -> None:
        node = self.do(workspace, add, fields, replace=True).nodes[0].node
        assert (node.content, node.key) == (fields["content"], fields["key"] or node.key)
        self.set_memory(workspace, node.id, node)

    @precondition(has_memories)
    @rule(workspace=workspaces, number=numbers, fields=edits)
    def edit(self, workspace: str, number: int, fields: dict[str, Any]) -> None:
        before = self.pick(workspace, number)
        if before is not None:
            self.edit_one(workspace, before.id, fields)

    def edit_one(self, workspace: str, node: NodeId, fields: dict[str, Any]) -> None:
        before = self.model.tree(workspace)[node]
        [(name, value)] = fields.items()

        def model(result: ChangeSet | None) -> None:
            others = [node for node in self.model.tree(workspace).values() if node.id != before.id]
            if name == "status" and before.dispute is not None:
                raise Refusal("InDispute")
            if name == "key" and value is not None and value != before.key and value in {node.key for node in others}:
                raise Refusal("KeyTaken")
            span = [fields.get(end, getattr(before, end)) for end in ("valid_from", "valid_to")]
            if None not in span and span[0] > span[1]:
                raise Refusal("BadInput")
            assert result is not None
            after = result.nodes[0].node
            found = getattr(after, name)
            assert (list(found) if name == "tags" else found) == value
            self.set_memory(workspace, before.id, after)

        self.both(workspace, edit, model, before.id.hex(), fields)

    @precondition(has_memories)
    @rule(workspace=workspaces, number=numbers)
    def promote(self, workspace: str, number: int) -> None:
        before = self.pick(workspace, number)
        if before is None:
            return

        def model(result: Promotion | None) -> None:
            if before.dispute is not None:
                raise Refusal("InDispute")
            assert result is not None
            after = result.changes.nodes[0].node
            assert (after.status, after.content) == ("stable", before.content)
            self.set_memory(workspace, before.id, after)

        self.both(workspace, promote, model, node=before.id.hex())

    @precondition(has_memories)
    @rule(workspace=workspaces, number=numbers)
    def rm(self, workspace: str, number: int) -> None:
        node = self.pick(workspace, number)
        if node is not None:
            self.do(workspace, remove, [node.id.hex()])
            self.set_memory(workspace, node.id, None)

    @rule(days=st.sampled_from([1, 20]))
    def days_pass(self, days: int) -> None:
        self.now += days * DAY

    @precondition(has_memories)
    @rule(workspace=workspaces, threshold=st.sampled_from([0.3, 0.6, 1.0]), aggressive=st.booleans())
    def gc(self, workspace: str, threshold: float, aggressive: bool) -> None:
        collection: Collection = self.do(workspace, gc, threshold=threshold, aggressive=aggressive)
        after = dict(self.model.tree(workspace))
        expired = {node for node, state in after.items() if state.is_expired(self.now) and not state.dispute}
        assert {decision.node.id for decision in collection.decisions if decision.action == "expired"} == expired
        for decision in collection.decisions:
            node = after.pop(decision.node.id)
            assert node == decision.node
            assert not node.pinned and node.dispute is None
            if decision.action != "expired":
                assert decision.importance.total < threshold
                assert (decision.action == "removed") == (aggressive or node.status == "deprecated")
            if decision.action == "deprecated":
                after[node.id] = node._replace(status="deprecated")
        self.model.learn(after)
        self.model.move(workspace, {f"tree:{workspace}": after})
