"""Reading objects backwards in the order they were stored, as a walk through history does.

A commit is stored behind its trees and nodes, and those of the commit before it lie before them: so what was stored
just before an object that is asked for is probably asked for next, and one question to the database gives it all.
"""

from __future__ import annotations

from typing import Final

from memora.errors import MissingObject
from memora.model.ids import ObjectId, ObjectKind
from memora.storage.objects import SqliteObjects, verified

_LONGEST_RUN: Final = 64
_MOST_KEPT: Final = 4 * _LONGEST_RUN


class ReadAhead:
    """An ObjectReader over the objects of a store, for one walk inside one snapshot.

    The runs grow while they serve and shrink where the walk jumps.
    """

    def __init__(self, objects: SqliteObjects) -> None:
        self._objects = objects
        self._kept: dict[ObjectId, tuple[ObjectKind | None, bytes]] = {}
        self._run = 4
        self._served = 0

    def read(self, object_id: ObjectId, kind: ObjectKind) -> bytes:
        """The verified body of an object. Raises MissingObject, DamagedObject."""
        found = self._kept.pop(object_id, None)
        if found is None:
            body = self._objects.read(object_id, kind)
            self._fetch_before(object_id)
            return body
        self._served += 1
        if found[0] != kind:
            raise MissingObject(object_id.hex(), kind)
        return verified(object_id, kind, found[1])

    def has(self, object_id: ObjectId) -> bool:
        """Whether an object of that id is stored."""
        return self._objects.has(object_id)

    def _fetch_before(self, object_id: ObjectId) -> None:
        worthwhile = 4 * self._served >= self._run
        self._run = min(2 * self._run, _LONGEST_RUN) if worthwhile else max(self._run // 2, 1)
        self._served = 0
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        for before, kind, body in self._objects.stored_before(object_id, self._run):
            self._kept[before] = kind, body
