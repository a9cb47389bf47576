"""A remote of packs and manifests: what is there, what is fetched of it, and how a push goes there."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import NamedTuple

from memora.errors import MemoraError
from memora.errors.remotes import DamagedRemote, RemoteFileMissing
from memora.model.ids import ObjectId
from memora.remotes.chain import Chain, Seen
from memora.remotes.folding import GRACE_GENERATIONS, fold_small_packs, read_small
from memora.remotes.manifest import BRANCHES, Manifest, Pack
from memora.remotes.pack import Frame, PackWriter, read_frame, read_index
from memora.remotes.ports import (
    PACKS,
    Missing,
    Packable,
    Progress,
    Published,
    PurgeList,
    RefMove,
    RemoteFiles,
    Standing,
    Taken,
    pack_file,
)
from memora.remotes.purge_list import read_purge_lists
from memora.remotes.reaching import Reach
from memora.remotes.spool import Spool

_MOST_TRIES = 1000  # each means that somebody else's push went through
_MOST_IN_VAIN = 20  # so often in a row nobody's did, though the next generation cannot be made


class _Chosen(NamedTuple):
    """A pack, the frames of it that hold something that is missing, and what that is in each."""

    pack: Pack
    frames: list[Frame]
    wanted: list[set[ObjectId]]


class PackRemote:
    """The remote in some files. What is fetched goes through a folder of its own first, so that it can go on later."""

    reads_files = True

    def __init__(self, files: RemoteFiles, address: str, spool: str) -> None:
        self.files, self.address = files, address
        self.chain = Chain(files, address)
        self._spool = spool
        self._seen: Seen | None = None

    def look(self) -> Standing | None:
        """What is there now; None where nothing is yet."""
        self._seen = self.chain.newest()
        return None if self._seen is None else standing_of(self._seen)

    def fetch(
        self,
        standing: Standing,
        missing: Missing,
        taken: Taken,
        progress: Progress,
        roots: Collection[ObjectId] | None = None,
    ) -> Iterator[Packable]:
        """See ``Remote.fetch``. A pack that is gone was folded into another: the newest manifest says into which.

        Raises RemoteFileMissing where objects were thrown away meanwhile, perhaps some that ``standing`` leads to.
        """
        seen = self._seen if self._seen and self._seen.digest == standing.digest else self.chain.newest()
        while seen is not None:
            if seen.manifest.epoch != standing.epoch:
                raise RemoteFileMissing(f"what was there at generation {standing.generation}")
            spool = Spool(self._spool)
            try:
                if roots is not None:
                    reach = Reach(self.files, seen.manifest.packs, missing, spool, progress)
                    with _clearing(spool):
                        reach.walk(roots)
                        yield from reach.items()
                    return
                chosen = list(self._choose(seen.manifest, missing, taken, spool))
                total = sum(frame.packed_bytes for _, frames, _ in chosen for frame in frames)
                done = 0
                for pack, frames, _ in chosen:
                    for count in spool.download(self.files, pack, frames):
                        done += count
                        progress(f"of {_megabytes(total)} fetched", done)
                    if spool.is_resumed(pack) and not _is_sound(spool, pack, frames):
                        spool.discard(pack)  # what an interrupted fetch left is not what it had fetched
                        for _ in spool.download(self.files, pack, frames):
                            progress(f"of {_megabytes(total)} fetched", done)
            except RemoteFileMissing:
                again = self.chain.newest()
                if again is None or again.digest == seen.digest:
                    raise
                seen = again
                continue
            yield from self._read(spool, chosen)
            return

    def purged(self, standing: Standing) -> PurgeList:
        """See ``Remote.purged``."""
        return read_purge_lists(self.files, standing.purges)

    def publish(
        self, standing: Standing | None, moves: Sequence[RefMove], objects: Iterator[Packable], progress: Progress
    ) -> Published | None:
        """See ``Remote.publish``."""
        if standing is None:
            self.chain.establish()
        try:
            packs, sent = self._upload(objects, progress)
        except RemoteFileMissing:  # a purge cleared it away, because it may have held what was erased
            return None
        # Where this raises, nobody knows whether it went through: what was uploaded stays, and prune finds it.
        made = self._name(standing, moves, packs)
        if made is None:
            with suppress(MemoraError):
                self.files.remove(*(pack_file(pack.name) for pack in packs))
            return None
        generation = made.manifest.generation
        with suppress(MemoraError):  # the push is done; whoever pushes next folds
            folded = fold_small_packs(self.files, self.chain, made)
            if folded.manifest.epoch == made.manifest.epoch:  # else what was sent may have been thrown away since
                made = folded
        return Published(
            standing_of(made),
            generation,
            tuple(pack.name for pack in packs),
            sent,
            sum(pack.size_bytes for pack in packs),
        )

    def close(self) -> None:
        """Close the files."""
        self.files.close()

    def forget_fetched(self) -> None:
        """See ``Remote.forget_fetched``."""
        Spool(self._spool).clear()

    def require_safe(self) -> None:
        """See ``Remote.require_safe``."""
        self.chain.require_safe()

    def turn(self, tries: int) -> AbstractContextManager[None]:
        """See ``Remote.turn``."""
        return self.files.turn(tries)

    def _choose(self, manifest: Manifest, missing: Missing, taken: Taken, spool: Spool) -> Iterator[_Chosen]:
        """The packs and the frames in them that hold something that is missing."""
        found: set[ObjectId] = set()
        for pack in manifest.packs:
            if pack.generation <= taken.generation or pack.name in taken.packs:
                continue
            chosen = _Chosen(pack, [], [])
            near = read_small(self.files, pack)
            for frame in read_index(near or self.files, pack_file(pack.name), pack.size_bytes):
                new = set(missing(frame.ids)) - found
                if new:
                    chosen.frames.append(frame)
                    chosen.wanted.append(new)
                    found |= new
            if chosen.frames:
                if near is not None:
                    spool.keep(pack, near.files[pack_file(pack.name)])
                yield chosen

    def _read(self, spool: Spool, chosen: list[_Chosen]) -> Iterator[Packable]:
        with _clearing(spool):
            for pack, frames, wanted in chosen:
                for (frame, packed), left in zip(spool.read(pack, frames), wanted, strict=True):
                    for item in read_frame(pack_file(pack.name), frame, packed):
                        if item.id in left:
                            left.remove(item.id)  # a frame may hold one twice
                            yield item

    def _upload(self, objects: Iterator[Packable], progress: Progress) -> tuple[list[Pack], tuple[ObjectId, ...]]:
        packs: list[Pack] = []
        sent: list[ObjectId] = []
        writer = PackWriter(objects)
        while not writer.is_empty:
            name = secrets.token_hex(10)
            size = self.files.upload(pack_file(name), _counted(writer, progress, len(sent)))
            packs.append(Pack(name, size, len(writer.ids), 0))
            sent += writer.ids
            writer = writer.rest()
        return packs, tuple(sent)

    def _name(self, standing: Standing | None, moves: Sequence[RefMove], packs: list[Pack]) -> Seen | None:
        """Append the manifest that names packs and moves references; None where it cannot be as it was chosen."""
        before, in_vain = None, 0
        for tries in range(_MOST_TRIES):
            with self.files.turn(tries):
                seen = self.chain.newest() if tries or self._seen is None else self._seen
                in_vain = in_vain + 1 if seen and seen.digest == before else 0
                if seen is not None and in_vain == _MOST_IN_VAIN:
                    raise DamagedRemote(self.chain.following(seen), "it is there, and is no file that can be read")
                before = seen and seen.digest
                following = None if seen is None else self._following(seen.manifest, standing, moves, packs)
                if seen is None or (following is None and tries):
                    return None
                if following is None:
                    continue  # what was looked at before may be out of date by now
                made = self.chain.append(seen, following)
                if made is not None:
                    return made
        return None

    def _following(
        self, manifest: Manifest, standing: Standing | None, moves: Sequence[RefMove], packs: list[Pack]
    ) -> Manifest | None:
        """The manifest after one, with packs that were uploaded; None where it is not as it was chosen any more."""
        if manifest.epoch != (standing.epoch if standing else 0):
            return None
        if any(manifest.refs.get(move.name) != move.expected for move in moves):
            return None
        if not self._all_there(manifest, packs, standing.generation if standing else 0):
            return None
        generation = manifest.generation + 1
        return manifest._replace(
            refs=moved(manifest.refs, moves),
            head=manifest.head or _first_branch(moves),
            packs=(*manifest.packs, *(pack._replace(generation=generation) for pack in packs)),
        )

    def _all_there(self, manifest: Manifest, packs: list[Pack], first: int) -> bool:
        """Whether nobody has doomed or removed packs that no manifest named yet.

        A tombstone stays for some generations, so only who slept through these has to look for the files.
        """
        if any(pack.name in manifest.tombstones for pack in packs):
            return False
        if manifest.generation - first < GRACE_GENERATIONS:
            return True
        there = {file.name for file in self.files.list(PACKS)}
        return all(pack_file(pack.name) in there for pack in packs)


@contextmanager
def _clearing(spool: Spool) -> Iterator[None]:
    """Throw away what was fetched where that is damaged: perhaps it was damaged here, and not there."""
    try:
        yield
    except DamagedRemote:
        spool.clear()
        raise


def _is_sound(spool: Spool, pack: Pack, frames: list[Frame]) -> bool:
    """Whether what was fetched of a pack holds what it must."""
    try:
        for frame, packed in spool.read(pack, frames):
            for _ in read_frame(pack_file(pack.name), frame, packed):
                pass
    except DamagedRemote:
        return False
    return True


def standing_of(seen: Seen) -> Standing:
    """What a manifest says, as every remote says it."""
    manifest = seen.manifest
    return Standing(
        seen.identity,
        manifest.generation,
        seen.digest,
        manifest.epoch,
        manifest.head,
        manifest.refs,
        manifest.purges,
    )


def moved(refs: dict[str, ObjectId], moves: Sequence[RefMove]) -> dict[str, ObjectId]:
    """References after some moves."""
    after = dict(refs)
    for move in moves:
        if move.target is None:
            after.pop(move.name, None)
        else:
            after[move.name] = move.target
    return after


def _first_branch(moves: Sequence[RefMove]) -> str | None:
    names = (move.name.removeprefix(BRANCHES) for move in moves if move.name.startswith(BRANCHES) and move.target)
    return next(names, None)


def _counted(writer: PackWriter, progress: Progress, before: int) -> Iterator[bytes]:
    for chunk in writer.chunks():
        yield chunk
        progress("objects packed", before + len(writer.ids))


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
