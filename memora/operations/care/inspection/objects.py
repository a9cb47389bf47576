"""Objects against their ids and their one form."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, get_args

from memora.errors import BadInput
from memora.model import canonical
from memora.model.commit import Commit, Tag, decode_commit, decode_tag, encode_commit, encode_tag
from memora.model.ids import OBJECT_ID_BYTES, ObjectId, ObjectKind, hash_object
from memora.model.node import Node
from memora.model.node_codec import decode_node, encode_node
from memora.operations.care.problems import Problem, damage
from memora.tree.check import check

_CODECS: Final[dict[str, tuple[Any, Any]]] = {
    "node": (decode_node, encode_node),
    "commit": (decode_commit, encode_commit),
    "tag": (decode_tag, encode_tag),
    "session": (canonical.decode, canonical.encode),
}


class Inspected(NamedTuple):
    """An object that was looked at: its value where it is sound (None for trees), and what is wrong where not."""

    value: Node | Commit | Tag | dict[str, Any] | None
    problems: tuple[Problem, ...]


def inspect_object(row: int, object_id: ObjectId, kind: ObjectKind | None, body: bytes) -> Inspected:
    """Look at one object as it was found in the database, where any field may hold anything. Raises nothing."""
    if type(object_id) is not bytes or len(object_id) != OBJECT_ID_BYTES:
        return _damaged("object-id", f"the object in row {row} has no id", None)
    if type(body) is not bytes:
        return _damaged("object-id", "its body is not bytes", object_id)
    if kind is None or hash_object(kind, body) != object_id:
        actual = [other for other in get_args(ObjectKind) if hash_object(other, body) == object_id]
        if actual:
            return _damaged("object-kind", f"it is stored as a {kind or 'nothing'} and is a {actual[0]}", object_id)
        return _damaged("object-id", "its bytes do not hash to its id", object_id)
    return inspect_form(kind, object_id, body)


def inspect_form(kind: ObjectKind, object_id: ObjectId, body: bytes) -> Inspected:
    """Look at the form of an object whose bytes hash to its id. Raises nothing."""
    if kind == "tree":
        return Inspected(None, tuple(damage("object-form", problem, object_id) for problem in check(body)))
    decode, encode = _CODECS[kind]
    try:
        value = decode(body)
        if encode(value) != body:
            return _damaged("object-form", f"it is not in the one form that a {kind} has", object_id)
        if not body.isascii():
            canonical.decode(body)  # decoders take text as it comes; its Unicode form is looked at here
    except BadInput as error:
        return _damaged("object-form", str(error), object_id)
    except ValueError as error:  # half of a surrogate pair, which no encoder takes
        return _damaged("object-form", f"it cannot be encoded: {error}", object_id)
    return Inspected(value, ())


def _damaged(rule: str, message: str, object_id: ObjectId | None) -> Inspected:
    return Inspected(None, (damage(rule, message, object_id),))
