"""Check everything at a remote: its format, the chain of manifests, every object, and that nothing named is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from memora.errors import Damaged
from memora.errors.remotes import DamagedRemote, NotARemote, RemoteFileMissing, RemoteNotFound
from memora.model.ids import ObjectId
from memora.operations.care.fsck import Checked, Report, fsck
from memora.operations.care.problems import ERROR, Problem, damage, warning
from memora.operations.remotes.arrivals import require_kinds
from memora.operations.remotes.fetch import no_progress
from memora.operations.remotes.inspected_contents import Contents
from memora.operations.remotes.other_store import StoreRemote
from memora.operations.remotes.places import open_place
from memora.remotes.address import shown_address
from memora.remotes.census import Census
from memora.remotes.chain import Chain, Seen
from memora.remotes.manifest import Pack
from memora.remotes.pack import Frame
from memora.remotes.packed import PackRemote
from memora.remotes.ports import FORMAT_FILE, PACKS, PURGES, Progress, RemoteFiles, pack_file, pack_in
from memora.remotes.purge_list import purge_file, read_purge_lists
from memora.repository import Repository

_ROUNDS: Final = 20
_SHOWN_EVERY: Final = 1000


def fsck_remote(
    repository: Repository,
    name: str,
    *,
    report: Report,
    trusted: Collection[str] = (),
    progress: Progress = no_progress,
) -> Checked:
    """Read all that is at a remote; of another project's store, do what ``fsck`` does there. Nothing is written.

    ``report`` is called with each problem. Raises NotFound, RemoteNotFound, NewerFormat, and as the transports do.
    """
    remote = repository.refs.remotes.get(name)
    address = shown_address(remote.address)
    with open_place(repository, remote, trusted=trusted) as place:
        if isinstance(place, StoreRemote):
            return fsck(place.path, report=report, trusted=trusted, progress=progress)
        assert isinstance(place, PackRemote)
        inspection = _Inspection(place.files, place.chain, report, progress)
        if not inspection.run():
            raise RemoteNotFound(address)
        return inspection.result()


class _Inspection:
    """One run of all checks of a remote of packs."""

    def __init__(self, files: RemoteFiles, chain: Chain, report: Report, progress: Progress) -> None:
        self._files, self._chain, self._report, self._progress = files, chain, report, progress
        self._census = Census(files)
        self._contents = Contents(self._tell)
        self._broken: set[Pack] = set()
        self._told: set[Problem] = set()
        self._manifests = 0
        self._objects = 0

    def run(self) -> bool:
        """Check all; whether there is a remote."""
        try:
            if self._chain.identity() is None:
                if not self._chain.names():
                    return False
                self._tell(damage("remote-format", f"{FORMAT_FILE} is missing"))
                return True
        except (DamagedRemote, NotARemote) as error:
            self._tell(damage("remote-format", str(error)))
            return True
        self._inspect_chain()
        for _ in range(_ROUNDS):
            strays = {file.name: file.size_bytes for file in self._files.list(PACKS)}
            try:
                seen = self._chain.newest()
            except Damaged:
                return True  # told with the chain
            if seen is None or self._inspect_packs(seen, strays):
                break
        return True

    def result(self) -> Checked:
        """How much was looked at, and what was found."""
        errors = sum(problem.severity == ERROR for problem in self._told)
        counts = {"manifests": self._manifests, "packs": len(self._census.packs), "objects": self._objects}
        return Checked(counts, errors, len(self._told) - errors, frozenset(each.rule for each in self._told), ())

    def _tell(self, problem: Problem) -> None:
        if problem not in self._told:
            self._told.add(problem)
            self._report(problem)

    def _inspect_chain(self) -> None:
        """Every manifest that is there, oldest first: each names the one before by its digest."""
        before: tuple[int, bytes, int] | None = None
        for name in self._chain.names():
            self._progress("manifests looked at", self._manifests)
            try:
                manifest, digest = self._chain.read(name)
            except RemoteFileMissing:  # trimmed meanwhile, as were those before
                before = None
                continue
            except DamagedRemote as error:
                self._tell(damage("remote-manifest", str(error)))
                before = None
                continue
            self._manifests += 1
            number = manifest.generation
            if (number == 1) != (manifest.previous is None):
                self._tell(damage("remote-chain", f"{name} does not say which manifest was before it"))
            if before is not None and before[0] + 1 != number:
                self._tell(damage("remote-chain", f"the manifests between {before[0]} and {number} are missing"))
            elif before is not None and (manifest.previous, True) != (before[1], manifest.epoch >= before[2]):
                self._tell(damage("remote-chain", f"{name} does not follow from the manifest before it"))
            if any(born > number for born in manifest.tombstones.values()):
                self._tell(damage("remote-manifest", f"{name} has a tombstone of a generation to come"))
            before = (number, digest, manifest.epoch)

    def _inspect_packs(self, seen: Seen, there: dict[str, int | None]) -> bool:
        """The packs and references of one manifest; whether it did not lose a pack to another one meanwhile."""
        manifest = seen.manifest
        for pack in set(self._census.packs) - set(manifest.packs):
            self._census.drop(pack)
        frames: list[tuple[Pack, Frame]] = []
        for pack in manifest.packs:
            if pack not in self._census.packs and pack not in self._broken:
                try:
                    frames += [(pack, frame) for frame in self._open(pack, there)]
                except RemoteFileMissing as error:
                    if self._has_moved(seen):
                        return False
                    self._break(pack, str(error))
                except DamagedRemote as error:
                    self._break(pack, str(error))
        for number, (pack, frame) in enumerate(frames):
            try:
                self._read(pack, frame)
            except RemoteFileMissing:
                if self._has_moved(seen):
                    for unread in {unread for unread, _ in frames[number:]}:
                        self._census.drop(unread)
                    return False
                self._tell(damage("remote-pack", f"{pack_file(pack.name)} of the remote is missing"))
            except DamagedRemote as error:
                self._tell(damage("remote-pack", str(error)))
        for name in manifest.tombstones.keys() & {pack.name for pack in manifest.packs}:
            self._tell(damage("remote-manifest", f"{pack_file(name)} is in use and a tombstone at once"))
        self._inspect_names(seen)
        self._inspect_purges(seen)
        self._inspect_strays(seen, there)
        return True

    def _has_moved(self, seen: Seen) -> bool:
        newest = self._chain.newest()
        return newest is not None and newest.digest != seen.digest

    def _open(self, pack: Pack, there: dict[str, int | None]) -> list[Frame]:
        size = there.get(pack_file(pack.name))
        if size is not None and size != pack.size_bytes:
            raise DamagedRemote(pack_file(pack.name), f"it has {size} bytes, and should have {pack.size_bytes}")
        frames = self._census.add(pack)
        found = sum(len(frame.ids) for frame in frames)
        if found != pack.objects:
            problem = f"{pack_file(pack.name)} holds {found} objects, and the manifest says {pack.objects}"
            self._tell(damage("remote-pack", problem))
        return frames

    def _break(self, pack: Pack, message: str) -> None:
        self._tell(damage("remote-pack", message))
        self._broken.add(pack)

    def _read(self, pack: Pack, frame: Frame) -> None:
        for item, named in self._census.read(pack, frame):
            self._contents.add(item, named)
            self._objects += 1
            if self._objects % _SHOWN_EVERY == 0:
                self._progress("objects looked at", self._objects)

    def _inspect_names(self, seen: Seen) -> None:
        """What references and objects name; nothing is told as missing that a pack without an index may hold."""
        present = set(self._census.ids(self._census.present()))
        self._contents.check(self._census.kind_of, present, complete=not self._broken)
        for ref, target in seen.manifest.refs.items():
            if self._census.kind_of(target) is None and (target in present or self._broken):
                continue  # it is in what is damaged, or may be
            try:
                require_kinds(lambda found: self._census.kind_of(found) if found in present else None, {ref: target})
            except DamagedRemote as error:
                self._tell(damage("remote-reference", str(error), target))

    def _inspect_purges(self, seen: Seen) -> None:
        """The lists of what was erased, one by one, and that none of it lies there."""
        refused: set[ObjectId] = set()
        for name in seen.manifest.purges:
            try:
                refused |= read_purge_lists(self._files, [name]).ids
            except DamagedRemote as error:
                self._tell(damage("remote-purges", str(error)))
        back = sorted(refused.intersection(self._census.ids(self._census.present())))
        if back:
            objects = "1 object that was erased is" if len(back) == 1 else f"{len(back):,} objects that were erased are"
            self._tell(damage("remote-purged", f"{objects} there again, such as {back[0].hex()[:12]}", back[0]))

    def _inspect_strays(self, seen: Seen, there: Iterable[str]) -> None:
        """Files that nobody names. What was uploaded since the manifest was read may be among them."""
        named = {pack.name for pack in seen.manifest.packs} | seen.manifest.tombstones.keys()
        packs = [file for file in there if (name := pack_in(file)) and name not in named]
        known = set(map(purge_file, seen.manifest.purges))
        lists = [file.name for file in self._files.list(PURGES) if file.name not in known]
        for folder, strays in ((PACKS, packs), (PURGES, lists)):
            if strays:
                self._tell(
                    warning(
                        "remote-stray",
                        f"{_files(len(strays))} in {folder} that no manifest names, such as {strays[0]}: from"
                        f" {'a push' if folder == PACKS else 'a purge'} that was killed, or that goes on just now",
                    )
                )
        begun = [file.name for file in self._files.unfinished()]
        if begun:
            self._tell(
                warning(
                    "remote-unfinished",
                    f"{_files(len(begun))} that somebody began to write, such as {begun[0]}: from a push that was"
                    " killed, or that goes on just now",
                )
            )


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"
