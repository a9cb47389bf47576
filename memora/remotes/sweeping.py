"""What nothing leads to at a remote is thrown away: files that no manifest names, and objects of lost branches.

Pushes go on meanwhile. A file goes only after a manifest has named it as a tombstone, and whoever was about to name it
finds that tombstone; objects go with a manifest of a higher epoch, which makes whoever chose by the one before choose
anew. So tombstones stay in the manifest for as long as ever, though their files are removed at once.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from memora.errors import MemoraError
from memora.errors.remotes import DamagedRemote, RemoteFileMissing, RemoteUnavailable
from memora.model.ids import ObjectId
from memora.remotes.census import Census
from memora.remotes.chain import Chain, Seen
from memora.remotes.folding import GRACE_GENERATIONS, bury, read_objects
from memora.remotes.manifest import Manifest, Pack
from memora.remotes.pack import Frame, PackWriter
from memora.remotes.ports import PACKS, PURGES, Packable, Progress, RemoteFiles, pack_file, pack_in
from memora.remotes.purge_list import purge_file

_LIST_NAME: Final = re.compile(PURGES + r"[0-9a-f]{20}")
# What was begun so long ago is not written any more. Who does all the same begins again.
GRACE_SECONDS: Final = 3600
_TRIES: Final = 20
_MOST_APPENDS: Final = 200
_SHOWN_EVERY: Final = 1000


class Swept(NamedTuple):
    """What was thrown away, or would be: files that no manifest names or that were never finished, tombstones, objects.

    ``packs`` had such objects; ``size_before`` and ``size_after`` are the bytes of these and of what took their place,
    the latter None where nothing was done.
    """

    unnamed: int
    tombstones: int
    objects: int
    packs: int
    size_before: int
    size_after: int | None


class _Plan(NamedTuple):
    """The packs to be rewritten and what they lose; by which manifest that was found."""

    seen: Seen
    packs: tuple[Pack, ...]
    lost: frozenset[ObjectId]


def sweep(files: RemoteFiles, chain: Chain, address: str, progress: Progress, *, dry_run: bool = False) -> Swept | None:
    """Throw away what nothing leads to; None where there is no remote. Reads all that is there.

    Raises DamagedRemote where something that is needed is missing or damaged, and RemoteUnavailable where others push
    so much that it never gets its turn; nothing that anybody needs has gone then.
    """
    census = Census(files)
    for _ in range(_TRIES):
        # Before the manifest is read: what is named in between is no stray then.
        there = {name for file in files.list(PACKS) if (name := pack_in(file.name))}
        lists = {file.name for file in files.list(PURGES) if _LIST_NAME.fullmatch(file.name)}
        seen = chain.newest()
        if seen is None:
            return None
        plan = _survey(census, chain, seen, progress)
        if plan is None:
            continue
        manifest = plan.seen.manifest
        begun = [file.name for file in files.unfinished() if file.age_seconds >= GRACE_SECONDS]
        unnamed = len(_strays(there, manifest)) + len(_unnamed_lists(lists, manifest)) + len(begun)
        before = sum(pack.size_bytes for pack in plan.packs)
        swept = Swept(unnamed, len(there & manifest.tombstones.keys()), len(plan.lost), len(plan.packs), before, None)
        if dry_run:
            return swept
        is_due = bool(_strays(there, manifest) or _unnamed_lists(lists, manifest))
        made, after = _replace(files, chain, census, plan, there, progress) if is_due or plan.packs else (plan.seen, 0)
        if made is not None:
            # Each is a tombstone of a manifest by now, and stays one until nobody can be about to name it.
            doomed = (there | {pack.name for pack in plan.packs}) & made.manifest.tombstones.keys()
            # A purge names its lists by the manifest after the one that it has seen, and that is this one.
            files.remove(*map(pack_file, sorted(doomed)), *sorted(_unnamed_lists(lists, made.manifest)), *begun)
            return swept._replace(size_after=after)
    raise RemoteUnavailable(address, "others push so much that nothing could be thrown away")


def _survey(census: Census, chain: Chain, seen: Seen, progress: Progress) -> _Plan | None:
    """What is to be rewritten, by one manifest; None where packs of it went meanwhile. Raises DamagedRemote."""
    manifest = seen.manifest
    live = set(manifest.packs)
    for pack in set(census.packs) - live:
        census.drop(pack)
    try:
        _read(census, [pack for pack in manifest.packs if pack not in census.packs], progress)
    except RemoteFileMissing:
        newest = chain.newest()
        if newest is None or newest.digest == seen.digest:
            raise
        return None
    reached = census.reached(manifest.refs.values())
    present = census.present()
    for object_id in census.ids(bytearray(flag and not there for flag, there in zip(reached, present, strict=True))):
        raise DamagedRemote(f"object {object_id.hex()[:12]}", "it is missing")
    losing = {pack: lost for pack in manifest.packs if (lost := census.without(pack, reached))}
    return _Plan(seen, tuple(losing), frozenset(object_id for lost in losing.values() for object_id in lost))


def _read(census: Census, packs: list[Pack], progress: Progress) -> None:
    """Look at every object of some packs; none of those counts that could not be read to the end."""
    unread: dict[Pack, list[Frame]] = {}
    count = 0
    try:
        for pack in packs:
            unread[pack] = census.add(pack)
        for pack, frames in list(unread.items()):
            for frame in frames:
                for _ in census.read(pack, frame):
                    count += 1
                    if count % _SHOWN_EVERY == 0:
                        progress("objects looked at", count)
            del unread[pack]
    except MemoraError:
        for pack in unread:
            census.drop(pack)
        raise


def _replace(
    files: RemoteFiles, chain: Chain, census: Census, plan: _Plan, there: set[str], progress: Progress
) -> tuple[Seen | None, int]:
    """Publish what is thrown away; None where others made that something else. Gives the bytes of new packs."""
    try:
        packs = list(_upload(files, plan))
    except RemoteFileMissing:
        return None, 0
    names = {pack.name for pack in packs}
    for tries in range(_MOST_APPENDS):
        with files.turn(tries):
            newest = chain.newest()
            if newest is None or _is_stale(newest.manifest, plan.seen.manifest, names):
                break
            if newest.digest != plan.seen.digest:
                again = _survey(census, chain, newest, progress)
                if again is None or again[1:] != plan[1:]:
                    break
            made = chain.append(newest, _following(files, newest.manifest, plan, packs, there))
            if made is not None:
                return made, sum(pack.size_bytes for pack in packs)
    with suppress(MemoraError):
        files.remove(*(pack_file(name) for name in names))
    return None, 0


def _is_stale(manifest: Manifest, planned: Manifest, names: set[str]) -> bool:
    """Whether what was uploaded may have been thrown away by somebody else who did as we do."""
    return manifest.generation - planned.generation >= GRACE_GENERATIONS or bool(names & manifest.tombstones.keys())


def _following(files: RemoteFiles, manifest: Manifest, plan: _Plan, packs: list[Pack], there: set[str]) -> Manifest:
    generation = manifest.generation + 1
    gone = {pack.name for pack in plan.packs} | _strays(there, manifest)
    return manifest._replace(
        packs=(*(pack for pack in manifest.packs if pack not in plan.packs), *packs),
        tombstones=bury(files, manifest) | dict.fromkeys(gone, generation),
        epoch=manifest.epoch + bool(plan.packs),
    )


def _strays(there: set[str], manifest: Manifest) -> set[str]:
    """The packs that are there and that a manifest does not name."""
    return there - {pack.name for pack in manifest.packs} - manifest.tombstones.keys()


def _unnamed_lists(lists: set[str], manifest: Manifest) -> set[str]:
    """The files of what was erased that are there and that a manifest does not name: a purge was killed."""
    return lists - set(map(purge_file, manifest.purges))


def _upload(files: RemoteFiles, plan: _Plan) -> Iterator[Pack]:
    """What stays of the packs that lose something, in new ones."""
    if not plan.packs:
        return
    writer = PackWriter(_staying(files, plan))
    newest = max(pack.generation for pack in plan.packs)
    while not writer.is_empty:
        name = secrets.token_hex(10)
        size = files.upload(pack_file(name), writer.chunks())
        yield Pack(name, size, len(writer.ids), newest)
        writer = writer.rest()


def _staying(files: RemoteFiles, plan: _Plan) -> Iterator[Packable]:
    return (item for item in read_objects(files, list(plan.packs)) if item.id not in plan.lost)
