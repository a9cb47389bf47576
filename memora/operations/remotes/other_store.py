"""Another project's store as a place to share with: what is pushed goes into it by one transaction."""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from blake3 import blake3

from memora.errors import BadName, Damaged, DamagedObject, MissingObject
from memora.errors.remotes import DamagedRemote, NotARemote, RemoteUnavailable
from memora.errors.store import Busy, NoStore, ReadOnly
from memora.model.ids import ObjectId
from memora.operations.remotes.receiving import receive
from memora.remotes.closure import closure
from memora.remotes.manifest import clean_shared_ref
from memora.remotes.ports import (
    Missing,
    Packable,
    Progress,
    Published,
    PurgeList,
    RefMove,
    Standing,
    Taken,
)
from memora.remotes.turns import pause_for_others
from memora.repository import Repository
from memora.storage.lock import PATIENCE_SECONDS
from memora.storage.place import FOLDER
from memora.storage.refs import BRANCHES, SESSIONS, TAGS
from memora.storage.remotes import Remote

_SHOWN_EVERY: Final = 1000


def find_other_store(location: str) -> str | None:
    """The ``.memora`` folder that a path is or holds; None for any other folder, and where nothing is."""
    if os.path.basename(location) == FOLDER:
        return location
    inside = os.path.join(location, FOLDER)
    return inside if os.path.lexists(inside) else None


class StoreRemote:
    """The store in a ``.memora`` folder, opened when it is first asked. ``address`` is what errors call it.

    Its generation is the number of its last operation, and its digest that one's hash, which covers all before.
    """

    reads_files = False

    def __init__(
        self,
        path: str,
        address: str,
        here: str,
        known: Remote,
        *,
        author: str,
        now: int,
        trusted: Collection[str] = (),
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """``here`` is the store that asks, ``known`` what it saw there last; ``author`` pushes at ``now``."""
        self.path, self._address, self._here, self._known = path, address, here, known
        self._author, self._now = author, now
        self._trusted, self._patience_seconds = trusted, patience_seconds
        self._store: Repository | None = None
        self._fetching: Generator[Packable, None, None] | None = None

    def look(self) -> Standing | None:
        """What is there now; None for a store in which nothing was ever done, and where there is none."""
        store = self._open()
        if store is None:
            return None
        with self._failures(), store.snapshot():
            return self._standing(store)

    def fetch(
        self,
        standing: Standing,
        missing: Missing,
        taken: Taken,
        progress: Progress,
        roots: Collection[ObjectId] | None = None,
    ) -> Iterator[Packable]:
        """See ``Remote.fetch``. What is here already is here with all that it leads to, so nothing below is read."""
        self._fetching = self._read(standing.refs.values() if roots is None else roots, missing, progress)
        return self._fetching

    def forget_fetched(self) -> None:
        """Nothing was kept."""

    def require_safe(self) -> None:
        """A store takes one transaction after the other."""

    def turn(self, tries: int) -> AbstractContextManager[None]:
        """See ``Remote.turn``."""
        return pause_for_others(tries)

    def purged(self, standing: Standing) -> PurgeList:
        """See ``Remote.purged``."""
        store = self._require()
        with self._failures(), store.snapshot():
            purges = store.refs.purges
            return PurgeList(frozenset(object_id for object_id, _ in purges.list()), purges.rewritten())

    def publish(
        self, standing: Standing | None, moves: Sequence[RefMove], objects: Iterator[Packable], progress: Progress
    ) -> Published | None:
        """See ``Remote.publish``. Raises also as ``receive`` does; nothing has changed there then."""
        store = self._require()
        with self._failures(), store.exclusive():
            before = self._standing(store)
            if (before.epoch if before else 0) != (standing.epoch if standing else 0):
                return None
            received = receive(
                store,
                moves,
                objects,
                address=self._address,
                author=self._author,
                now=self._now,
                progress=progress,
            )
            after = self._standing(store)
            if received is None or after is None:
                return None
        return Published(after, after.generation, (), received.objects, received.size_bytes)

    def find(self, object_id: ObjectId) -> Packable | None:
        """One object, verified against its id; None where it is not there. Raises Damaged."""
        store = self._require()
        with self._failures(), store.snapshot():
            kind = store.objects.kind_of(object_id)
            return None if kind is None else Packable(object_id, kind, store.objects.read(object_id, kind))

    def close(self) -> None:
        """Close the store. Safe to call twice."""
        if self._fetching is not None:
            self._fetching.close()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _open(self) -> Repository | None:
        if self._store is None and os.path.lexists(self.path):
            if _is_same(self.path, self._here):
                raise NotARemote(self._address, "is this store itself")
            with self._failures():
                try:
                    self._store = Repository.open(
                        self.path, trusted=self._trusted, patience_seconds=self._patience_seconds
                    )
                except NoStore:
                    return None
        return self._store

    def _require(self) -> Repository:
        store = self._open()
        if store is None:
            raise NotARemote(self._address, "is called as a store is, and there is none")
        return store

    def _standing(self, store: Repository) -> Standing | None:
        head = store.log.head()
        if not head.number:
            return None
        refs = {
            prefix + name: target for prefix in (BRANCHES, TAGS, SESSIONS) for name, target in store.refs.list(prefix)
        }
        for ref in refs:
            _require_shareable(ref)
        return Standing(self._identity(store), head.number, head.hash, _epoch(store), store.workspace.head.branch, refs)

    def _identity(self, store: Repository) -> str:
        """That of what was seen there last, if the log still holds that; else by the oldest operation in it.

        A purge gives all operations before it other hashes.
        """
        known = self._known
        if known.identity is not None and (
            store.log.hash_of(known.generation) == known.manifest or store.log.was_rewritten_since(known.generation)
        ):
            return known.identity
        return blake3(b"memora1 store\0" + store.log.oldest().hash).hexdigest()[:32]

    def _read(
        self, roots: Collection[ObjectId], missing: Missing, progress: Progress
    ) -> Generator[Packable, None, None]:
        store = self._require()

        def is_here(object_id: ObjectId) -> bool:
            return not missing((object_id,))

        with self._failures(), store.snapshot():
            for count, item in enumerate(closure(store.objects, roots, is_here), 1):
                yield item
                if count % _SHOWN_EVERY == 0:
                    progress("objects fetched", count)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Say of what is wrong that it is wrong there."""
        try:
            yield
        except (Busy, ReadOnly) as error:
            raise RemoteUnavailable(self._address, str(error)) from None
        except (DamagedObject, MissingObject):
            raise  # of the objects that are sent, perhaps; they say which it is
        except DamagedRemote:
            raise
        except Damaged as error:
            raise DamagedRemote("the store", str(error)) from None


def _is_same(path: str, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def _epoch(store: Repository) -> int:
    """A number that grows whenever objects may have gone from a store that others were told are there.

    Whatever was pushed is kept by the operation that took it in. So it goes only when ``prune`` forgets that, or by a
    purge.
    """
    oldest = store.log.oldest().number
    return max(oldest - 1, 0) + store.refs.purges.count()


def _require_shareable(ref: str) -> None:
    try:
        clean_shared_ref(ref)
    except (BadName, ValueError) as error:
        raise DamagedRemote("the store", str(error)) from None
