"""What some references of a remote lead to, picked out of packs that hold the objects of all of them.

No index says what an object names, so objects are read to find the next ones: from commits to trees to versions, frame
by frame, the newest packs first. What is here already is here with all that it leads to: nothing is looked for below.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from memora.errors import DamagedObject
from memora.errors.remotes import DamagedRemote
from memora.model.ids import ObjectId
from memora.remotes.closure import references_of
from memora.remotes.folding import read_small
from memora.remotes.manifest import Pack
from memora.remotes.pack import Frame, read_frame, read_index
from memora.remotes.ports import Missing, Packable, Progress, RemoteFiles, pack_file
from memora.remotes.spool import Spool

_FRAMES_KEPT: Final = 4

# A frame by the place of its pack among those that were looked at, and its own place in that.
_Place = tuple[int, int]


class Reach:
    """The objects that some commits and tags lead to and that are missing here. Call ``walk`` before ``items``."""

    def __init__(
        self, files: RemoteFiles, packs: Iterable[Pack], missing: Missing, spool: Spool, progress: Progress
    ) -> None:
        self._files, self._missing, self._spool, self._progress = files, missing, spool, progress
        self._unread = sorted(packs, key=lambda pack: pack.generation)  # the newest last
        self._packs: list[tuple[Pack, list[Frame]]] = []
        self._places: dict[ObjectId, _Place] = {}
        self._seen: set[ObjectId] = set()
        self._wanted: dict[_Place, set[ObjectId]] = defaultdict(set)
        self._read: dict[_Place, dict[ObjectId, Packable]] = {}
        self._fetched = 0

    def walk(self, roots: Iterable[ObjectId]) -> None:
        """Fetch every frame that holds something that the roots lead to, and verify what is in it.

        Raises DamagedRemote, also where something is in no pack; RemoteFileMissing, and as the files do.
        """
        pending: dict[_Place, set[ObjectId]] = defaultdict(set)
        self._find(roots, pending)
        while pending:
            batch, pending = pending, defaultdict(set)
            self._download(batch)
            for place in sorted(batch):
                found = self._objects(place)
                while todo := batch.pop(place, None) or pending.pop(place, None):
                    self._find([named for one in todo for named in _named(found[one])], pending)

    def items(self) -> Iterator[Packable]:
        """What was found, each object once."""
        for place in sorted(self._wanted):
            found = self._objects(place)
            yield from (found[object_id] for object_id in sorted(self._wanted[place]))

    def _find(self, ids: Iterable[ObjectId], pending: dict[_Place, set[ObjectId]]) -> None:
        """Note where those of some objects are that are missing here and were not found before."""
        new = [object_id for object_id in dict.fromkeys(ids) if object_id not in self._seen]
        self._seen.update(new)
        for object_id in self._missing(new) if new else ():
            while object_id not in self._places:
                if not self._unread:
                    raise DamagedRemote(f"object {object_id.hex()[:12]}", "it is named there, and in no pack")
                self._read_next_index()
            place = self._places[object_id]
            pending[place].add(object_id)
            self._wanted[place].add(object_id)

    def _read_next_index(self) -> None:
        pack = self._unread.pop()
        near = read_small(self._files, pack)
        frames = read_index(near or self._files, pack_file(pack.name), pack.size_bytes)
        if near is not None:
            self._spool.keep(pack, near.files[pack_file(pack.name)])
        for number, frame in enumerate(frames):
            for object_id in frame.ids:
                self._places.setdefault(object_id, (len(self._packs), number))
        self._packs.append((pack, frames))

    def _download(self, places: Iterable[_Place]) -> None:
        wanted: dict[int, list[Frame]] = defaultdict(list)
        for pack, frame in sorted(places):
            wanted[pack].append(self._packs[pack][1][frame])
        for number, frames in wanted.items():
            for count in self._spool.download_frames(self._files, self._packs[number][0], frames):
                self._fetched += count
                self._progress("frames fetched", self._fetched)

    def _objects(self, place: _Place) -> dict[ObjectId, Packable]:
        """The objects in a frame that was fetched. One that an interrupted fetch left broken is fetched once more."""
        if place not in self._read:
            pack, frames = self._packs[place[0]]
            frame = frames[place[1]]
            try:
                found = self._parse(pack, frame)
            except DamagedRemote:
                if not self._spool.discard_frame(pack, frame):
                    raise
                self._download([place])
                found = self._parse(pack, frame)
            while len(self._read) >= _FRAMES_KEPT:
                del self._read[next(iter(self._read))]
            self._read[place] = found
        return self._read[place]

    def _parse(self, pack: Pack, frame: Frame) -> dict[ObjectId, Packable]:
        packed = self._spool.read_packed(pack, frame)
        return {item.id: item for item in read_frame(pack_file(pack.name), frame, packed)}


def _named(item: Packable) -> list[ObjectId]:
    try:
        return [named for named, _ in references_of(item)]
    except DamagedObject as error:
        raise DamagedRemote(f"object {item.id.hex()[:12]}", str(error)) from None
