"""What another store pushes here: objects, references and the workspaces on them, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from memora.errors.history import BranchInUse
from memora.errors.remotes import BranchBusyThere
from memora.history.changes import version_changes
from memora.history.load import load_commit
from memora.model.ids import CommitId, ObjectId, SessionId
from memora.operations.history.standing import PENDING_MERGES, tree_of
from memora.operations.remotes.arrivals import require_kinds, take_in
from memora.operations.remotes.sessions import take_in_session
from memora.operations.sessions.end import stand_aside
from memora.remotes.manifest import clean_shared_ref
from memora.remotes.ports import Packable, Progress, RefMove
from memora.repository import Repository, Transaction
from memora.storage.refs import BRANCHES, SESSIONS, Head, Workspace

COMMAND: Final = "receive"


class Received(NamedTuple):
    """The objects that came, whether new or not, and the bytes of their bodies."""

    objects: tuple[ObjectId, ...]
    size_bytes: int


def receive(
    repository: Repository,
    moves: Sequence[RefMove],
    items: Iterable[Packable],
    *,
    address: str,
    author: str,
    now: int,
    progress: Progress,
) -> Received | None:
    """Take in objects and move references, inside of ``exclusive``; None where one is not as expected any more.

    Workspaces on a branch that moves follow it, each by an operation of its own, so that each can undo that. Raises
    BranchBusyThere where one has uncommitted changes, BranchInUse where its branch would go, LooksAlike,
    AlreadyExists for a session, and as ``take_in``; the caller's transaction is then to be rolled back.
    """
    if any(repository.refs.find(clean_shared_ref(move.name)) != move.expected for move in moves):
        return None
    following = _following(repository, moves, address)
    counter = _Counter(items)
    take_in(repository, counter, f"a push by {author}", progress)
    require_kinds(repository.objects.kind_of, {move.name: move.target for move in moves if move.target is not None})
    first = next(iter(following), repository.workspace.name)
    transaction = Transaction(repository, first, COMMAND, author, now)
    for move in sorted(moves, key=lambda move: move.target is not None):  # another name may look like one that goes
        if move.name.startswith(SESSIONS) and move.target is not None:
            take_in_session(repository, move.name.removeprefix(SESSIONS), SessionId(move.target))
        transaction.move_ref(move.name, move.expected, move.target)
    transaction.summary = f"from {author}: {', '.join(move.name.split('/', 2)[-1] for move in moves)}"
    if not following:
        stand_aside(repository, transaction)  # what this workspace did last is still what its undo is about
    for name, head in following.items():
        if name != first:
            transaction = Transaction(repository, name, COMMAND, author, now)
            transaction.summary = f"from {author}: {head.branch}"
        _follow(repository, transaction, head)
        transaction.finish()
    if not following:
        transaction.finish()
    return Received(tuple(counter.ids), counter.size_bytes)


class _Counter:
    """Objects as they come, counted."""

    def __init__(self, items: Iterable[Packable]) -> None:
        self._items = items
        self.ids: list[ObjectId] = []
        self.size_bytes = 0

    def __iter__(self) -> Iterator[Packable]:
        for item in self._items:
            self.ids.append(item.id)
            self.size_bytes += len(item.body)
            yield item


def _following(repository: Repository, moves: Sequence[RefMove], address: str) -> dict[str, Head]:
    """The workspaces on branches that move, by name, and where each will be. Raises where one stands in the way."""
    targets = {move.name.removeprefix(BRANCHES): move.target for move in moves if move.name.startswith(BRANCHES)}
    following = {}
    for workspace in repository.refs.workspaces.list():
        branch = workspace.head.branch
        if branch is None or branch not in targets:
            continue
        target = targets[branch]
        if target is None:
            raise BranchInUse(branch, workspace.name)
        if not _is_clean(repository, workspace):
            raise BranchBusyThere(branch, workspace.name, address)
        following[workspace.name] = Head(branch, CommitId(target))
    return following


def _is_clean(repository: Repository, workspace: Workspace) -> bool:
    """Whether a workspace has nothing that its commit has not, and no merge waits in it."""
    if repository.refs.find(PENDING_MERGES + workspace.name) is not None:
        return False
    before = tree_of(repository, workspace.head.commit)
    return next(version_changes(repository.objects, before, workspace.tree), None) is None


def _follow(repository: Repository, transaction: Transaction, head: Head) -> None:
    assert head.commit is not None
    transaction.set_head(head)
    transaction.set_tree(load_commit(repository.objects, head.commit).tree)
