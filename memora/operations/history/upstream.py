"""Say which branch of a remote a branch follows."""

from __future__ import annotations

from memora.errors import BadUsage, NotFound
from memora.model.ids import CommitId
from memora.operations.history.branch import Branch, find_branch, known_name, unknown_branch
from memora.operations.history.tracking import find_tracked
from memora.operations.revisions import REMOTES
from memora.repository import Repository
from memora.storage.remotes import Upstream


def set_upstream(repository: Repository, upstream: str, branch: str | None = None) -> Branch:
    """Let a branch, by default the current one, follow a branch of a remote such as ``origin/main``.

    No operation: ``undo`` does not take it back. Raises NotFound where the branch, the remote or its branch is not
    known, BadUsage where no branch is named and none is current.
    """
    with repository.exclusive():
        name, commit = _named(repository, branch)
        remote, _, followed = upstream.partition("/")
        repository.refs.remotes.get(remote)
        if repository.refs.find(REMOTES + upstream) is None:
            raise _unknown(repository, upstream)
        repository.refs.remotes.set_upstream(name, Upstream(remote, followed))
        return _branch(repository, name, commit)


def unset_upstream(repository: Repository, branch: str | None = None) -> Branch:
    """Let a branch, by default the current one, follow nothing. Raises as ``set_upstream``, NotFound also for that."""
    with repository.exclusive():
        name, commit = _named(repository, branch)
        if not repository.refs.follows(name):
            raise NotFound("upstream of branch", name)
        repository.refs.remotes.set_upstream(name, None)
        return _branch(repository, name, commit)


def _branch(repository: Repository, name: str, commit: CommitId | None) -> Branch:
    current = repository.workspace.head.branch == name
    return Branch(name, commit, current, tracked=find_tracked(repository, name, commit))


def _named(repository: Repository, branch: str | None) -> tuple[str, CommitId | None]:
    """A branch that exists, or is to be begun by a workspace's first commit, and its newest commit."""
    head = repository.workspace.head
    if branch is None and head.branch is None:
        raise BadUsage("this workspace is on no branch; name the branch")
    name = known_name(branch) if branch is not None else head.branch or ""
    commit = find_branch(repository, name)
    if commit is None and name != head.branch:
        raise unknown_branch(repository, name)
    return name, commit


def _unknown(repository: Repository, upstream: str) -> NotFound:
    from difflib import get_close_matches

    remote, _, branch = upstream.partition("/")
    names = [name for name, _ in repository.refs.list(f"{REMOTES}{remote}/")]
    similar = get_close_matches(branch, names, 3)
    return NotFound("remote branch", upstream, tuple(f"{remote}/{name}" for name in similar))
