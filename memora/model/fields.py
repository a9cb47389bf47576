"""Reading the fields of a parsed body: each function gives a value of its type or refuses what it finds.

The id of an object vouches for its bytes, not for who made them, so a body from outside may hold anything that
JSON can. These raise TypeError or ValueError; the decoders turn them into BadInput.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from memora.model.clock import EARLIEST, LATEST
from memora.model.ids import NODE_ID_BYTES, OBJECT_ID_BYTES, NodeId, ObjectId


def require_known(fields: Mapping[str, Any], known: frozenset[str]) -> None:
    """Refuse a field that this version of the format does not have: to pass over it would be to lose it."""
    if not known.issuperset(fields):
        raise ValueError(f"{min(fields.keys() - known)!r}, which is no field of it")


def text(value: Any) -> str:
    """A text."""
    if type(value) is not str:
        raise TypeError(f"{value!r}, which is not text")
    return value


def optional_text(value: Any) -> str | None:
    """A text, or None."""
    return None if value is None else text(value)


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    return tuple([text(item) for item in items(value)])


def items(value: Any) -> list[Any]:
    """A list that is not empty; what is empty is left out of a body."""
    if type(value) is not list or not value:
        raise TypeError(f"{value!r}, which is not a list of something")
    return value


def word(value: Any, allowed: Collection[str]) -> str:
    """One of some texts."""
    if value not in allowed:
        raise ValueError(f"{value!r}, which is none of {', '.join(allowed)}")
    return text(value)


def moment(value: Any) -> int:
    """A time in microseconds."""
    if type(value) is not int or not EARLIEST <= value <= LATEST:
        raise TypeError(f"{value!r}, which is not a time in microseconds")
    return value


def optional_moment(value: Any) -> int | None:
    """A time in microseconds, or None."""
    return None if value is None else moment(value)


def share(value: Any) -> float:
    """A number from 0 to 1."""
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise TypeError(f"{value!r}, which is not a number from 0 to 1")
    return float(value)


def object_id(value: Any) -> ObjectId:
    """The id of an object in lower-case hexadecimal."""
    return ObjectId(_digest(value, OBJECT_ID_BYTES))


def node_id(value: Any) -> NodeId:
    """The id of a node in lower-case hexadecimal."""
    return NodeId(_digest(value, NODE_ID_BYTES))


def _digest(value: Any, size: int) -> bytes:
    digest = bytes.fromhex(value)
    if len(digest) != size or value != digest.hex():
        raise ValueError(f"{value!r}, which is not {size} bytes of lower-case hexadecimal")
    return digest
