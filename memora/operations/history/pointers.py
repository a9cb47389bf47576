"""Moving pointers that a transaction does not move by itself: any reference back, and the heads of other workspaces."""

from __future__ import annotations

from collections.abc import Iterable

from memora.errors import Refused
from memora.errors.history import BranchInUse, MovedSince
from memora.model.ids import ObjectId, TreeId
from memora.repository import Repository, Transaction
from memora.storage.operation_log import Move
from memora.storage.refs import BRANCHES, SESSIONS, TAGS, Head, Workspace, format_head, parse_head

_REFS = "refs/"
_WORKSPACES = "workspace/"


def put_back(repository: Repository, transaction: Transaction, moves: Iterable[Move]) -> None:
    """Make moves that some operation made once, or their reverse: each only where its pointer is still at ``before``.

    What sessions were sealed into stays: what happened, happened. Raises MovedSince where one is not, BranchInUse
    where a branch goes that a workspace stands on.
    """
    gone = []
    # Names go before others come: the two may differ by no more than case.
    for move in sorted(moves, key=lambda move: move.after is not None):
        if move.pointer.startswith(SESSIONS):
            continue
        if move.pointer.startswith(_REFS):
            _put_ref(repository, transaction, move)
        else:
            _put_workspace(repository, transaction, move)
        if move.after is None and move.pointer.startswith(BRANCHES):
            gone.append(move.pointer.removeprefix(BRANCHES))
    for branch in gone:
        require_unused(repository, transaction, branch)


def require_unused(repository: Repository, transaction: Transaction, branch: str) -> None:
    """Raise BranchInUse where a workspace's working tree started from a commit of that branch."""
    for workspace in repository.refs.workspaces.list():
        head = transaction.head if workspace.name == transaction.workspace.name else workspace.head
        if head.branch == branch and head.commit is not None:
            raise BranchInUse(branch, workspace.name)


def move_head(repository: Repository, transaction: Transaction, workspace: Workspace, head: Head) -> None:
    """Put a workspace, this one or another, on a branch; its working tree stays."""
    if workspace.name == transaction.workspace.name:
        transaction.set_head(head)
        return
    before = format_head(workspace.head).encode()
    repository.refs.workspaces.set(workspace.number, head, workspace.tree)
    transaction.note_move(Move(f"{_WORKSPACES}{workspace.name}/head", before, format_head(head).encode()))


def pointer_words(pointer: str) -> tuple[str, str]:
    """What kind of thing a pointer belongs to, and its name: ``("branch", "main")``."""
    for prefix, what in ((BRANCHES, "branch"), (TAGS, "tag"), (_REFS, "reference")):
        if pointer.startswith(prefix):
            return what, pointer.removeprefix(prefix)
    return "workspace", pointer.removeprefix(_WORKSPACES).rpartition("/")[0]


def _put_ref(repository: Repository, transaction: Transaction, move: Move) -> None:
    if repository.refs.find(move.pointer) != move.before:
        raise _moved_since(repository, move.pointer)
    transaction.move_ref(move.pointer, _object_id(move.before), _object_id(move.after))


def _put_workspace(repository: Repository, transaction: Transaction, move: Move) -> None:
    name, _, part = move.pointer.removeprefix(_WORKSPACES).rpartition("/")
    own = name == transaction.workspace.name
    workspace = transaction.workspace if own else repository.refs.workspaces.find(name)
    if workspace is None or move.before is None or move.after is None:
        raise _moved_since(repository, move.pointer)
    if part == "head":
        current = transaction.head if own else workspace.head
        if current != parse_head(move.before.decode()):
            raise _moved_since(repository, move.pointer)
        move_head(repository, transaction, workspace, parse_head(move.after.decode()))
    elif own:
        if transaction.tree != move.before:
            raise _moved_since(repository, move.pointer)
        transaction.set_tree(TreeId(ObjectId(move.after)))
    else:
        raise Refused(f"the working tree of workspace {name!r} moves only in that workspace")


def _moved_since(repository: Repository, pointer: str) -> MovedSince | Refused:
    what, name = pointer_words(pointer)
    newest = next(repository.log.moves_of(pointer), None)
    if newest is None:
        return Refused(f"{what} {name!r} is not where the operation log says")
    operation = newest[0]
    return MovedSince(what, name, operation.number, operation.command, operation.workspace)


def _object_id(value: bytes | None) -> ObjectId | None:
    return None if value is None else ObjectId(value)
