"""References, workspaces and the operation log, led to what stands in the place of what is gone."""

from __future__ import annotations

from typing import NamedTuple

from memora.model.ids import CommitId, ObjectId, TreeId
from memora.operations.care.purging.rewriting import Rewriting
from memora.storage import rewriting as rows
from memora.storage.operation_log import Move, Operation
from memora.storage.refs import Head, format_head, parse_head


class MovedRef(NamedTuple):
    """A reference that leads elsewhere or is called otherwise than before; ``after`` is None where it is gone."""

    was: str
    name: str
    before: ObjectId
    after: ObjectId | None


class MovedPointers(NamedTuple):
    """Which references moved, and how many workspaces, operations and events say something else than before."""

    refs: tuple[MovedRef, ...]
    workspaces: int
    operations: int
    events: int
    remotes: int

    @property
    def is_nothing(self) -> bool:
        """Whether all is as it was."""
        return not any(self)


def move_pointers(rewriting: Rewriting) -> MovedPointers:
    """Lead every pointer, and everything the two logs say of them, to what is there now. Raises Damaged."""
    database = rewriting.repository.index.database
    return MovedPointers(
        _references(rewriting),
        _workspaces(rewriting),
        rows.rewrite_operations(database, lambda operation: _operation(rewriting, operation)),
        rows.rewrite_sessions(database, rewriting.session, rewriting.events.rewrite),
        _remotes(rewriting),
    )


def _references(rewriting: Rewriting) -> tuple[MovedRef, ...]:
    every = [
        MovedRef(name, rewriting.names.reference(name), target, rewriting.moved(target))
        for name, _, target in rewriting.repository.refs.rows()
    ]
    moved = tuple(ref for ref in every if (ref.was, ref.before) != (ref.name, ref.after))
    if moved:
        database = rewriting.repository.index.database
        rows.replace_refs(database, {ref.name: ref.after for ref in every if ref.after is not None}.items())
    return moved


def _workspaces(rewriting: Rewriting) -> int:
    repository, moved = rewriting.repository, 0
    for before in repository.refs.workspaces.list():
        changes = rewriting.trees.changes(before.tree) if rewriting.versions else {}
        after = before._replace(
            name=rewriting.names.give("workspace", before.name),
            head=_head(rewriting, before.head),
            tree=rewriting.trees.rewrite(before.tree),
        )
        if after == before:
            continue
        moved += 1
        rows.replace_workspace(repository.index.database, after)
        repository.index.nodes.set_view(
            before.number,
            [
                (node, None if version is None else repository.objects.row_of(version))
                for node, version in changes.items()
            ],
        )
    return moved


def _remotes(rewriting: Rewriting) -> int:
    if rewriting.erasure.match is None:
        return 0
    names = rewriting.names
    return rows.rename_remotes(
        rewriting.repository.index.database,
        lambda name: names.give("remote", name),
        lambda name: names.reference(name) if name.startswith("refs/") else names.give("branch", name),
        rewriting.erasure.prose,
    )


def _operation(rewriting: Rewriting, operation: Operation) -> Operation:
    # Two marks of a bisection may have become one.
    moves = {rewriting.names.pointer(move.pointer): _move(rewriting, move) for move in operation.moves}
    return operation._replace(
        workspace=rewriting.names.give("workspace", operation.workspace),
        author=rewriting.erasure.prose(operation.author),
        summary=rewriting.erasure.summary(operation.summary),
        moves=tuple(sorted(move for move in moves.values() if move.before != move.after)),
    )


def _move(rewriting: Rewriting, move: Move) -> Move:
    return Move(
        rewriting.names.pointer(move.pointer),
        _target(rewriting, move.pointer, move.before),
        _target(rewriting, move.pointer, move.after),
    )


def _target(rewriting: Rewriting, pointer: str, value: bytes | None) -> bytes | None:
    if value is None:
        return None
    if not pointer.startswith("workspace/"):
        return rewriting.moved(ObjectId(value))
    if pointer.endswith("/head"):
        return format_head(_head(rewriting, parse_head(value.decode(errors="replace")))).encode()
    return rewriting.trees.rewrite(TreeId(ObjectId(value)))


def _head(rewriting: Rewriting, head: Head) -> Head:
    commit = None if head.commit is None else rewriting.commits.get(head.commit, CommitId(head.commit))
    return rewriting.names.head(head)._replace(commit=commit)
