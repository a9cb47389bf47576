"""What branches follow: the branch of a remote, and how far the two lie apart."""

from __future__ import annotations

from typing import NamedTuple

from memora.errors import NotFound
from memora.history.graph import Distance, distance
from memora.history.revisions import SessionMoment, find_ref, parse_revision
from memora.model.ids import CommitId
from memora.operations.revisions import REMOTES, StoreNames
from memora.repository import Repository
from memora.storage.remotes import Upstream


class Tracked(NamedTuple):
    """The branch of a remote that a branch follows.

    ``distance`` is of the branch from it: None where one of the two has no commit that is known here.
    """

    remote: str
    branch: str
    distance: Distance | None

    @property
    def name(self) -> str:
        """The two as a revision: ``origin/main``."""
        return f"{self.remote}/{self.branch}"


def find_tracked(repository: Repository, branch: str, commit: CommitId | None) -> Tracked | None:
    """What a branch with a newest commit follows, or None. Cost follows the commits that only one of them has."""
    upstream = repository.refs.remotes.upstream(branch)
    return None if upstream is None else measure(repository, upstream, commit)


def measure(repository: Repository, upstream: Upstream, commit: CommitId | None) -> Tracked:
    """How far a commit lies from what was seen last of a remote's branch."""
    tip = find_tip(repository, upstream)
    if tip is None or commit is None:
        return Tracked(*upstream, None)
    return Tracked(*upstream, distance(repository.index.commits, commit, tip))


def find_tip(repository: Repository, upstream: Upstream) -> CommitId | None:
    """The commit at which a remote's branch was seen last, or None."""
    target = repository.refs.find(f"{REMOTES}{upstream.remote}/{upstream.branch}")
    return None if target is None else CommitId(target)


def followed_by_start(repository: Repository, start: str) -> Upstream | None:
    """The remote's branch that a revision names and nothing else: a branch that starts there follows it."""
    revision = parse_revision(start)
    if isinstance(revision, SessionMoment) or revision.at is not None or revision.steps:
        return None
    ref = find_ref(revision.name, StoreNames(repository))
    if ref is None or not ref.startswith(REMOTES):
        return None
    remote, _, branch = ref.removeprefix(REMOTES).partition("/")
    return Upstream(remote, branch) if branch and repository.refs.remotes.find(remote) is not None else None


def guess_upstream(repository: Repository, name: str) -> Upstream | None:
    """The one remote's branch of a name that no branch here has; None where there is none.

    Raises NotFound, which names them, where several remotes have one.
    """
    candidates = [Upstream(remote.name, name) for remote in repository.refs.remotes.list()]
    found = [upstream for upstream in candidates if find_tip(repository, upstream) is not None]
    if len(found) > 1:
        raise NotFound("branch", name, tuple("/".join(upstream) for upstream in found))
    return found[0] if found else None
