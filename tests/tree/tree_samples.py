"""Node ids, versions and sets of them for the tests of trees, and trees made straight from SPEC.md."""

from __future__ import annotations

from blake3 import blake3
from hypothesis import strategies as st

from memora.model.ids import NodeId, ObjectId, TreeId, VersionId, hash_object
from memora.model.ports import ObjectReader
from memora.storage.memory import MemoryObjects
from memora.tree.encoding import is_leaf, read_tree
from memora.tree.walk import children

Entries = dict[NodeId, VersionId]


def node(number: int) -> NodeId:
    return NodeId(blake3(b"node %d" % number).digest(16))


def version(number: int) -> VersionId:
    return VersionId(ObjectId(blake3(b"version %d" % number).digest()))


def sample(size: int) -> Entries:
    return {node(number): version(number) for number in range(size)}


def crowd(prefix_hex: str, number: int) -> NodeId:
    """The number-th id among those that start with a prefix and differ in their last digits alone."""
    return NodeId(bytes.fromhex(prefix_hex + f"{number:0{32 - len(prefix_hex)}x}"))


def levels(objects: ObjectReader, root: TreeId) -> int:
    """How many objects lie on the longest way from the root to a leaf."""
    below = children(read_tree(objects, root))
    return 1 + max((levels(objects, child) for child in below), default=0)


def reference_body(entries: Entries, bodies: dict[TreeId, bytes], depth: int = 0) -> bytes:
    """The body of a tree as SPEC.md words it, without a thought for speed; ``bodies`` collects what is below."""
    if len(entries) <= 64:
        return b"L" + b"".join(node + entries[node] for node in sorted(entries))
    bitmap, slots = 0, b""
    for digit in range(16):
        some = {node: version for node, version in entries.items() if int(node.hex()[depth], 16) == digit}
        if some:
            body = reference_body(some, bodies, depth + 1)
            child = TreeId(hash_object("tree", body))
            bodies[child] = body
            bitmap += 2**digit
            slots += child + len(some).to_bytes(4, "big")
    return b"I" + bitmap.to_bytes(2, "big") + slots


def reference(entries: Entries) -> tuple[TreeId, dict[TreeId, bytes]]:
    """The root of a tree, and the bodies of all its objects by their ids."""
    bodies: dict[TreeId, bytes] = {}
    body = reference_body(entries, bodies)
    root = TreeId(hash_object("tree", body))
    bodies[root] = body
    return root, bodies


def entry(key: NodeId) -> bytes:
    return key + version(0)


def slot(tree: bytes, size: int) -> bytes:
    return tree + size.to_bytes(4, "big")


def put(objects: MemoryObjects, body: bytes) -> TreeId:
    """Store any bytes as a tree object, as a hostile writer would."""
    return TreeId(objects.write("tree", body))


def inner(slots: dict[int, bytes]) -> bytes:
    bitmap = sum(1 << digit for digit in slots)
    return b"I" + bitmap.to_bytes(2, "big") + b"".join(slots[digit] for digit in sorted(slots))


A, B, C = crowd("a", 1), crowd("a", 2), crowd("c", 3)
ANY = bytes(32)
OTHER = bytes([1]) * 32
FULL = b"L" + b"".join(entry(crowd("a", number)) for number in range(64))


CLUSTERS = {
    "spread": node,
    "lowest and deepest": lambda number: crowd("", number),
    "highest": lambda number: crowd("f" * 29, 0xFFF - number),
    "alike in three digits": lambda number: crowd("abc", number << 100),
    "alike from the third digit on": lambda number: NodeId(bytes([number * 37 % 256]) + bytes(15)),
}

counts = st.integers(0, 80) | st.sampled_from([1, 63, 64, 65, 66])
runs = st.tuples(st.sampled_from(list(CLUSTERS.values())), st.integers(0, 40), counts)


@st.composite
def entry_sets(draw: st.DrawFn, most_runs: int = 3) -> Entries:
    """Sets of up to a few hundred entries, made of runs of ids that share more or fewer digits."""
    found: Entries = {}
    for cluster, start, size in draw(st.lists(runs, max_size=most_runs)):
        chosen = version(draw(st.integers(0, 2)))
        found.update({cluster(number): chosen for number in range(start, start + size)})
    return found


@st.composite
def change_sets(draw: st.DrawFn, known: Entries) -> dict[NodeId, VersionId | None]:
    """Additions, changes and removals, of nodes that are there and of nodes that are not."""
    changes: dict[NodeId, VersionId | None] = dict(draw(entry_sets(2)))
    gone = draw(entry_sets(1))
    changes.update(dict.fromkeys(gone))
    if known:
        ordered = sorted(known)
        first, size = draw(st.integers(0, len(ordered) - 1)), draw(counts)
        fate = draw(st.sampled_from([None, version(3)]))
        changes.update(dict.fromkeys(ordered[first : first + size], fate))
    return changes


def apply(entries: Entries, changes: dict[NodeId, VersionId | None]) -> Entries:
    after = {**entries, **changes}
    return {node: version for node, version in after.items() if version is not None}


def has_leaf_root(objects: ObjectReader, root: TreeId) -> bool:
    return is_leaf(read_tree(objects, root))
