"""Small packs folded into larger ones, and the removal of files that nothing names any more.

A push leaves a pack, so they become many. As soon as eight are about equally large, whoever pushes makes one of them:
each object is copied once for each power of eight that it rises by. What is to go is named as such by a manifest
first, and removed some generations later, so that neither a push nor a fetch that is under way stumbles.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Final

from memora.model.ids import ObjectId
from memora.remotes.chain import Chain, Seen
from memora.remotes.manifest import Manifest, Pack
from memora.remotes.memory import MemoryFiles
from memora.remotes.pack import PackWriter, read_frame, read_index
from memora.remotes.ports import Packable, RemoteFiles, pack_file
from memora.remotes.spool import SMALL_BYTES

FOLDED_AT_ONCE: Final = 8
GRACE_GENERATIONS: Final = 32
_SMALLEST_TIER_BYTES: Final = 4096
LARGEST_FOLDED_BYTES: Final = 128 * 1024 * 1024
_TRIES: Final = 3


def fold_small_packs(files: RemoteFiles, chain: Chain, seen: Seen) -> Seen:
    """Fold as many packs of about one size as there are eight of; give the newest manifest that was made or seen."""
    while packs := choose_packs(seen.manifest):
        made = fold(files, chain, seen, packs)
        if made is None:
            return seen  # others push just now; one of them folds
        seen = made
    return seen


def choose_packs(manifest: Manifest) -> list[Pack]:
    """The packs that are to be folded into one now; none where no size has eight."""
    tiers: dict[int, list[Pack]] = {}
    for pack in manifest.packs:
        tiers.setdefault(_tier(pack.size_bytes), []).append(pack)
    full = [packs for _, packs in sorted(tiers.items()) if _is_due(len(packs))]
    return [] if not full or sum(pack.size_bytes for pack in full[0]) > LARGEST_FOLDED_BYTES else full[0]


def fold(files: RemoteFiles, chain: Chain, seen: Seen, packs: list[Pack]) -> Seen | None:
    """Replace some live packs by one that holds all of their objects; None where somebody was quicker."""
    name = secrets.token_hex(10)
    writer = PackWriter(read_objects(files, packs))
    size = files.upload(pack_file(name), writer.chunks())
    whole = writer.rest().is_empty
    folded = Pack(name, size, len(writer.ids), max(pack.generation for pack in packs))
    for tries in range(_TRIES):
        with files.turn(tries):
            newest = chain.newest()
            if newest is None or not whole or not _is_current(newest.manifest, seen.manifest, packs, name):
                break
            made = chain.append(newest, _folded(files, newest.manifest, packs, folded))
            if made is not None:
                return made
    files.remove(pack_file(name))
    return None


def _is_due(count: int) -> bool:
    """Whether so many packs of a size are folded: by whoever brings the eighth, or should that fail the twelfth, …"""
    return count >= FOLDED_AT_ONCE and count % (FOLDED_AT_ONCE // 2) == 0


def _is_current(manifest: Manifest, chosen_by: Manifest, packs: list[Pack], name: str) -> bool:
    """Whether the packs are all live still, and nobody has doomed the one that is to take their place.

    Who slept through the life of a tombstone cannot tell.
    """
    if manifest.generation - chosen_by.generation >= GRACE_GENERATIONS:
        return False
    return set(packs) <= set(manifest.packs) and name not in manifest.tombstones


def _folded(files: RemoteFiles, manifest: Manifest, packs: list[Pack], folded: Pack) -> Manifest:
    """The manifest after one in which a pack takes the place of some."""
    live = tuple(pack for pack in manifest.packs if pack not in packs)
    doomed = {pack.name: manifest.generation + 1 for pack in packs}
    return manifest._replace(packs=(*live, folded), tombstones=bury(files, manifest) | doomed)


def bury(files: RemoteFiles, manifest: Manifest, grace: int = GRACE_GENERATIONS) -> dict[str, int]:
    """Remove the files that have been doomed for long enough; give the tombstones that stay."""
    kept = {name: born for name, born in manifest.tombstones.items() if manifest.generation - born < grace}
    due = sorted(manifest.tombstones.keys() - kept.keys())
    if due:
        files.remove(*(pack_file(name) for name in due))
    return kept


def read_small(files: RemoteFiles, pack: Pack) -> MemoryFiles | None:
    """A small pack, read whole by one request; None for one that is larger. Raises RemoteFileMissing."""
    if pack.size_bytes > SMALL_BYTES:
        return None
    return MemoryFiles({pack_file(pack.name): b"".join(files.read(pack_file(pack.name), 0, pack.size_bytes))})


def read_objects(files: RemoteFiles, packs: list[Pack]) -> Iterator[Packable]:
    """The objects of some packs, each once."""
    given: set[ObjectId] = set()
    for pack in packs:
        file, near = pack_file(pack.name), read_small(files, pack) or files
        for frame in read_index(near, file, pack.size_bytes):
            packed = b"".join(near.read(file, frame.offset, frame.packed_bytes))
            for item in read_frame(file, frame, packed):
                if item.id not in given:
                    given.add(item.id)
                    yield item


def _tier(size_bytes: int) -> int:
    tier = 0
    while size_bytes >= _SMALLEST_TIER_BYTES:
        size_bytes //= FOLDED_AT_ONCE
        tier += 1
    return tier
