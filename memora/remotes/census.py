"""Everything that lies in the packs of a remote, and what leads to what.

Each frame is read once. What is kept grows with the number of objects and of what they name, not with their bytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from memora.errors import DamagedObject
from memora.errors.remotes import DamagedRemote
from memora.model.ids import ObjectId, ObjectKind
from memora.remotes.closure import Reference, references
from memora.remotes.manifest import Pack
from memora.remotes.pack import KINDS, Frame, read_frame, read_index
from memora.remotes.ports import Packable, RemoteFiles, pack_file

_UNREAD: Final = len(KINDS)


class Census:
    """The objects of some packs. Add all packs before reading frames: what a session names counts if it is there."""

    def __init__(self, files: RemoteFiles) -> None:
        self._files = files
        self._numbers: dict[ObjectId, int] = {}
        self._ids: list[ObjectId] = []
        self._kinds = bytearray()
        self._named: dict[int, array[int]] = {}
        self._packs: dict[Pack, array[int]] = {}

    @property
    def packs(self) -> Collection[Pack]:
        """The packs that were added and not dropped."""
        return self._packs.keys()

    def add(self, pack: Pack) -> list[Frame]:
        """Note the objects that a pack says it holds; give its frames. Raises DamagedRemote, RemoteFileMissing."""
        frames = read_index(self._files, pack_file(pack.name), pack.size_bytes)
        self._packs[pack] = array("I", [self._number(object_id) for frame in frames for object_id in frame.ids])
        return frames

    def drop(self, pack: Pack) -> None:
        """Count a pack no more: it is not live any longer."""
        del self._packs[pack]

    def read(self, pack: Pack, frame: Frame) -> Iterator[tuple[Packable, list[Reference]]]:
        """Each object of a frame and what it names, noted as well. Raises DamagedRemote, RemoteFileMissing."""
        name = pack_file(pack.name)
        packed = b"".join(self._files.read(name, frame.offset, frame.packed_bytes))
        for item in read_frame(name, frame, packed):
            number = self._number(item.id)
            self._kinds[number] = KINDS.index(item.kind)
            try:
                named = references(_Reading(self, item), item.id, item.kind, item.body)
            except DamagedObject as error:
                raise DamagedRemote(name, str(error)) from None
            if named:
                self._named[number] = array("I", [self._number(object_id) for object_id, _ in named])
            yield item, named

    def kind_of(self, object_id: ObjectId) -> ObjectKind | None:
        """The kind of an object that was read; None for any other."""
        number = self._numbers.get(object_id)
        return None if number is None or self._kinds[number] == _UNREAD else KINDS[self._kinds[number]]

    def knows(self, object_id: ObjectId) -> bool:
        """Whether a pack holds an object, or another object names it."""
        return object_id in self._numbers

    def present(self) -> bytearray:
        """A flag for each object: whether a pack holds it."""
        flags = bytearray(len(self._ids))
        for numbers in self._packs.values():
            for number in numbers:
                flags[number] = 1
        return flags

    def reached(self, roots: Iterable[ObjectId]) -> bytearray:
        """A flag for each object: whether the roots lead to it."""
        pending = [self._number(root) for root in roots]
        flags = bytearray(len(self._ids))
        while pending:
            number = pending.pop()
            if not flags[number]:
                flags[number] = 1
                pending += self._named.get(number, ())
        return flags

    def ids(self, flags: bytearray) -> Iterator[ObjectId]:
        """The objects that are flagged."""
        return (object_id for object_id, flag in zip(self._ids, flags, strict=False) if flag)

    def without(self, pack: Pack, flags: bytearray) -> list[ObjectId]:
        """The objects of a pack that are not flagged."""
        return [self._ids[number] for number in self._packs[pack] if not flags[number]]

    def _number(self, object_id: ObjectId) -> int:
        number = self._numbers.setdefault(object_id, len(self._ids))
        if number == len(self._ids):
            self._ids.append(object_id)
            self._kinds.append(_UNREAD)
        return number


class _Reading:
    """A reader of the one object that is looked at now; a session may name whatever lies in a pack."""

    def __init__(self, census: Census, item: Packable) -> None:
        self._census = census
        self._item = item

    def read(self, object_id: ObjectId, kind: ObjectKind) -> bytes:
        return self._item.body

    def has(self, object_id: ObjectId) -> bool:
        return self._census.knows(object_id)

    def kind_of(self, object_id: ObjectId) -> ObjectKind | None:
        return self._item.kind if self._census.knows(object_id) else None
