"""Take in what a bundle brings, as a fetch takes in what a remote has."""

from __future__ import annotations

from typing import Final, NamedTuple

from memora.errors import AlreadyExists, DamagedObject, MissingObject
from memora.errors.remotes import DamagedBundle, DamagedRemote, PrerequisitesMissing
from memora.model.ids import CommitId
from memora.operations.remotes.arrivals import examine, require_kinds, take_in_examined
from memora.operations.remotes.fetch import (
    RefChange,
    no_progress,
    only_sessions,
    orders_brought,
    set_followed,
    take_name,
)
from memora.operations.remotes.orders import Order
from memora.operations.revisions import REMOTES
from memora.operations.second_process import apart
from memora.operations.sessions.end import stand_aside
from memora.operations.share.remotes import clean_remote_name
from memora.remotes.bundle import BundleHeader, open_bundle
from memora.remotes.ports import Progress
from memora.repository import Repository
from memora.storage.refs import BRANCHES

DEFAULT_NAME: Final = "bundle"


class Unbundled(NamedTuple):
    """What a bundle brought: references that moved, and how many objects, versions and commits were new.

    Its branches are at ``refs/remotes/NAME/``, as those of a remote are. ``orders`` are as in ``Fetched``.
    """

    name: str
    header: BundleHeader
    changes: tuple[RefChange, ...]
    objects: int
    versions: int
    commits: int
    orders: tuple[Order, ...] = ()


def unbundle(
    repository: Repository,
    path: str,
    *,
    author: str,
    now: int,
    name: str = DEFAULT_NAME,
    progress: Progress = no_progress,
) -> Unbundled:
    """Take in a bundle in one transaction; nothing is merged, and the working tree is not touched.

    What comes is marked with ``name``. Raises NotABundle, NewerBundle, DamagedBundle, PrerequisitesMissing, Purged;
    AlreadyExists where a remote has that name, BadName.
    """
    name = clean_remote_name(name)
    with (
        open_bundle(path) as bundle,
        apart(examine(bundle.objects()), bundle.count()) as batches,
        repository.transaction("unbundle", author=author, now=now) as transaction,
    ):
        if repository.refs.remotes.find(name) is not None:
            raise AlreadyExists("remote", name)
        missing = find_missing(repository, bundle.header)
        if missing:
            raise PrerequisitesMissing(path, tuple(commit.hex() for commit in missing))
        try:
            arrived = take_in_examined(repository, batches, name, progress)
            require_kinds(repository.objects.kind_of, bundle.header.refs)
        except DamagedObject as error:
            raise damaged_in(path, error) from None
        except MissingObject as error:
            raise DamagedBundle(path, str(error)) from None
        except DamagedRemote as error:
            raise DamagedBundle(path, f"of {error.name}, {error.problem}") from None
        changes = []
        for ref, target in sorted(bundle.header.refs.items()):
            followed = f"{REMOTES}{name}/{ref.removeprefix(BRANCHES)}" if ref.startswith(BRANCHES) else ref
            if repository.refs.find(followed) != target:
                change = set_followed if ref.startswith(BRANCHES) else take_name
                changes.append(change(repository, transaction, followed, target))
        if only_sessions(changes):
            stand_aside(repository, transaction)
        transaction.summary = f"{name}, by {bundle.header.author}"
        return Unbundled(
            name,
            bundle.header,
            tuple(changes),
            arrived.objects,
            arrived.versions,
            arrived.commits,
            orders_brought(changes, arrived),
        )


def damaged_in(path: str, error: DamagedObject) -> DamagedBundle:
    """What is wrong with an object, said of the bundle that it is in."""
    return DamagedBundle(path, f"in object {error.object_id[:12]}, {error.problem}")


def find_missing(repository: Repository, header: BundleHeader) -> list[CommitId]:
    """The commits that a bundle builds on and that are not here."""
    return [commit for commit in header.prerequisites if repository.objects.kind_of(commit) != "commit"]
