"""Which objects something still leads to: a reference, a workspace, an operation that can be undone, a session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from memora.errors import Damaged
from memora.history.load import load_commit, load_tag
from memora.model.ids import OBJECT_ID_BYTES, CommitId, ObjectId, TagId, TreeId
from memora.model.node_codec import decode_node
from memora.repository import Repository
from memora.storage.operation_log import Move
from memora.storage.refs import parse_head
from memora.tree.walk import versions, walk

_IN_HEXADECIMAL = re.compile(rb"[0-9a-f]{64}")


class Root(NamedTuple):
    """Something that keeps an object: a name for people, and the object."""

    name: str
    target: ObjectId


def roots(repository: Repository, *, after_operation: int = 0) -> Iterator[Root]:
    """Everything that keeps objects; of the operations those later than one. Raises Damaged."""
    for name, target in repository.refs.list("refs/"):
        yield Root(f"refs/{name}", target)
    for workspace in repository.refs.workspaces.list():
        yield Root(f"workspace {workspace.name}", workspace.tree)
        if workspace.head.commit is not None:
            yield Root(f"workspace {workspace.name}", workspace.head.commit)
    for move in repository.log.moves_after(after_operation):
        for target in moved_objects(move):
            yield Root(f"an operation on {move.pointer}", target)
    for tree in seen_trees(repository):
        yield Root("a session", tree)


def seen_trees(repository: Repository) -> Iterator[TreeId]:
    """The working trees that sessions have seen. Raises Damaged where an event holds something else."""
    for tree in repository.sessions.trees():
        if type(tree) is not bytes or len(tree) != OBJECT_ID_BYTES:
            raise Damaged(f"an event holds {tree!r}, which is no tree's id")
        yield TreeId(ObjectId(tree))


def moved_objects(move: Move) -> Iterator[ObjectId]:
    """The objects that a move went from and to. Raises Damaged where it holds something else."""
    for value in (move.before, move.after):
        if value is None:
            continue
        if move.pointer.startswith("workspace/") and move.pointer.endswith("/head"):
            commit = parse_head(value.decode(errors="replace")).commit
            if commit is not None:
                yield commit
        elif len(value) == OBJECT_ID_BYTES:
            yield ObjectId(value)
        else:
            raise Damaged(f"a move of {move.pointer} holds {value!r}, which is no object's id")


def reach(repository: Repository, *, after_operation: int = 0) -> set[ObjectId]:
    """The ids of all objects that ``roots`` lead to, 32 bytes each.

    Raises Damaged where one of them cannot be read, because then nobody knows what it leads to.
    """
    seen: set[ObjectId] = set()
    pending = [root.target for root in roots(repository, after_operation=after_operation)]
    for text in repository.sessions.raw_data():
        pending += _named_objects(repository, text.encode())
    while pending:
        target = pending.pop()
        if target not in seen:
            pending += _follow(repository, target, seen)
    _reach_disputes(repository, seen)
    return seen


def _follow(repository: Repository, target: ObjectId, seen: set[ObjectId]) -> list[ObjectId]:
    """Add an object to ``seen``, whole where it is a tree; give what it leads to besides."""
    objects = repository.objects
    kind = objects.kind_of(target)
    if kind == "tree":
        for _, body in walk(objects, TreeId(target), seen):
            seen.update(versions(body))
        return []
    seen.add(target)
    if kind == "commit":
        commit = load_commit(objects, CommitId(target))
        overruled = [decision.overruled for decision in commit.decisions if decision.overruled is not None]
        return [commit.tree, *commit.parents, *overruled]
    if kind == "tag":
        return [load_tag(objects, TagId(target)).commit]
    if kind == "session":
        # Whatever a session's body names is kept, whichever field names it.
        return _named_objects(repository, objects.read(target, kind))
    if kind is None:
        raise Damaged(f"object {target.hex()[:12]} is named and is not there")
    return []


def _named_objects(repository: Repository, text: bytes) -> list[ObjectId]:
    """The objects whose ids stand in a text, in hexadecimal."""
    named = (ObjectId(bytes.fromhex(digits.decode())) for digits in _IN_HEXADECIMAL.findall(text))
    return [item for item in named if repository.objects.has(item)]


def _reach_disputes(repository: Repository, seen: set[ObjectId]) -> None:
    """Add what the disputed versions that are reached stand between; those may be disputed themselves."""
    disputes = {}
    for object_id, body in repository.objects.disputed():
        dispute = decode_node(body).dispute
        if dispute is not None:
            disputes[object_id] = [*dispute.sides, *([] if dispute.base is None else [dispute.base])]
    pending = [object_id for object_id in disputes if object_id in seen]
    while pending:
        for version in disputes.get(pending.pop(), ()):
            if version not in seen:
                seen.add(version)
                pending.append(version)
