"""Which commit each part of a memory comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from memora.errors.history import NotCommitted
from memora.history.blame import Origin
from memora.history.blame import blame as trace_origins
from memora.history.changes import dispute_sides
from memora.history.load import load_commit, load_node
from memora.model.commit import Commit
from memora.model.ids import CommitId, VersionId
from memora.model.node import Node
from memora.operations.history.standing import pending_merge
from memora.operations.naming import find_node_at, read_current, resolve_node
from memora.operations.revisions import resolve_commit, resolve_tree
from memora.repository import Repository
from memora.storage.read_ahead import ReadAhead
from memora.storage.session_log import COMMITTED
from memora.tree.lookup import lookup


class BlamedValue(NamedTuple):
    """A value of a node, and the commit that set it; None where it is not committed yet."""

    origin: Origin
    commit: Commit | None


class Blame(NamedTuple):
    """A node and where its values come from, in order of the fields; in a dispute, what its ``sides`` say."""

    node: Node
    values: tuple[BlamedValue, ...]
    sides: tuple[tuple[VersionId, str], ...] = ()


def blame(repository: Repository, name: str, *, now: int, revision: str | None = None) -> Blame:
    """Where each value of a node comes from, as it is now or as it was in a revision. Raises NotFound, Ambiguous."""
    with repository.snapshot():
        node, commits = _state(repository, name, now, revision)
        objects = ReadAhead(repository.objects)
        origins = trace_origins(objects, repository.index.commits, node, commits)
        origins = _with_sessions(repository, origins)
        known = {
            commit: load_commit(repository.objects, commit)
            for commit in {origin.commit for origin in origins}
            if commit is not None
        }
        return Blame(
            node,
            tuple(BlamedValue(origin, known[origin.commit] if origin.commit else None) for origin in origins),
            dispute_sides(objects, node),
        )


def _with_sessions(repository: Repository, origins: list[Origin]) -> list[Origin]:
    """Origins whose observations name no session, with the session that made the commit."""
    wanted = {origin.commit.hex() for origin in origins if origin.session is None and origin.commit is not None}
    if not wanted:
        return origins
    made = {str(event.data.get("commit")): event.session for event in repository.sessions.of_type(COMMITTED)}
    return [
        origin._replace(session=made.get(origin.commit.hex()))
        if origin.session is None and origin.commit is not None
        else origin
        for origin in origins
    ]


def _state(repository: Repository, name: str, now: int, revision: str | None) -> tuple[Node, Sequence[CommitId]]:
    """A node, and the commits it was made from or is recorded in."""
    if revision is None:
        return read_current(repository, resolve_node(repository, name)).node, _origins_of_working_tree(repository)
    try:
        commits = [resolve_commit(repository, revision, now)]
        tree = load_commit(repository.objects, commits[0]).tree
    except NotCommitted:  # a moment of a session with uncommitted changes
        from memora.operations.sessions.moments import heads_at

        tree, commits = resolve_tree(repository, revision, now), heads_at(repository, revision)
    version = lookup(repository.objects, tree, find_node_at(repository, tree, name))
    assert version is not None  # the tree was asked for the node's name
    return load_node(repository.objects, version), commits


def _origins_of_working_tree(repository: Repository) -> list[CommitId]:
    """The commit the working tree started from, and those of a merge that waits to be committed."""
    workspace = repository.workspace
    commits = [] if workspace.head.commit is None else [workspace.head.commit]
    waiting = pending_merge(repository, workspace.name)
    return commits if waiting is None else [*commits, *waiting.parents[1:]]
