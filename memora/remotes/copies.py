"""Single objects of a remote, looked up by id."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from memora.model.ids import ObjectId
from memora.remotes.manifest import Manifest, Pack
from memora.remotes.pack import Frame, read_frame, read_index
from memora.remotes.ports import Packable, RemoteFiles, pack_file

_FRAMES_KEPT: Final = 8


class PackedCopies:
    """The objects in the live packs of a remote. Reads all indexes at once, then the frames that are asked for."""

    def __init__(self, files: RemoteFiles, manifest: Manifest) -> None:
        """Raises DamagedRemote, RemoteFileMissing."""
        self._files = files
        self._places: dict[ObjectId, tuple[Pack, Frame]] = {}
        self._frame = lru_cache(_FRAMES_KEPT)(self._read_frame)
        for pack in manifest.packs:
            for frame in read_index(files, pack_file(pack.name), pack.size_bytes):
                self._places.update(dict.fromkeys(frame.ids, (pack, frame)))

    def find(self, object_id: ObjectId) -> Packable | None:
        """An object, verified against its id; None where it is not there. Raises DamagedRemote, RemoteFileMissing."""
        place = self._places.get(object_id)
        return None if place is None else self._frame(*place).get(object_id)

    def _read_frame(self, pack: Pack, frame: Frame) -> dict[ObjectId, Packable]:
        name = pack_file(pack.name)
        packed = b"".join(self._files.read(name, frame.offset, frame.packed_bytes))
        return {item.id: item for item in read_frame(name, frame, packed)}
