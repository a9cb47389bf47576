"""Good copies of objects that are damaged or missing here, found at a remote."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from memora.errors import Damaged, DamagedObject
from memora.errors.remotes import RemoteNotFound
from memora.model.ids import ObjectId
from memora.operations.care.problems import Problem
from memora.operations.care.repair import Copies
from memora.operations.remotes.arrivals import sound_value
from memora.operations.remotes.fetch import no_progress
from memora.operations.remotes.other_store import StoreRemote
from memora.operations.remotes.places import open_place
from memora.remotes.address import shown_address
from memora.remotes.closure import references_of
from memora.remotes.copies import PackedCopies
from memora.remotes.packed import PackRemote
from memora.remotes.ports import Packable, Progress
from memora.repository import Repository
from memora.storage import place
from memora.storage.database import Database

_RESTORABLE: Final = frozenset({"object-id", "object-kind", "missing-object"})


class _Source(Protocol):
    def find(self, object_id: ObjectId) -> Packable | None:
        """An object, verified against its id; None where it is not there."""
        ...


def find_copies(
    path: str,
    name: str,
    problems: Iterable[Problem],
    *,
    workspace: str = place.DEFAULT_WORKSPACE,
    trusted: Collection[str] = (),
    progress: Progress = no_progress,
) -> Copies:
    """Look at a remote for what ``fsck`` of the store in a ``.memora`` folder found damaged or missing.

    What a copy names and is not here either comes along. Every copy hashes to its id, is in its one form and was not
    purged here. Nothing is written. Raises NotFound, RemoteNotFound, and as the transports do.
    """
    lost = {problem.object for problem in problems if problem.rule in _RESTORABLE and problem.object is not None}
    if not lost:
        return Copies(name, (), ())
    database = Database(os.path.join(path, place.DATABASE))
    try:
        repository = Repository(path, database, workspace)
        with _source(repository, name, trusted) as source:
            return _collect(repository, source, lost, name, progress)
    finally:
        database.close()


@contextmanager
def _source(repository: Repository, name: str, trusted: Collection[str]) -> Iterator[_Source]:
    remote = repository.refs.remotes.get(name)
    with open_place(repository, remote, trusted=trusted) as there:
        if isinstance(there, StoreRemote):
            yield there
            return
        assert isinstance(there, PackRemote)
        seen = there.chain.newest()
        if seen is None:
            raise RemoteNotFound(shown_address(remote.address))
        yield PackedCopies(there.files, seen.manifest)


def _collect(repository: Repository, source: _Source, lost: set[ObjectId], name: str, progress: Progress) -> Copies:
    found: dict[ObjectId, Packable] = {}
    not_found: list[ObjectId] = []
    pending, seen = sorted(lost), set(lost)
    while pending:
        object_id = pending.pop()
        item = None if repository.refs.purges.has([object_id]) else _sound_copy(source, object_id)
        if item is None:
            not_found.append(object_id)
            continue
        found[object_id] = item
        progress("objects found", len(found))
        # What a session names is looked for only if something here misses it.
        named = [each for each, _ in references_of(item) if each not in seen]
        missing = set(named) - repository.objects.present(named)
        seen |= missing
        pending += sorted(missing)
    return Copies(name, tuple(found.values()), tuple(sorted(not_found)))


def _sound_copy(source: _Source, object_id: ObjectId) -> Packable | None:
    """A copy that is what it should be; None where there is none, or it is damaged there too."""
    try:
        item = source.find(object_id)
        if item is not None:
            sound_value(item)
    except (Damaged, DamagedObject):
        return None
    return item
