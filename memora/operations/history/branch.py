"""List, make, rename and delete branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from memora.errors import AlreadyExists, BadName, BadUsage, NotFound
from memora.errors.history import BranchInUse, NotMerged
from memora.history.graph import Distance, distance, is_ancestor
from memora.history.load import load_commit
from memora.model.ids import CommitId
from memora.model.names import clean_ref_name, fold_name
from memora.operations.history.pointers import move_head
from memora.operations.revisions import REMOTES, peel, resolve_commit
from memora.repository import Repository, Transaction
from memora.storage.refs import BRANCHES, TAGS

if TYPE_CHECKING:
    from memora.operations.history.tracking import Tracked
    from memora.storage.remotes import Upstream

# Beyond this difference of generations a count of commits would cost more than it tells.
_FARTHEST = 1000


class Branch(NamedTuple):
    """A branch and its newest commit, None before the first one. ``current``: this workspace is on it.

    ``remote`` is whose branch it is, None for one of this store. ``tracked`` is what it follows: None where that is
    nothing, and in a list without details.
    """

    name: str
    commit: CommitId | None
    current: bool
    remote: str | None = None
    tracked: Tracked | None = None


class BranchDetail(NamedTuple):
    """A branch, the subject of its newest commit, and how far it is from HEAD: None where that is far, or nowhere."""

    branch: Branch
    subject: str
    distance: Distance | None


class Renamed(NamedTuple):
    """A branch under its new name, and the old one."""

    old: str
    branch: Branch


def list_branches(repository: Repository, *, here: bool = True, remotes: bool = False) -> list[Branch]:
    """The branches of this store and those of remotes, each by name.

    The one this workspace is on is among them, though it may have no commit yet.
    """
    with repository.snapshot():
        found = _branches_here(repository) if here else []
        if remotes:
            found += [
                Branch(name, CommitId(target), False, name.partition("/")[0])
                for name, target in repository.refs.list(REMOTES)
            ]
        return found


def describe_branches(repository: Repository, *, here: bool = True, remotes: bool = False) -> list[BranchDetail]:
    """What ``list_branches`` gives, in more detail."""
    with repository.snapshot():
        branches = list_branches(repository, here=here, remotes=remotes)
        return [_describe(repository, _with_tracked(repository, branch)) for branch in branches]


def create_branch(repository: Repository, name: str, start: str | None, *, author: str, now: int) -> Branch:
    """A new branch at a revision, by default HEAD. One that begins at a remote's branch follows that.

    Raises BadName, AlreadyExists, NotFound; no workspace moves.
    """
    name = clean_ref_name("branch", name)
    with repository.transaction("branch", author=author, now=now) as transaction:
        commit = resolve_commit(repository, start or "HEAD", now)
        add_branch(repository, transaction, name, commit, find_upstream_of_start(repository, start))
        transaction.summary = f"{name} at {commit.hex()[:8]}"
        return _with_tracked(repository, Branch(name, commit, False))


def delete_branch(repository: Repository, name: str, *, force: bool, author: str, now: int) -> Branch:
    """Remove the name of a branch; its commits stay as long as the operation log remembers them.

    Raises NotFound; BranchInUse where any workspace is on it; NotMerged where neither HEAD nor another branch has
    its commits, unless ``force``.
    """
    with repository.transaction("branch", author=author, now=now) as transaction:
        name = known_name(name)
        for workspace in repository.refs.workspaces.list():
            if workspace.head.branch == name:
                raise BranchInUse(name, workspace.name)
        tip = find_branch(repository, name)
        if tip is None:
            raise unknown_branch(repository, name)
        if not force and not _is_merged(repository, name, tip, transaction.head.commit):
            raise NotMerged(name)
        transaction.move_ref(BRANCHES + name, tip, None)
        transaction.summary = f"-d {name}, which was at {tip.hex()[:8]}"
        return Branch(name, tip, False)


def rename_branch(repository: Repository, old: str | None, new: str, *, author: str, now: int) -> Renamed:
    """Give a branch, by default the current one, another name; every workspace on it goes along.

    Raises BadName, AlreadyExists, NotFound, and BadUsage where no branch is named and none is current.
    """
    new = clean_ref_name("branch", new)
    with repository.transaction("branch", author=author, now=now) as transaction:
        old = transaction.head.branch if old is None else known_name(old)
        if old is None:
            raise BadUsage("this workspace is on no branch; name the branch to rename")
        on_it = [workspace for workspace in repository.refs.workspaces.list() if workspace.head.branch == old]
        tip = find_branch(repository, old)
        if tip is None and not on_it:
            raise unknown_branch(repository, old)
        if new == old or find_branch(repository, new) is not None:
            raise AlreadyExists("branch", new)
        if tip is None:
            require_free(repository, new)
        _copy_upstream(repository, old, new)
        if tip is not None:  # The old name goes first: the new one may differ by no more than case.
            transaction.move_ref(BRANCHES + old, tip, None)
            transaction.move_ref(BRANCHES + new, None, tip)
        for workspace in on_it:
            move_head(repository, transaction, workspace, workspace.head._replace(branch=new))
        transaction.summary = f"-m {old} {new}"
        return Renamed(old, Branch(new, tip, transaction.head.branch == new))


def add_branch(
    repository: Repository, transaction: Transaction, name: str, commit: CommitId, upstream: Upstream | None = None
) -> None:
    """Put a new branch on a commit, and let it follow a remote's. Raises AlreadyExists."""
    if find_branch(repository, name) is not None:
        raise AlreadyExists("branch", name)
    transaction.move_ref(BRANCHES + name, None, commit)
    follow(repository, name, upstream)


