"""The place that a remote's address leads to, and whether it is still what it was when it was seen last."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from memora.errors.remotes import RemoteNotFound, RemoteRewritten
from memora.model.ids import ObjectId
from memora.operations.remotes.other_store import StoreRemote, find_other_store
from memora.remotes.address import parse_address, shown_address
from memora.remotes.closure import closure
from memora.remotes.opening import open_files
from memora.remotes.packed import PackRemote
from memora.remotes.ports import Remote as Place
from memora.remotes.ports import Standing
from memora.repository import Repository
from memora.storage.remotes import Remote

INCOMING: Final = "incoming"


@contextmanager
def open_place(
    repository: Repository, remote: Remote, *, author: str = "", now: int = 0, trusted: Collection[str] = ()
) -> Iterator[Place]:
    """The place of a remote, closed after use. Whether anything is there is not asked yet.

    What is pushed into another project's store is done there by ``author`` at ``now``; ``trusted`` says which of
    these may be somebody else's.
    """
    project = os.path.dirname(repository.path)
    address, shown = parse_address(remote.address, project), shown_address(remote.address)
    store = find_other_store(address.location) if address.kind == "folder" else None
    place: Place
    if store is not None:
        place = StoreRemote(store, shown, repository.path, remote, author=author, now=now, trusted=trusted)
    else:
        spool = os.path.join(repository.path, INCOMING, str(remote.number))
        place = PackRemote(open_files(address, shared=remote.shared, directory=project), shown, spool)
    try:
        yield place
    finally:
        place.close()


@contextmanager
def reach_place(
    place: Place | None,
    repository: Repository,
    remote: Remote,
    *,
    author: str = "",
    now: int = 0,
    trusted: Collection[str] = (),
) -> Iterator[Place]:
    """A place that somebody has open already, else as ``open_place``."""
    if place is not None:
        yield place
        return
    with open_place(repository, remote, author=author, now=now, trusted=trusted) as opened:
        yield opened


def is_store(repository: Repository, name: str) -> bool:
    """Whether a remote is another project's store. Raises NotFound."""
    project = os.path.dirname(repository.path)
    address = parse_address(repository.refs.remotes.get(name).address, project)
    return address.kind == "folder" and find_other_store(address.location) is not None


def look(place: Place, remote: Remote, *, force: bool = False) -> Standing | None:
    """What is there now; None where nothing is yet and nothing ever was.

    Raises RemoteRewritten where it moved back or is another remote than it was, unless ``force``.
    """
    standing = place.look()
    problem = None if force else _find_setback(remote, standing)
    if problem is not None:
        raise RemoteRewritten(remote.name, (problem,))
    return standing


def require_remote(remote: Remote, standing: Standing | None) -> Standing:
    """What was found there. Raises RemoteNotFound where that is nothing."""
    if standing is None:
        raise RemoteNotFound(shown_address(remote.address))
    return standing


def seen_now(remote: Remote, standing: Standing) -> Remote:
    """A remote with what was seen there now."""
    return remote._replace(
        identity=standing.identity,
        generation=standing.generation,
        manifest=standing.digest,
        epoch=standing.epoch,
    )


def tips_seen(
    repository: Repository, remote: Remote, standing: Standing, looked_at: Iterable[str]
) -> dict[str, ObjectId]:
    """What to remember of the references of a remote: of those that were looked at what they name there now.

    Of all others it is what was remembered, so that what they lost meanwhile is noticed when they are looked at.
    """
    tips = repository.refs.remotes.tips(remote)
    for ref in looked_at:
        if ref in standing.refs:
            tips[ref] = standing.refs[ref]
        else:
            tips.pop(ref, None)
    return tips


def learn(repository: Repository, remote: Remote, standing: Standing, held: Iterable[ObjectId]) -> None:
    """Remember that a remote holds some objects, and all that its references lead to, as far as it is known here.

    The caller holds a transaction. Cost follows what was not known.
    """
    remotes, objects = repository.refs.remotes, repository.objects
    before = remotes.tips(remote)
    if standing.epoch != remote.epoch:
        remotes.forget_objects(remote)
        before = {}
    moved = {target for ref, target in standing.refs.items() if before.get(ref) != target}
    known = [target for target in moved if objects.has(target) and not remotes.holds(remote, target)]
    if known:
        found = closure(objects, known, lambda object_id: remotes.holds(remote, object_id))
        remotes.add_objects(remote, [item.id for item in found])
    remotes.add_objects(remote, held)  # last: what leads to others is not to hide that those are not noted yet


def short_id(target: ObjectId | None) -> str:
    """The first digits of an id, for people."""
    return "nothing" if target is None else target.hex()[:8]


def _find_setback(remote: Remote, standing: Standing | None) -> str | None:
    """In what way a remote is not what it was, by its own account; None where it is, or was never seen."""
    if remote.identity is None:
        return None
    if standing is None:
        return f"there is no remote any more, and there was one at generation {remote.generation}"
    if standing.identity != remote.identity:
        return "it is another remote than before"
    if standing.generation < remote.generation:
        return f"it is at generation {standing.generation}, and was at {remote.generation}"
    if standing.generation == remote.generation and standing.digest != remote.manifest:
        return f"its generation {standing.generation} is not what it was"
    return None
