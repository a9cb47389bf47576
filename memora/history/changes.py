"""What changed between two trees: which nodes, which of their fields, and how many of each sort.

None in place of a tree stands for the empty one, which a store need not hold. Cost follows the changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, Literal, NamedTuple

from memora.errors import Damaged, DamagedObject
from memora.history.load import load_node
from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.node import Node
from memora.model.ports import ObjectReader
from memora.tree.diff import diff
from memora.tree.lookup import entries

Effect = Literal["added", "changed", "removed", "promoted", "conflicted"]
VersionChange = tuple[NodeId, VersionId | None, VersionId | None]

# Fields that make no difference of their own: what a node is, and when it was made.
_CONSTANT: Final = frozenset({"id", "created_at"})


class ChangeCounts(NamedTuple):
    """How many nodes had each effect; every changed node counts once."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    promoted: int = 0
    conflicted: int = 0

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return any(tuple(self))

    def __str__(self) -> str:
        """``2 added, 1 changed, 1 promoted``; empty for no changes."""
        return ", ".join(f"{count} {name}" for name, count in zip(self._fields, self, strict=True) if count)


class NodeChange(NamedTuple):
    """A node before and after; None where it was not.

    ``sides`` are what the versions say that it stood between in a dispute, before or after.
    """

    node: NodeId
    before: Node | None
    after: Node | None
    sides: tuple[tuple[VersionId, str], ...] = ()

    @property
    def kind(self) -> Literal["added", "removed", "modified"]:
        """What became of the node as an entry of the tree."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "modified"

    @property
    def effect(self) -> Effect:
        """What the change counts as: a promotion or a dispute is more than a change."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else effect_of(self.before, self.after)

    @property
    def latest(self) -> Node:
        """The node as it is, or as it was before it went."""
        node = self.after or self.before
        assert node is not None
        return node


def version_changes(objects: ObjectReader, before: TreeId | None, after: TreeId | None) -> Iterator[VersionChange]:
    """Each node that differs, with its old and new version, in order of node id."""
    if before is not None and after is not None:
        yield from diff(objects, before, after)
    elif after is not None:
        yield from ((node, None, version) for node, version in entries(objects, after))
    elif before is not None:
        yield from ((node, version, None) for node, version in entries(objects, before))


def node_changes(objects: ObjectReader, before: TreeId | None, after: TreeId | None) -> Iterator[NodeChange]:
    """Each node that differs, with its old and new state, in order of node id."""
    for change in version_changes(objects, before, after):
        yield load_change(objects, change)


def load_change(objects: ObjectReader, change: VersionChange) -> NodeChange:
    """A change with the states of its node in place of their versions."""
    node, old, new = change
    try:
        before = None if old is None else load_node(objects, old)
        after = None if new is None else load_node(objects, new)
    except DamagedObject as error:
        raise DamagedObject(error.object_id, error.problem, node.hex()) from None
    return NodeChange(node, before, after, dispute_sides(objects, before, after))


def dispute_sides(objects: ObjectReader, *nodes: Node | None) -> tuple[tuple[VersionId, str], ...]:
    """What the sides of the disputes of some nodes say; a side that cannot be read is left out."""
    said: dict[VersionId, str] = {}
    for node in nodes:
        for side in node.dispute.sides if node is not None and node.dispute is not None else ():
            with suppress(Damaged):
                said[side] = load_node(objects, side).content
    return tuple(said.items())


def count_changes(objects: ObjectReader, before: TreeId | None, after: TreeId | None) -> ChangeCounts:
    """How many nodes differ between two trees, by effect."""
    return summarize_changes(objects, before, after, 0)[0]


def summarize_changes(
    objects: ObjectReader, before: TreeId | None, after: TreeId | None, most: int
) -> tuple[ChangeCounts, list[NodeChange]]:
    """The counts of all changes, and the first ``most`` of each effect in order of node id.

    What was added or removed is read only where it is given.
    """
    counts: dict[Effect, int] = dict.fromkeys(("added", "changed", "removed", "promoted", "conflicted"), 0)
    first = []
    for change in version_changes(objects, before, after):
        _, old, new = change
        loaded = None
        effect: Effect
        if old is None or new is None:
            effect = "added" if old is None else "removed"
        else:
            loaded = load_change(objects, change)
            effect = loaded.effect
        counts[effect] += 1
        if counts[effect] <= most:
            first.append(loaded or load_change(objects, change))
    return ChangeCounts(**counts), first


def effect_of(before: Node, after: Node) -> Effect:
    """What the change of a node that stays counts as."""
    if after.status == "conflicted" != before.status:
        return "conflicted"
    if after.status == "stable" and before.status == "ephemeral":
        return "promoted"
    return "changed"


def differences(before: Node | None, after: Node | None) -> dict[str, tuple[Any, Any]]:
    """The fields of a node that differ: name → (from, to), in the order of the node.

    Against a node that was not, every field that is set differs from None. ``dispute`` is what records call
    ``conflict``.
    """
    found = {}
    for name in Node._fields:
        old = None if before is None else getattr(before, name)
        new = None if after is None else getattr(after, name)
        if before is None or after is None:
            if _is_set(old) or _is_set(new):
                found[name] = (old, new)
        elif old != new and name not in _CONSTANT:
            found[name] = (old, new)
    return found


def _is_set(value: Any) -> bool:
    return value is not None and value is not False and value != ()
