"""The roles that pure code asks for. Each is as small as its callers; storage implements them."""

from __future__ import annotations

from typing import Protocol

from memora.model.ids import ObjectId, ObjectKind


class ObjectReader(Protocol):
    """Immutable objects by id."""

    def read(self, object_id: ObjectId, kind: ObjectKind) -> bytes:
        """The body of an object, verified against its id.

        Raises MissingObject where there is none of that id and kind, DamagedObject where its bytes
        do not hash to the id.
        """
        ...

    def has(self, object_id: ObjectId) -> bool:
        """Whether an object of that id is stored, of whatever kind."""
        ...


class ObjectWriter(ObjectReader, Protocol):
    """A reader that also takes objects in."""

    def write(self, kind: ObjectKind, body: bytes) -> ObjectId:
        """Store a body and give its id. Storing the same body twice keeps one object."""
        ...
