"""Whether a tree is in canonical form: the one form that its set of entries has.

Reading and editing check no more than keeps them from running astray. What comes from outside, and
what ``fsck`` looks at, is held to every rule here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from memora.errors import DamagedObject, MissingObject
from memora.model.ids import NODE_ID_BYTES, ObjectId, TreeId
from memora.model.ports import ObjectReader
from memora.tree.encoding import (
    ID_DIGITS,
    LEAF_LIMIT,
    TOO_DEEP,
    count_entries,
    find_shape_problem,
    is_leaf,
    slot_count,
    slot_tree,
    split_digits,
    split_inner,
    split_leaf,
)

Checked = dict[ObjectId, tuple[str, int | None]]
"""For each object the digits that lead to it, and how many entries it has: None where it cannot be told."""


def check(body: bytes, prefix: str = "", count: int | None = None) -> list[str]:
    """What keeps one tree object from being canonical where it lies; an empty list where nothing does.

    ``prefix`` holds the hexadecimal digits that lead to it: none for a root, or where it is not known
    what leads to it. ``count`` is how many entries its parent says it has, None for a root.
    """
    problem = find_shape_problem(body)
    if problem is not None:
        return [problem]
    problems = _check_leaf(body, prefix) if is_leaf(body) else _check_inner(body, prefix)
    found = count_entries(body)
    if count is not None and count != found:
        problems.append(f"its parent counts {count} entries in it, not {found}")
    return problems


def _check_leaf(body: bytes, prefix: str) -> list[str]:
    problems = []
    nodes = [entry[:NODE_ID_BYTES] for entry in split_leaf(body)]
    if nodes != sorted(set(nodes)):
        problems.append("its entries are not sorted, or a node occurs twice")
    if not all(node.hex().startswith(prefix) for node in nodes):
        problems.append(f"it has entries that do not start with {prefix}")
    if prefix and not nodes:
        problems.append("it has no entries and is not a root")
    return problems


def _check_inner(body: bytes, prefix: str) -> list[str]:
    problems = []
    slots = split_inner(body)
    if len(prefix) >= ID_DIGITS:
        problems.append(TOO_DEEP)
    if count_entries(body) <= LEAF_LIMIT:
        problems.append(f"it has {LEAF_LIMIT} entries or fewer and is not a leaf")
    if not all(slot_count(slot) for slot in slots):
        problems.append("it has a child without entries")
    if len({slot_tree(slot) for slot in slots}) != len(slots):
        problems.append("it has the same child twice")
    return problems


def check_tree(
    objects: ObjectReader,
    root: TreeId,
    checked: Checked | None = None,
    trusted: Callable[[TreeId], bool] | None = None,
) -> Iterator[tuple[TreeId, str]]:
    """Each problem of a whole tree with the id of the object that has it; none for a canonical tree.

    Raises nothing for objects that are missing or damaged: those are problems too. ``checked`` is
    what earlier calls looked at, and is added to: what trees share is read, and reported, once. What is
    ``trusted`` was found canonical before, somewhere: only the first way down from it is looked at, for its place.
    """
    known = {} if checked is None else checked
    pending: list[tuple[TreeId, str, int | None]] = [(root, "", None)]
    while pending:
        tree, prefix, count = pending.pop()
        place, found = known.get(tree, (None, None))
        if place == prefix:
            if count is not None and found is not None and count != found:
                yield tree, f"its parent counts {count} entries in it, not {found}"
            continue
        try:
            body = objects.read(tree, "tree")
        except (MissingObject, DamagedObject) as error:
            known[tree] = prefix, None
            yield tree, error.problem if isinstance(error, DamagedObject) else "it is missing"
            continue
        sound = find_shape_problem(body) is None
        inner = sound and not is_leaf(body)
        if inner and place is not None:
            # Only a leaf can be right in two places. To go down again might never end: the same objects
            # in ever more places are what a hostile tree is made of.
            yield tree, f"it lies below {place!r} as well as {prefix!r}"
            continue
        for problem in check(body, prefix, count):
            yield tree, problem
        known[tree] = prefix, count_entries(body) if sound else None
        if inner and len(prefix) < ID_DIGITS:
            slots = list(zip(split_digits(body), split_inner(body), strict=True))
            if trusted is not None and trusted(tree):
                del slots[1:]
            pending += [(slot_tree(slot), prefix + digit, slot_count(slot)) for digit, slot in reversed(slots)]
