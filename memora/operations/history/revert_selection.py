"""Which commits a revert takes back, and the changes that this means."""

from __future__ import annotations

from typing import NamedTuple

from memora.errors import BadInput
from memora.history.changes import VersionChange, version_changes
from memora.history.graph import is_ancestor, walk
from memora.history.load import load_commit
from memora.history.ranges import commits_between
from memora.model.ids import CommitId
from memora.model.names import clean_author
from memora.operations.history.standing import tree_of
from memora.operations.history.transplant import changes_of
from memora.operations.revisions import resolve_commit
from memora.operations.sessions.find import find_session
from memora.operations.sessions.own_changes import own_changes, own_commits
from memora.repository import Repository

RANGE = ".."


class Wanted(NamedTuple):
    """What to take back: one commit or a range ``A..B``, all commits of an author, or all that a session did.

    One of the three is set. ``mainline`` is the parent that a merge is counted against, from 1.
    """

    revision: str | None = None
    author: str | None = None
    session: str | None = None
    mainline: int | None = None


class Selection(NamedTuple):
    """Commits to be taken back, the newest first, and what they changed, in the same order.

    ``name`` says in words which they are. ``passed_over`` counts merges that were left alone. Of a ``session`` the
    changes are those of its commands, the last first, and the commits those that it made.
    """

    commits: tuple[CommitId, ...]
    changes: tuple[list[VersionChange], ...]
    name: str
    passed_over: int = 0
    session: str | None = None


def select(repository: Repository, wanted: Wanted, tip: CommitId | None, now: int) -> Selection:
    """The commits that are wanted; an author's are looked for in the history of ``tip``.

    Raises ParentNeeded for a merge without ``mainline``, NotFound, Ambiguous, BadInput.
    """
    if wanted.session is not None:
        return _by_session(repository, wanted.session)
    if wanted.author is not None:
        return _by_author(repository, clean_author(wanted.author), tip, wanted.mainline)
    revision = wanted.revision or "HEAD"
    if RANGE in revision:
        return _range(repository, revision, wanted.mainline, now)
    commit = resolve_commit(repository, revision, now)
    return Selection((commit,), (list(changes_of(repository, commit, wanted.mainline)),), revision)


def _range(repository: Repository, name: str, mainline: int | None, now: int) -> Selection:
    """``A..B``. Where A is an ancestor of B that is one change, from B to A, whatever was merged in between."""
    first, _, last = name.partition(RANGE)
    if last.startswith("."):
        raise BadInput("range", f"{name!r} has three dots; two mean what B has and A has not")
    graph = repository.index.commits
    start, end = (resolve_commit(repository, revision or "HEAD", now) for revision in (first, last))
    commits = tuple(commits_between(graph, (start,), end))
    if is_ancestor(graph, start, end):
        whole = version_changes(repository.objects, tree_of(repository, start), tree_of(repository, end))
        return Selection(commits, (list(whole),), name)
    return Selection(commits, tuple(_changes(repository, commit, mainline) for commit in commits), name)


def _by_session(repository: Repository, name: str) -> Selection:
    """What a session's own commands changed, the last first, and the commits that it made.

    Whatever of that is not in the branch any more, or never was, takes nothing back.
    """
    session = find_session(repository, name)
    commits = own_commits(repository, session)[::-1]
    return Selection(
        tuple(commits), tuple([*own_changes(repository, session)][::-1]), f"session {session.id}", session=session.id
    )


def _by_author(repository: Repository, author: str, tip: CommitId | None, mainline: int | None) -> Selection:
    """The commits whose author is this one, whole or up to ``<``; of merges, which bring others in, none by itself."""
    commits, passed_over = [], 0
    for commit_id, entry in walk(repository.index.commits, [] if tip is None else [tip]):
        whole = load_commit(repository.objects, commit_id).author
        if author not in (whole, whole.partition("<")[0].strip()):
            continue
        if len(entry.parents) > 1 and mainline is None:
            passed_over += 1
        else:
            commits.append(commit_id)
    changes = tuple(_changes(repository, commit, mainline) for commit in commits)
    return Selection(tuple(commits), changes, f"the commits of {author}", passed_over)


def _changes(repository: Repository, commit: CommitId, mainline: int | None) -> list[VersionChange]:
    """What one of several commits changed; ``mainline`` is meant for the merges among them."""
    entry = repository.index.commits.find(commit)
    is_merge = entry is not None and len(entry.parents) > 1
    return list(changes_of(repository, commit, mainline if is_merge else None))
