"""What a tree reaches: for pruning, which keeps it, and for pushing, which sends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from memora.model.ids import NODE_ID_BYTES, ObjectId, TreeId, VersionId
from memora.model.ports import ObjectReader
from memora.tree.encoding import (
    ENTRY_BYTES,
    is_leaf,
    read_child,
    read_tree,
    require_shape,
    slot_tree,
    split_inner,
)


def children(body: bytes) -> list[TreeId]:
    """The tree objects that a tree object names, in order of their digits; a leaf names none."""
    require_shape(body)
    return [] if is_leaf(body) else [slot_tree(slot) for slot in split_inner(body)]


def versions(body: bytes) -> list[VersionId]:
    """The versions that a tree object names, in order of their nodes; an inner object names none."""
    require_shape(body)
    if not is_leaf(body):
        return []
    raw: Any = body  # its slices are ids; NewType calls would double the time
    return [raw[at + NODE_ID_BYTES : at + ENTRY_BYTES] for at in range(1, len(body), ENTRY_BYTES)]


def walk(objects: ObjectReader, root: TreeId, seen: set[ObjectId]) -> Iterator[tuple[TreeId, bytes]]:
    """Each object of a tree with its body, read once, parents first, without what ``seen`` holds.

    What it gives is added to ``seen``; what is below an object seen before is taken to be seen too,
    so a walk that was broken off leaves a set that serves no other walk.
    """
    if root in seen:
        return
    seen.add(root)
    tree, body = root, read_tree(objects, root)
    pending: list[bytes] = []
    while True:
        yield tree, body
        if not is_leaf(body):
            pending += split_inner(body)
        while pending and slot_tree(pending[-1]) in seen:
            pending.pop()
        if not pending:
            return
        slot = pending.pop()
        tree, body = slot_tree(slot), read_child(objects, slot)
        seen.add(tree)
