"""Erase here what was erased at a remote."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from memora.evidence.files import Files
from memora.model.ids import CommitId
from memora.operations.care.purge import Erased, NothingToPurge, Task, erase
from memora.operations.care.purging.elsewhere import Elsewhere
from memora.operations.remotes.fetch import fetch, no_progress
from memora.operations.remotes.places import look, open_place, require_remote
from memora.remotes.manifest import BRANCHES
from memora.remotes.ports import Progress
from memora.repository import Repository

_MOST_TRIES: Final = 20


def purge_from(
    repository: Repository,
    name: str,
    *,
    author: str,
    now: int,
    files: Files | None = None,
    dry_run: bool = False,
    trusted: Collection[str] = (),
    progress: Progress = no_progress,
) -> Erased | NothingToPurge:
    """Erase here what was erased at a remote, and make the same history of it that was made there.

    It is fetched first. Raises as ``fetch`` and ``purge`` do.
    """
    with open_place(repository, repository.refs.remotes.get(name), trusted=trusted) as place:
        for _ in range(_MOST_TRIES):
            fetch(repository, name, author=author, now=now, trusted=trusted, progress=progress, place=place)
            remote = repository.refs.remotes.get(name)
            standing = require_remote(remote, look(place, remote))
            if standing.digest == remote.manifest:
                break  # else what took the place of what was erased meanwhile is not here
        purges = place.purged(standing)

    def find() -> Task:
        apart = _written_apart(repository, purges.commits)
        elsewhere = Elsewhere(purges.ids, purges.commits, standing.refs, apart, name)
        return Task(elsewhere.words(repository.objects), elsewhere)

    return erase(repository, find, author=author, now=now, files=files, dry_run=dry_run)


def branches_gone_at(repository: Repository, name: str) -> tuple[str, ...]:
    """The branches here that follow one which a remote has not any more: whoever erased its name may have meant it."""
    remotes = repository.refs.remotes
    there = remotes.tips(remotes.get(name))
    return tuple(
        branch
        for branch, upstream in remotes.upstreams()
        if upstream.remote == name and BRANCHES + upstream.branch not in there
    )


def _written_apart(repository: Repository, theirs: Mapping[CommitId, CommitId]) -> dict[CommitId, CommitId]:
    """What was put in the place of commits here that a remote has other ones for, and those.

    The purge that did it knew nothing of theirs, so what it has written may say what they erased.
    """
    ours = {old: new for old, new in repository.refs.purges.rewritten().items() if theirs.get(old, new) != new}
    known = repository.refs.purges.has(ours.values())
    return {new: theirs[old] for old, new in ours.items() if new not in theirs and new not in known}
