"""Objects in a dict: the store that tests and pure calculations use."""

from __future__ import annotations

from memora.errors import DamagedObject, MissingObject
from memora.model.ids import ObjectId, ObjectKind, hash_object


class MemoryObjects:
    """An ObjectWriter that lives as long as the process. ``reads`` and ``writes`` count calls."""

    def __init__(self) -> None:
        self.objects: dict[ObjectId, tuple[ObjectKind, bytes]] = {}
        self.reads = 0
        self.writes = 0

    def read(self, object_id: ObjectId, kind: ObjectKind) -> bytes:
        self.reads += 1
        found = self.objects.get(object_id)
        if found is None or found[0] != kind:
            raise MissingObject(object_id.hex(), kind)
        if hash_object(kind, found[1]) != object_id:
            raise DamagedObject(object_id.hex(), "its bytes do not hash to its id")
        return found[1]

    def has(self, object_id: ObjectId) -> bool:
        return object_id in self.objects

    def write(self, kind: ObjectKind, body: bytes) -> ObjectId:
        self.writes += 1
        object_id = hash_object(kind, body)
        self.objects.setdefault(object_id, (kind, body))
        return object_id
