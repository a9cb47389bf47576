"""The bytes of one tree object.

A leaf is ``L`` and at most 64 entries of 48 bytes, a node id and its version id, sorted by node id.
An inner object is ``I``, a bitmap of the hexadecimal digits that occur at its depth, and for each of
them a slot of 36 bytes: the id of the child and how many entries lie below it. A child of 64 entries
or fewer is a leaf, any other an inner object, so a slot says which without a read.

Entries and slots stay slices of the body wherever they can: most operations on a tree touch one entry
of an object, and making Python objects of the others would cost more than the rest of the work.
"""

from __future__ import annotations

from typing import Any, Final

from memora.errors import DamagedObject
from memora.model.ids import NODE_ID_BYTES, OBJECT_ID_BYTES, TreeId, hash_object
from memora.model.ports import ObjectReader, ObjectWriter

LEAF_LIMIT: Final = 64
ID_DIGITS: Final = 32
HEX_DIGITS: Final = "0123456789abcdef"
COUNT_BYTES: Final = 4
COUNT_BITS: Final = 32
HEAD_BYTES: Final = 3
ENTRY_BYTES: Final = NODE_ID_BYTES + OBJECT_ID_BYTES
SLOT_BYTES: Final = OBJECT_ID_BYTES + COUNT_BYTES

LEAF: Final = b"L"
INNER: Final = b"I"
EMPTY_TREE_BODY: Final = LEAF

WRONG_COUNTS: Final = "its counts are not those of its children"
WRONG_PLACE: Final = "its entries belong elsewhere in the tree"
TOO_DEEP: Final = "it lies deeper than a node id has digits"


def write_tree(objects: ObjectWriter, body: bytes) -> TreeId:
    """Store the body of one tree object."""
    return TreeId(objects.write("tree", body))


def read_tree(objects: ObjectReader, tree: TreeId) -> bytes:
    """The body of a tree object, its length and bitmap checked; the order of entries is not (see ``check``)."""
    body = objects.read(tree, "tree")
    require_shape(body)
    return body


def read_child(objects: ObjectReader, slot: bytes) -> bytes:
    """The body that a slot names, checked as in ``read_tree`` and against the count in the slot."""
    body = objects.read(slot_tree(slot), "tree")
    if body[:1] == LEAF:
        if not len(body) == 1 + ENTRY_BYTES * slot_count(slot) > 1:
            raise damaged(body, "it is a leaf without the number of entries that its parent counts")
    elif slot_count(slot) <= LEAF_LIMIT:
        raise damaged(body, "its parent counts too few entries for anything but a leaf")
    require_shape(body)
    return body


def require_shape(body: bytes) -> None:
    """Raise DamagedObject unless every entry or slot that the body promises is there, and nothing more."""
    problem = find_shape_problem(body)
    if problem is not None:
        raise damaged(body, problem)


def require_depth(body: bytes, depth: int) -> None:
    """Raise DamagedObject for an inner object that lies where node ids have no digit left."""
    if depth >= ID_DIGITS:
        raise damaged(body, TOO_DEEP)


def require_place(body: bytes, prefix: str) -> None:
    """Raise DamagedObject for an object that cannot lie where those hexadecimal digits lead.

    Only the first entry of a leaf is looked at. That is enough to end the reading of a hostile tree
    whose few objects lie in very many places: a leaf is in its place in one of them.
    """
    if is_leaf(body):
        if not body[1 : 1 + NODE_ID_BYTES].hex().startswith(prefix):
            raise damaged(body, WRONG_PLACE)
    else:
        require_depth(body, len(prefix))


def find_shape_problem(body: bytes) -> str | None:
    """What is wrong with the tag, the length or the bitmap; None where all is well."""
    size = len(body)
    if body[:1] == LEAF:
        if size % ENTRY_BYTES != 1:
            return "the last entry of the leaf is cut short"
        if size > 1 + ENTRY_BYTES * LEAF_LIMIT:
            return f"the leaf has more than {LEAF_LIMIT} entries"
    elif body[:1] == INNER:
        if size <= HEAD_BYTES:
            return "the inner object has no children"
        if size != HEAD_BYTES + SLOT_BYTES * read_bitmap(body).bit_count():
            return "the inner object's length does not fit its bitmap"
    else:
        return "it is neither a leaf nor an inner object"
    return None


def damaged(body: bytes, problem: str) -> DamagedObject:
    """The error that names this body by its id."""
    return DamagedObject(hash_object("tree", body).hex(), problem)


def is_leaf(body: bytes) -> bool:
    return body[:1] == LEAF


def split_leaf(body: bytes) -> list[bytes]:
    """The entries of a leaf, 48 bytes each."""
    return [body[at : at + ENTRY_BYTES] for at in range(1, len(body), ENTRY_BYTES)]


def read_bitmap(body: bytes) -> int:
    """Bit n is set where the inner object has a child for digit n."""
    return int.from_bytes(body[1:HEAD_BYTES], "big")


def slot_place(bitmap: int, digit: int) -> int:
    """Where in the body the slot of a digit starts, or would start."""
    return HEAD_BYTES + SLOT_BYTES * (bitmap & ((1 << digit) - 1)).bit_count()


def find_slot(body: bytes, digit: int) -> bytes | None:
    """The slot of a digit in an inner object, None where it has no child for it."""
    bitmap = read_bitmap(body)
    if not bitmap >> digit & 1:
        return None
    at = slot_place(bitmap, digit)
    return body[at : at + SLOT_BYTES]


def split_inner(body: bytes) -> list[bytes]:
    """The slots of an inner object, 36 bytes each, in order of their digits."""
    return [body[at : at + SLOT_BYTES] for at in range(HEAD_BYTES, len(body), SLOT_BYTES)]


def split_digits(body: bytes) -> list[str]:
    """The hexadecimal digits that an inner object has children for, ascending."""
    bitmap = read_bitmap(body)
    return [HEX_DIGITS[digit] for digit in range(16) if bitmap >> digit & 1]


def slot_tree(slot: bytes) -> TreeId:
    tree: Any = slot[:OBJECT_ID_BYTES]  # a NewType call would cost more than the slice
    found: TreeId = tree
    return found


def slot_count(slot: bytes) -> int:
    return int.from_bytes(slot[OBJECT_ID_BYTES:], "big")


def format_slot(tree: TreeId, count: int) -> bytes:
    return tree + count.to_bytes(COUNT_BYTES, "big")


def count_entries(body: bytes) -> int:
    """How many entries lie in or below a tree object, as the object itself says."""
    if is_leaf(body):
        return len(body) // ENTRY_BYTES
    counts = range(HEAD_BYTES + OBJECT_ID_BYTES, len(body), SLOT_BYTES)
    return sum([int.from_bytes(body[at : at + COUNT_BYTES], "big") for at in counts])
