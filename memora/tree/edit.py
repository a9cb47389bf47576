"""Making trees: from changes to a tree that exists, or from entries alone.

Both give the same bytes for the same set. A function that returns a body has written what lies below
it and not the body itself: only the caller knows whether it stays an object of its own, or is so
small that the parent becomes a leaf. So no object is written that the new tree does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from memora.model.ids import NODE_ID_BYTES, OBJECT_ID_BYTES, NodeId, TreeId, VersionId
from memora.model.ports import ObjectWriter
from memora.tree.encoding import (
    COUNT_BITS,
    EMPTY_TREE_BODY,
    ENTRY_BYTES,
    HEAD_BYTES,
    INNER,
    LEAF,
    LEAF_LIMIT,
    SLOT_BYTES,
    WRONG_COUNTS,
    count_entries,
    damaged,
    find_slot,
    format_slot,
    is_leaf,
    read_bitmap,
    read_child,
    read_tree,
    require_depth,
    slot_count,
    slot_place,
    split_leaf,
    write_tree,
)
from memora.tree.keys import split_runs


def write_empty(objects: ObjectWriter) -> TreeId:
    """The tree without entries, which is stored."""
    return write_tree(objects, EMPTY_TREE_BODY)


def edit(objects: ObjectWriter, root: TreeId, changes: Mapping[NodeId, VersionId | None]) -> TreeId:
    """The tree with those nodes at those versions, and without the nodes whose version is None.

    Writes only objects of the new tree. Nothing is written, and the same root given, where every
    change is there already.
    """
    wanted = sorted([node if version is None else node + version for node, version in changes.items()])
    if not wanted:
        return root
    _require_lengths(wanted)
    body = read_tree(objects, root)
    edited = _edit_body(objects, body, count_entries(body), wanted, 0)
    return root if edited is None else write_tree(objects, edited[0])


def build(objects: ObjectWriter, entries: Iterable[tuple[NodeId, VersionId]]) -> TreeId:
    """The tree of those entries, in any order; of two versions of a node the later one counts."""
    lines = sorted([node + version for node, version in dict(entries).items()])
    _require_lengths(lines)
    return write_tree(objects, _build_body(objects, lines, 0))


def _require_lengths(keys: list[bytes]) -> None:
    # An id of another length would shift every entry behind it, and the damage be found by the next reader.
    if not {NODE_ID_BYTES, ENTRY_BYTES}.issuperset(map(len, keys)):
        raise ValueError(f"a node id has {NODE_ID_BYTES} bytes and a version id {OBJECT_ID_BYTES}")


def _build_body(objects: ObjectWriter, lines: list[bytes], depth: int) -> bytes:
    if len(lines) <= LEAF_LIMIT:
        return LEAF + b"".join(lines)
    bitmap, slots = 0, []
    for digit, some in split_runs(lines, depth):
        bitmap |= 1 << digit
        child = write_tree(objects, _build_body(objects, some, depth + 1))
        slots.append(format_slot(child, len(some)))
    return INNER + bitmap.to_bytes(2, "big") + b"".join(slots)


def _edit_body(
    objects: ObjectWriter, body: bytes, size: int, wanted: list[bytes], depth: int
) -> tuple[bytes, int] | None:
    """The body after the changes and how many entries it then has; None where nothing changes.

    ``wanted`` is sorted: 48 bytes for an entry to have, the 16 of its node for one to lose.
    """
    if is_leaf(body):
        return _edit_leaf(objects, body, wanted, depth)
    return _edit_inner(objects, body, size, wanted, depth)


def _edit_leaf(objects: ObjectWriter, body: bytes, wanted: list[bytes], depth: int) -> tuple[bytes, int] | None:
    kept, copied = [], 0
    for change in wanted:
        node = change[:NODE_ID_BYTES]
        at = _find_place(body, node, copied)
        kept.append(body[copied:at])
        if len(change) == ENTRY_BYTES:
            kept.append(change)
        copied = at + ENTRY_BYTES if body.startswith(node, at) else at
    kept.append(body[copied:])
    edited = b"".join(kept)
    if edited == body:
        return None
    size = len(edited) // ENTRY_BYTES
    return (edited if size <= LEAF_LIMIT else _build_body(objects, split_leaf(edited), depth)), size


def _find_place(leaf: bytes, node: bytes, start: int) -> int:
    """Where the entry of a node starts or would start, at ``start`` or after it."""
    low, high = start // ENTRY_BYTES, len(leaf) // ENTRY_BYTES
    while low < high:
        middle = (low + high) >> 1
        at = 1 + middle * ENTRY_BYTES
        if leaf[at : at + NODE_ID_BYTES] < node:
            low = middle + 1
        else:
            high = middle
    return 1 + low * ENTRY_BYTES


def _edit_inner(
    objects: ObjectWriter, body: bytes, size: int, wanted: list[bytes], depth: int
) -> tuple[bytes, int] | None:
    require_depth(body, depth)
    edited: dict[int, tuple[bytes, int]] = {}
    for digit, some in split_runs(wanted, depth):
        slot = find_slot(body, digit)
        child, before = (EMPTY_TREE_BODY, 0) if slot is None else (read_child(objects, slot), slot_count(slot))
        change = _edit_body(objects, child, before, some, depth + 1)
        if change is not None:
            edited[digit] = change
            size += change[1] - before
    if not edited:
        return None
    if size <= LEAF_LIMIT:
        return _join_leaves(objects, body, edited, size), size
    return _replace_slots(objects, body, edited), size


def _replace_slots(objects: ObjectWriter, body: bytes, edited: dict[int, tuple[bytes, int]]) -> bytes:
    """Write the children that changed, and put them in their places."""
    bitmap, inner = read_bitmap(body), bytearray(body)
    for digit, (child, size) in edited.items():
        if size >> COUNT_BITS:
            raise damaged(body, WRONG_COUNTS)
        at, bit = slot_place(bitmap, digit), 1 << digit
        old_bytes = SLOT_BYTES if bitmap & bit else 0
        inner[at : at + old_bytes] = format_slot(write_tree(objects, child), size) if size else b""
        bitmap = bitmap | bit if size else bitmap & ~bit
    inner[1:HEAD_BYTES] = bitmap.to_bytes(2, "big")
    return bytes(inner)


def _join_leaves(objects: ObjectWriter, body: bytes, edited: dict[int, tuple[bytes, int]], size: int) -> bytes:
    """The one leaf of a subtree that has become small enough. Reads the children that did not change."""
    leaves = []
    for digit in range(16):
        slot = find_slot(body, digit)
        if digit in edited:
            leaves.append(edited[digit][0])
        elif slot is not None:
            leaves.append(read_child(objects, slot))
    joined = LEAF + b"".join([leaf[1:] for leaf in leaves])
    if count_entries(joined) != size or not all(map(is_leaf, leaves)):
        raise damaged(body, WRONG_COUNTS)
    return joined
