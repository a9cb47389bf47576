"""What the objects at a remote name, and under which node a version stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from memora.model.ids import NODE_ID_BYTES, NodeId, ObjectId, ObjectKind
from memora.model.node import Node
from memora.operations.care.inspection.objects import inspect_form
from memora.operations.care.problems import Problem, damage
from memora.remotes.closure import Reference
from memora.remotes.ports import Packable
from memora.tree.encoding import is_leaf, split_leaf


class Contents:
    """What the objects of a remote name, and under which node a version stands."""

    def __init__(self, tell: Callable[[Problem], None]) -> None:
        self._tell = tell
        self._named: dict[ObjectId, tuple[ObjectKind, ObjectId]] = {}
        self._owners: dict[ObjectId, NodeId] = {}
        self._placed: dict[ObjectId, tuple[NodeId, ObjectId]] = {}

    def add(self, item: Packable, named: list[Reference]) -> None:
        """Look at the form of an object and remember what it names."""
        inspected = inspect_form(item.kind, item.id, item.body)
        for problem in inspected.problems:
            self._tell(problem)
        if isinstance(inspected.value, Node):
            self._owners[item.id] = inspected.value.id
        if item.kind == "session":
            named = _parts(inspected.value)
        elif item.kind == "tree" and is_leaf(item.body):
            for entry in split_leaf(item.body):
                self._place(ObjectId(entry[NODE_ID_BYTES:]), NodeId(entry[:NODE_ID_BYTES]), item.id)
        for found, kind in named:
            wanted, source = self._named.setdefault(found, (kind, item.id))
            if wanted != kind:
                message = f"object {item.id.hex()[:12]} names it as a {kind}, object {source.hex()[:12]} as a {wanted}"
                self._tell(damage("wrong-kind", message, found))

    def check(
        self, kind_of: Callable[[ObjectId], ObjectKind | None], present: set[ObjectId], *, complete: bool
    ) -> None:
        """Tell of what is named and not there, or is something else than it should be."""
        for found, (kind, source) in self._named.items():
            if source not in present:
                continue  # it is not live any more
            actual = kind_of(found) if found in present else None
            if found not in present:
                if complete:
                    message = f"object {source.hex()[:12]} names a {kind} that is missing"
                    self._tell(damage("missing-object", message, found))
            elif actual is not None and actual != kind:
                message = f"object {source.hex()[:12]} names a {actual} where a {kind} belongs"
                self._tell(damage("wrong-kind", message, found))
        for version, (node, tree) in self._placed.items():
            owner = self._owners.get(version, node)
            if owner != node:
                self._misplaced(version, tree, node, owner)

    def _place(self, version: ObjectId, node: NodeId, tree: ObjectId) -> None:
        first, _ = self._placed.setdefault(version, (node, tree))
        if first != node:
            self._misplaced(version, tree, node, first)

    def _misplaced(self, version: ObjectId, tree: ObjectId, node: NodeId, owner: NodeId) -> None:
        message = f"tree {tree.hex()[:12]} has a version of node {owner.hex()[:8]} under node {node.hex()[:8]}"
        self._tell(damage("tree-entry", message, version, node))


def _parts(value: Any) -> list[Reference]:
    """The objects that a session was sealed into; none for one of these."""
    parts = value.get("parts") if isinstance(value, dict) else None
    try:
        return [(ObjectId(bytes.fromhex(part)), "session") for part in parts or ()]
    except (TypeError, ValueError):
        return []
