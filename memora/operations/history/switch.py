"""Put a workspace on another branch or commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from memora.errors import AlreadyExists, Ambiguous, BadInput, NotFound
from memora.errors.history import BranchExpected, CarryClash
from memora.history.changes import version_changes
from memora.history.load import load_commit
from memora.merge.trees import merge_trees
from memora.model.ids import CommitId
from memora.model.names import clean_ref_name
from memora.operations.history.branch import (
    add_branch,
    find_branch,
    find_upstream_of_start,
    follow,
    is_named,
    known_name,
    require_free,
    unknown_branch,
)
from memora.operations.history.standing import is_clean, require_no_merge, tree_of, uncommitted_error
from memora.operations.revisions import REMOTES, resolve_commit
from memora.repository import Repository, Transaction
from memora.storage.refs import Head, parse_head
from memora.tree.edit import write_empty

if TYPE_CHECKING:
    from memora.operations.history.tracking import Tracked

PREVIOUS = "-"


class Switched(NamedTuple):
    """Where a workspace is now, and how it got there.

    ``moved`` is to the tip of the branch it was on, which another workspace had moved; ``already`` where nothing
    changed. ``carried`` uncommitted changes came along. ``left`` is the commit it was on without a branch, if no branch
    or tag has that. ``tracked`` is what a new branch follows.
    """

    outcome: Literal["switched", "created", "detached", "moved", "already"]
    head: Head
    subject: str = ""
    carried: int = 0
    left: CommitId | None = None
    tracked: Tracked | None = None


def switch(repository: Repository, name: str, *, carry: bool = False, author: str, now: int) -> Switched:
    """Put the workspace on a branch and its working tree at the tip; ``-`` is where it was before.

    A name that one remote alone has makes that branch here, which follows the remote's. Raises Uncommitted where that
    would lose changes, unless ``carry`` takes them along, which raises CarryClash where it cannot; MergeWaiting;
    NotFound; BranchExpected for another revision.
    """
    with repository.transaction("switch", author=author, now=now) as transaction:
        made = None if name == PREVIOUS else _make_of_remote(repository, transaction, name, now)
        if made is not None:
            head = made
        else:
            head = _previous(repository, transaction) if name == PREVIOUS else _on_branch(repository, name, now)
        here = transaction.head
        if head == here:
            return Switched("already", here)
        carried = _go(repository, transaction, head, carry=carry)
        outcome: Literal["switched", "created", "detached", "moved"] = "switched"
        if made is not None:
            outcome = "created"
        elif head.branch is None:
            outcome = "detached"
        elif head.branch == here.branch:
            outcome = "moved"
        return _finish(repository, transaction, outcome, here, carried)


def switch_to_new(
    repository: Repository, name: str, start: str | None, *, carry: bool = False, author: str, now: int
) -> Switched:
    """Make a branch at a revision, by default HEAD, and put the workspace on it.

    Uncommitted changes come along where the commit stays the same; else as in ``switch``. Raises BadName,
    AlreadyExists, NotFound.
    """
    name = clean_ref_name("branch", name)
    with repository.transaction("switch", author=author, now=now) as transaction:
        here = transaction.head
        commit = here.commit if start is None else resolve_commit(repository, start, now)
        if commit is None:
            if name == here.branch:
                raise AlreadyExists("branch", name)
            require_free(repository, name)
            follow(repository, name, None)
        else:
            add_branch(repository, transaction, name, commit, find_upstream_of_start(repository, start))
        carried = _go(repository, transaction, Head(name, commit), carry=carry, keep=commit == here.commit)
        return _finish(repository, transaction, "created", here, carried)


def switch_to_commit(repository: Repository, revision: str, *, carry: bool = False, author: str, now: int) -> Switched:
    """Put the workspace on a commit and no branch. Uncommitted changes as in ``switch_to_new``. Raises NotFound."""
    with repository.transaction("switch", author=author, now=now) as transaction:
        here = transaction.head
        commit = resolve_commit(repository, revision, now)
        if here == Head(None, commit):
            return Switched("already", here, load_commit(repository.objects, commit).subject)
        carried = _go(repository, transaction, Head(None, commit), carry=carry, keep=commit == here.commit)
        return _finish(repository, transaction, "detached", here, carried)


def _on_branch(repository: Repository, name: str, now: int) -> Head:
    """The head of a branch that exists, or of the one the workspace is on that has no commit yet."""
    try:
        branch = known_name(name)
    except NotFound:
        branch = None
    if branch is not None:
        tip = find_branch(repository, branch)
        if tip is not None or repository.workspace.head == Head(branch):
            return Head(branch, tip)
    try:
        resolve_commit(repository, name, now)
    except (NotFound, BadInput):
        raise unknown_branch(repository, name) from None
    except Ambiguous:
        pass
    raise BranchExpected(name)


def _make_of_remote(repository: Repository, transaction: Transaction, name: str, now: int) -> Head | None:
    """A new branch that follows the one of its name that a remote has; None where the name means anything else.

    Raises NotFound where several remotes have one.
    """
    if not repository.refs.list(REMOTES):
        return None
    try:
        branch = known_name(name)
    except NotFound:
        return None
    if find_branch(repository, branch) is not None or repository.workspace.head == Head(branch):
        return None
    try:
        resolve_commit(repository, branch, now)
    except NotFound:
        pass
    except Ambiguous:
        return None
    else:
        return None
    from memora.operations.history.tracking import find_tip, guess_upstream

    upstream = guess_upstream(repository, branch)
    tip = None if upstream is None else find_tip(repository, upstream)
    if tip is None:
        return None
    add_branch(repository, transaction, branch, tip, upstream)
    return Head(branch, tip)


def _tracked(repository: Repository, head: Head) -> Tracked | None:
    if head.branch is None or not repository.refs.follows(head.branch):
        return None
    from memora.operations.history.tracking import find_tracked

    return find_tracked(repository, head.branch, head.commit)


def _previous(repository: Repository, transaction: Transaction) -> Head:
    """Where the workspace was before it was switched last. Raises NotFound."""
    pointer = f"workspace/{transaction.workspace.name}/head"
    for operation, move in repository.log.moves_of(pointer):
        if move.before is None or move.after is None or operation.command == "branch":
            continue  # A branch that got another name is the same place.
        before, after = parse_head(move.before.decode()), parse_head(move.after.decode())
        if before.branch != after.branch and before.branch is not None:
            tip = find_branch(repository, before.branch)
            if tip is None and operation.command != "switch":
                continue
            if tip is None:
                raise unknown_branch(repository, before.branch)
            return Head(before.branch, tip)
        if before.branch is None and (after.branch is not None or operation.command == "switch"):
            return before
    raise NotFound("previous branch", PREVIOUS)


def _go(repository: Repository, transaction: Transaction, head: Head, *, carry: bool, keep: bool = False) -> int:
    """Move head and working tree; give how many uncommitted changes came along. ``keep`` leaves the tree alone."""
    require_no_merge(repository, transaction)
    target = tree_of(repository, head.commit) or write_empty(repository.objects)
    if is_clean(repository, transaction):
        transaction.set_tree(target)
        carried = 0
    elif keep:
        carried = 0
    elif carry:
        carried = _carry(repository, transaction, head.commit)
    else:
        raise uncommitted_error(repository, transaction)
    transaction.set_head(head)
    return carried


def _carry(repository: Repository, transaction: Transaction, commit: CommitId | None) -> int:
    """Make the working tree that of a commit with the uncommitted changes on top."""
    objects = repository.objects
    target = tree_of(repository, commit) or write_empty(objects)
    merge = merge_trees(objects, tree_of(repository, transaction.head.commit), transaction.tree, target)
    if merge.clashes:
        raise CarryClash(tuple(node.hex() for node in merge.clashes))
    transaction.set_tree(target)
    transaction.set_nodes(merge.changes)
    return sum(1 for _ in version_changes(objects, target, transaction.tree))


def _finish(
    repository: Repository,
    transaction: Transaction,
    outcome: Literal["switched", "created", "detached", "moved"],
    before: Head,
    carried: int,
) -> Switched:
    head = transaction.head
    transaction.summary = f"{_name(before)} → {_name(head)}"
    subject = "" if head.commit is None else load_commit(repository.objects, head.commit).subject
    left = before.commit if before.branch is None else None
    if left is not None and (left == head.commit or is_named(repository, left)):
        left = None
    return Switched(outcome, head, subject, carried, left, _tracked(repository, head) if outcome == "created" else None)


def _name(head: Head) -> str:
    return head.branch or (head.commit.hex()[:8] if head.commit else "no commit")
