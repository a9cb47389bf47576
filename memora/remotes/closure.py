"""Everything that some objects lead to: what a push sends, and what a remote holds once it has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

from memora.errors import BadInput, DamagedObject, MissingObject
from memora.history.load import load_commit, load_tag
from memora.model.ids import NODE_ID_BYTES, CommitId, ObjectId, ObjectKind, TagId
from memora.model.node_codec import decode_node
from memora.model.ports import ObjectReader
from memora.remotes.ports import Packable
from memora.tree.encoding import ENTRY_BYTES, is_leaf, require_shape, slot_tree, split_inner

_DISPUTED: Final = b'"conflict":'
_IN_HEXADECIMAL: Final = re.compile(rb"[0-9a-f]{64}")

Reference = tuple[ObjectId, ObjectKind]


class ObjectSource(ObjectReader, Protocol):
    """A reader that also says of what kind an object is."""

    def kind_of(self, object_id: ObjectId) -> ObjectKind | None:
        """The kind of an object; None where there is none."""
        ...


def closure(objects: ObjectSource, roots: Iterable[ObjectId], skip: Callable[[ObjectId], bool]) -> Iterator[Packable]:
    """Every object that the roots lead to, each once, without what ``skip`` takes and what lies only below that.

    Trees come before the versions in them, and near to trees that are like them. Raises MissingObject, DamagedObject.
    """
    seen: set[ObjectId] = set()
    pending: list[Reference] = []
    for root in roots:
        kind = objects.kind_of(root)
        if kind is None:
            raise MissingObject(root.hex(), "shared")
        pending.append((root, kind))
    while pending:
        object_id, kind = pending.pop()
        if object_id in seen or skip(object_id):
            continue
        seen.add(object_id)
        body = objects.read(object_id, kind)
        yield Packable(object_id, kind, body)
        pending += references(objects, object_id, kind, body)


def references(objects: ObjectSource, object_id: ObjectId, kind: ObjectKind, body: bytes) -> list[Reference]:
    """The objects that one object names, with the kinds that they must have. Raises DamagedObject.

    What a session names in its events is there only where this store still has it.
    """
    if kind == "node":
        return _of_node(object_id, body) if _DISPUTED in body else []
    if kind == "tree":
        return _of_tree(body)
    if kind == "commit":
        commit = load_commit(objects, CommitId(object_id))
        overruled = [decision.overruled for decision in commit.decisions if decision.overruled is not None]
        return [
            *((version, "node") for version in overruled),
            *((parent, "commit") for parent in commit.parents),
            (commit.tree, "tree"),
        ]
    if kind == "tag":
        return [(load_tag(objects, TagId(object_id)).commit, "commit")]
    named = [ObjectId(bytes.fromhex(digits.decode())) for digits in _IN_HEXADECIMAL.findall(body)]
    return [(named_id, found) for named_id in named if (found := objects.kind_of(named_id)) is not None]


def references_of(item: Packable) -> list[Reference]:
    """The objects that an object names by its own bytes alone, so not those of a session. Raises DamagedObject."""
    return references(_Alone(item), item.id, item.kind, item.body)


class _Alone:
    """A reader of one object, which knows nothing of any other."""

    def __init__(self, item: Packable) -> None:
        self._item = item

    def read(self, object_id: ObjectId, kind: ObjectKind) -> bytes:
        return self._item.body

    def has(self, object_id: ObjectId) -> bool:
        return object_id == self._item.id

    def kind_of(self, object_id: ObjectId) -> ObjectKind | None:
        return None


def _of_tree(body: bytes) -> list[Reference]:
    require_shape(body)
    if not is_leaf(body):
        return [(slot_tree(slot), "tree") for slot in split_inner(body)]
    places = range(1 + NODE_ID_BYTES, len(body), ENTRY_BYTES)
    return [(ObjectId(body[at : at + ENTRY_BYTES - NODE_ID_BYTES]), "node") for at in places]


def _of_node(object_id: ObjectId, body: bytes) -> list[Reference]:
    try:
        dispute = decode_node(body).dispute
    except BadInput as error:
        raise DamagedObject(object_id.hex(), str(error)) from None
    if dispute is None:
        return []
    return [(version, "node") for version in (*dispute.sides, *([] if dispute.base is None else [dispute.base]))]
