"""All small packs of a remote folded into as few as possible, when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from memora.errors.remotes import RemoteFileMissing, RemoteUnavailable
from memora.remotes.chain import Chain, Seen
from memora.remotes.folding import LARGEST_FOLDED_BYTES, fold
from memora.remotes.manifest import Pack
from memora.remotes.pack import MOST_BYTES, MOST_OBJECTS, read_index
from memora.remotes.ports import Progress, RemoteFiles, pack_file

_MOST_TRIES: Final = 50


class Compacted(NamedTuple):
    """The live packs of a remote before and after."""

    before: tuple[Pack, ...]
    after: tuple[Pack, ...]


def compact(files: RemoteFiles, chain: Chain, address: str, progress: Progress) -> Compacted | None:
    """Fold packs as long as two fit into one; None where there is no remote.

    Raises RemoteUnavailable where others push so much that it does not get to it; what was folded until then is.
    """
    seen = chain.newest()
    if seen is None:
        return None
    before = seen.manifest.packs
    unpacked: dict[str, int] = {}
    done: set[str] = set()
    for _ in range(_MOST_TRIES):
        made = _fold_groups(files, chain, seen, unpacked, done, progress)
        if made is not None:
            return Compacted(before, made.manifest.packs)
        seen = chain.newest() or seen
    raise RemoteUnavailable(address, "others push so much that not all could be folded")


def _fold_groups(
    files: RemoteFiles, chain: Chain, seen: Seen, unpacked: dict[str, int], done: set[str], progress: Progress
) -> Seen | None:
    """Fold what ``seen`` has, and was not made here; None where somebody was quicker: look again."""
    try:
        for pack in seen.manifest.packs:
            if pack.size_bytes < LARGEST_FOLDED_BYTES and pack.name not in unpacked and pack.name not in done:
                frames = read_index(files, pack_file(pack.name), pack.size_bytes)
                unpacked[pack.name] = sum(frame.unpacked_bytes for frame in frames)
        for packs in group([pack for pack in seen.manifest.packs if pack.name not in done], unpacked):
            made = fold(files, chain, seen, packs)
            if made is None:
                return None
            done.add(made.manifest.packs[-1].name)
            seen = made
            progress("packs folded", len(packs))
    except RemoteFileMissing:
        newest = chain.newest()
        if newest is None or newest.digest == seen.digest:
            raise
        return None
    return seen


def group(packs: Iterable[Pack], unpacked: dict[str, int]) -> Iterator[list[Pack]]:
    """Packs that go into one, by their unpacked bytes where they are small enough; none that would stay alone."""
    groups: list[list[Pack]] = []
    for pack in sorted((pack for pack in packs if pack.name in unpacked), key=lambda pack: -pack.size_bytes):
        for others in groups:
            together = [*others, pack]
            if (
                sum(each.size_bytes for each in together) <= LARGEST_FOLDED_BYTES
                and sum(each.objects for each in together) <= MOST_OBJECTS
                and sum(unpacked[each.name] for each in together) <= MOST_BYTES
            ):
                others.append(pack)
                break
        else:
            groups.append([pack])
    return (packs for packs in groups if len(packs) > 1)
