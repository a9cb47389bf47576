"""Taking objects out of the packs of a remote for good, by the rules of its chain (SPEC.md, "The chain")."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import NamedTuple

from memora.errors import MemoraError
from memora.errors.remotes import DamagedRemote, RemoteFileMissing
from memora.model.ids import ObjectId
from memora.remotes.chain import Seen
from memora.remotes.manifest import Manifest, Pack
from memora.remotes.pack import Frame, PackWriter, read_frame, read_index
from memora.remotes.packed import PackRemote, standing_of
from memora.remotes.ports import PACKS, FileReader, Packable, Published, PurgeList, Standing, pack_file
from memora.remotes.purge_list import encode_purge_lists, purge_file

Kept = Callable[[Sequence[ObjectId]], Collection[ObjectId]]


class Wanted(NamedTuple):
    """What a remote is to be: its references and its first branch, and what it refuses from now on.

    ``without_names`` removes also the manifests before, for the names in them.
    """

    refs: Mapping[str, ObjectId]
    head: str | None
    purges: PurgeList
    without_names: bool = False


class PackErasing:
    """One purge at a remote of packs. What it has uploaded serves again when somebody else was quicker.

    ``kept`` gives those of some objects that may stay; ``purged`` those that must not lie there, even in files that
    nobody names any more.
    """

    def __init__(self, remote: PackRemote, kept: Kept, purged: Kept) -> None:
        self._remote, self._files, self._chain = remote, remote.files, remote.chain
        self._kept, self._purged = kept, purged
        self._made: dict[Pack, tuple[ObjectId, ...]] = {}
        self._read: dict[Pack, tuple[ObjectId, ...]] = {}

    def publish(
        self, standing: Standing, wanted: Wanted, needed: Callable[[Collection[ObjectId]], Iterator[Packable]]
    ) -> Published | None:
        """Make it so; None where somebody else moved the remote since ``standing``: look again, and choose again.

        ``needed`` gives the objects that the references lead to, without those that are there. What it replaced is
        removed at once when the manifest is made; whoever reads such a file at this moment looks again.
        """
        seen = self._chain.newest()
        if seen is None or seen.digest != standing.digest:
            return None
        try:
            return self._publish(seen, wanted, needed)
        except RemoteFileMissing:
            newest = self._chain.newest()
            if newest is None or newest.digest == seen.digest:
                raise
            return None  # others replaced it meanwhile

    def _publish(
        self, seen: Seen, wanted: Wanted, needed: Callable[[Collection[ObjectId]], Iterator[Packable]]
    ) -> Published | None:
        live: list[Pack] = []
        replaced: list[Pack] = []
        there: set[ObjectId] = set()
        for pack in seen.manifest.packs:
            ids = self._ids_in(pack)
            kept = set(self._kept(ids))
            (live if len(kept) == len(set(ids)) else replaced).append(pack)
            there |= kept
        self._forget_spoilt(seen.manifest)
        doomed = self._leftovers(seen.manifest)
        if self._is_done(seen.manifest, wanted, replaced):
            self.abandon()
            self._files.remove(*sorted(pack_file(name) for name in doomed), *self._unfinished())
            return Published(standing_of(self._chain.forget_older(seen) if wanted.without_names else seen))
        self._upload(chain(self._objects(replaced), needed(there)))
        made = self._append(seen, wanted, live, replaced, doomed)
        if made is None:
            return None
        self._files.remove(*sorted(pack_file(name) for name in made.manifest.tombstones), *self._unfinished())
        if wanted.without_names:
            made = self._chain.forget_older(made)
        names, size = tuple(pack.name for pack in self._made), sum(pack.size_bytes for pack in self._made)
        sent = tuple(object_id for ids in self._made.values() for object_id in ids)
        return Published(standing_of(made), made.manifest.generation, names, sent, size)

    def abandon(self) -> None:
        """Remove what was uploaded and is named by nobody."""
        with suppress(MemoraError):
            self._files.remove(*(pack_file(pack.name) for pack in self._made))
            self._made.clear()

    def _is_done(self, manifest: Manifest, wanted: Wanted, replaced: Sequence[Pack]) -> bool:
        same = manifest.refs == dict(wanted.refs) and manifest.head == wanted.head
        return same and not replaced and not wanted.purges.ids and not wanted.purges.commits

    def _leftovers(self, manifest: Manifest) -> set[str]:
        """Packs that are not live any more, or never were, and hold something that must not lie there.

        Whoever wants to name one sees by the epoch, or by the packs that it was made of, that he cannot.
        """
        live = {pack.name for pack in manifest.packs} | {pack.name for pack in self._made}
        doomed = set()
        for file in list(self._files.list(PACKS)):
            name = file.name.removeprefix(PACKS).removesuffix(".pack")
            if file.name != pack_file(name) or name in live:
                continue
            if name in manifest.tombstones:
                doomed.add(name)
                continue
            try:
                size = file.size_bytes if file.size_bytes is not None else _size(self._files, file.name)
                ids = _ids(read_index(self._files, file.name, size))
            except (RemoteFileMissing, DamagedRemote):
                continue
            if self._purged(ids):
                doomed.add(name)
        return doomed

    def _unfinished(self) -> list[str]:
        """What was begun and not named: nobody can say what it would have held. Who writes it now begins again."""
        return [file.name for file in self._files.unfinished()]

    def _objects(self, packs: Sequence[Pack]) -> Iterator[Packable]:
        """The objects of some packs that may stay."""
        for pack in packs:
            file = pack_file(pack.name)
            for frame in read_index(self._files, file, pack.size_bytes):
                kept = set(self._kept(frame.ids))
                if kept:
                    packed = b"".join(self._files.read(file, frame.offset, frame.packed_bytes))
                    yield from (item for item in read_frame(file, frame, packed) if item.id in kept)

    def _ids_in(self, pack: Pack) -> tuple[ObjectId, ...]:
        """The objects in a pack, which is read once, however often others are quicker."""
        if pack not in self._read:
            self._read[pack] = _ids(read_index(self._files, pack_file(pack.name), pack.size_bytes))
        return self._read[pack]

    def _forget_spoilt(self, manifest: Manifest) -> None:
        """Forget what was uploaded before and serves no more: others took it for a leftover, or more is erased now."""
        there = {file.name for file in self._files.list(PACKS)} if self._made else set()
        for pack, ids in list(self._made.items()):
            is_there = pack_file(pack.name) in there and pack.name not in manifest.tombstones
            if not is_there or len(set(self._kept(ids))) != len(ids):
                del self._made[pack]
                self._files.remove(pack_file(pack.name))

    def _upload(self, objects: Iterator[Packable]) -> None:
        sent = {object_id for ids in self._made.values() for object_id in ids}
        writer = PackWriter(_unless(objects, sent))
        while not writer.is_empty:
            name = secrets.token_hex(10)
            size = self._files.upload(pack_file(name), writer.chunks())
            self._made[Pack(name, size, len(writer.ids), 0)] = tuple(writer.ids)
            writer = writer.rest()

    def _append(
        self, seen: Seen, wanted: Wanted, live: Sequence[Pack], replaced: Sequence[Pack], doomed: Collection[str]
    ) -> Seen | None:
        """Make the manifest; what was uploaded and is named by none is left where nobody knows whether it is."""
        manifest = seen.manifest
        generation = manifest.generation + 1
        lists = []
        for body in encode_purge_lists(wanted.purges):
            lists.append(secrets.token_hex(10))
            self._files.create(purge_file(lists[-1]), body)
        gone = dict.fromkeys([*(pack.name for pack in replaced), *doomed], generation)
        made = self._chain.append(
            seen,
            manifest._replace(
                epoch=manifest.epoch + 1,
                head=wanted.head,
                refs=dict(wanted.refs),
                packs=(*live, *(pack._replace(generation=generation) for pack in self._made)),
                tombstones={**gone, **manifest.tombstones},
                purges=(*manifest.purges, *lists),
            ),
        )
        if made is None:
            with suppress(MemoraError):
                self._files.remove(*map(purge_file, lists))
        return made


def _unless(objects: Iterator[Packable], sent: set[ObjectId]) -> Iterator[Packable]:
    """The objects that were not sent, each once."""
    for item in objects:
        if item.id not in sent:
            sent.add(item.id)
            yield item


def _ids(frames: Sequence[Frame]) -> tuple[ObjectId, ...]:
    return tuple(object_id for frame in frames for object_id in frame.ids)


def _size(files: FileReader, name: str) -> int:
    return sum(map(len, files.read(name)))