def require_free(repository: Repository, name: str) -> None:
    """Raise AlreadyExists where a branch has that name, or one that looks like it: for branches without a commit."""
    for known, _ in repository.refs.list(BRANCHES):
        if fold_name(known) == fold_name(name):
            raise AlreadyExists("branch", known)


def follow(repository: Repository, name: str, upstream: Upstream | None) -> None:
    """Let a branch follow one of a remote, or nothing. What one of the same name followed that is gone counts no more.

    Until then it is remembered, so that ``undo`` brings a branch back with what it followed.
    """
    if upstream is not None or repository.refs.follows(name):
        repository.refs.remotes.set_upstream(name, upstream)


def find_upstream_of_start(repository: Repository, start: str | None) -> Upstream | None:
    """The remote's branch that a branch follows which begins at a revision; None for any other revision."""
    if start is None or not repository.refs.list(REMOTES):
        return None
    from memora.operations.history.tracking import followed_by_start

    return followed_by_start(repository, start)


def find_branch(repository: Repository, name: str) -> CommitId | None:
    """The newest commit of a branch; None where there is no such branch, or none with a commit."""
    target = repository.refs.find(BRANCHES + name)
    return None if target is None else CommitId(target)


def known_name(name: str) -> str:
    """A name in the form in which it would be known. Raises NotFound for what can be no branch's name."""
    try:
        return clean_ref_name("branch", name)
    except BadName:
        raise NotFound("branch", name) from None


def unknown_branch(repository: Repository, name: str) -> NotFound:
    """The error that no branch has a name, with those that look like it."""
    from difflib import get_close_matches

    names = [known for known, _ in repository.refs.list(BRANCHES)]
    return NotFound("branch", name, tuple(get_close_matches(name, names, 3)))


def is_named(repository: Repository, commit: CommitId) -> bool:
    """Whether a branch or tag has a commit."""
    tips = [target for _, target in repository.refs.list(BRANCHES)]
    tips += [peel(repository, target) for _, target in repository.refs.list(TAGS)]
    return commit in tips or any(is_ancestor(repository.index.commits, commit, CommitId(tip)) for tip in tips)


def _is_merged(repository: Repository, name: str, tip: CommitId, head: CommitId | None) -> bool:
    """Whether HEAD or another branch has a commit."""
    others = [CommitId(target) for other, target in repository.refs.list(BRANCHES) if other != name]
    starts = [*([] if head is None else [head]), *others]
    return tip in starts or any(is_ancestor(repository.index.commits, tip, start) for start in starts)


def _branches_here(repository: Repository) -> list[Branch]:
    current = repository.workspace.head.branch
    found = [Branch(name, CommitId(target), name == current) for name, target in repository.refs.list(BRANCHES)]
    if current is not None and not any(branch.current for branch in found):
        found.append(Branch(current, None, True))
    return sorted(found, key=lambda branch: branch.name)


def _with_tracked(repository: Repository, branch: Branch) -> Branch:
    if branch.remote is not None or not repository.refs.follows(branch.name):
        return branch
    from memora.operations.history.tracking import find_tracked

    return branch._replace(tracked=find_tracked(repository, branch.name, branch.commit))


def _copy_upstream(repository: Repository, old: str, new: str) -> None:
    upstream = repository.refs.remotes.upstream(old) if repository.refs.follows(old) else None
    follow(repository, new, upstream)


def _describe(repository: Repository, branch: Branch) -> BranchDetail:
    if branch.commit is None:
        return BranchDetail(branch, "", None)
    subject = load_commit(repository.objects, branch.commit).subject
    graph, head = repository.index.commits, repository.workspace.head.commit
    ours, theirs = graph.find(branch.commit), None if head is None else graph.find(head)
    if ours is None or theirs is None or abs(ours.generation - theirs.generation) > _FARTHEST:
        return BranchDetail(branch, subject, None)
    return BranchDetail(branch, subject, distance(graph, branch.commit, head))
