"""The place of a remote kept small: packs folded, and what nothing leads to thrown away."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from memora.errors.remotes import RemoteNotFound
from memora.operations.remotes.fetch import no_progress
from memora.operations.remotes.places import look, open_place, require_remote
from memora.remotes.address import shown_address
from memora.remotes.compacting import Compacted, compact
from memora.remotes.packed import PackRemote
from memora.remotes.ports import Progress
from memora.remotes.sweeping import Swept, sweep
from memora.repository import Repository


def compact_remote(
    repository: Repository, name: str, *, trusted: Collection[str] = (), progress: Progress = no_progress
) -> Compacted | None:
    """Fold all small packs of a remote into as few as possible; None where it has no packs: it is a store.

    Raises NotFound, RemoteNotFound, RemoteRewritten, and as the transports do; safe to call again after any failure.
    """
    with _packs(repository, name, trusted) as (place, address):
        if place is None:
            return None
        compacted = compact(place.files, place.chain, address, progress)
        if compacted is None:
            raise RemoteNotFound(address)
        return compacted


def prune_remote(
    repository: Repository,
    name: str,
    *,
    dry_run: bool = False,
    trusted: Collection[str] = (),
    progress: Progress = no_progress,
) -> Swept | None:
    """Throw away at a remote what nothing leads to; None where it has no packs: it is a store.

    All that is there is read. Raises as ``compact_remote``, and DamagedRemote where something needed is not there;
    nothing has gone then.
    """
    with _packs(repository, name, trusted) as (place, address):
        if place is None:
            return None
        swept = sweep(place.files, place.chain, address, progress, dry_run=dry_run)
        if swept is None:
            raise RemoteNotFound(address)
        return swept


@contextmanager
def _packs(repository: Repository, name: str, trusted: Collection[str]) -> Iterator[tuple[PackRemote | None, str]]:
    """The place of a remote, if it is one of packs and is still what it was, and what to call it."""
    remote = repository.refs.remotes.get(name)
    with open_place(repository, remote, trusted=trusted) as place:
        require_remote(remote, look(place, remote))
        yield (place if isinstance(place, PackRemote) else None), shown_address(remote.address)
