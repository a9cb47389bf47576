"""Objects made while planning, on top of a store that is only read."""

from __future__ import annotations

from memora.model.ids import ObjectId, ObjectKind, hash_object
from memora.model.ports import ObjectReader


class Overlay:
    """An ObjectWriter whose writes are forgotten with it."""

    def __init__(self, below: ObjectReader) -> None:
        self._below = below
        self._made: dict[tuple[ObjectId, ObjectKind], bytes] = {}

    def read(self, object_id: ObjectId, kind: ObjectKind) -> bytes:
        """The body of an object made here, or else of one below."""
        made = self._made.get((object_id, kind))
        return self._below.read(object_id, kind) if made is None else made

    def has(self, object_id: ObjectId) -> bool:
        """Whether an object was made here or is below."""
        return any(made == object_id for made, _ in self._made) or self._below.has(object_id)

    def write(self, kind: ObjectKind, body: bytes) -> ObjectId:
        """Keep a body in memory and give its id."""
        object_id = hash_object(kind, body)
        self._made[object_id, kind] = body
        return object_id
