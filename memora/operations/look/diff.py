"""What differs between two revisions, or between one and the working tree."""

from __future__ import annotations

from collections.abc import Generator

from memora.errors import BadUsage
from memora.history.changes import NodeChange, node_changes
from memora.history.load import load_commit
from memora.model.ids import TreeId
from memora.operations.revisions import resolve_commit, resolve_tree
from memora.repository import Repository


def diff(
    repository: Repository, start: str | None = None, end: str | None = None, *, now: int, working: bool = False
) -> Generator[NodeChange, None, None]:
    """Each node that differs from ``start`` to ``end``, streaming, in order of node id.

    Without a start, the last commit: from the parent of HEAD, or from nothing where HEAD is the first commit, to
    HEAD. With ``working`` from HEAD, or the start, to the working tree. Raises as ``resolve_commit``.
    """
    if working and end is not None:
        raise BadUsage("the working tree takes the place of the second revision")
    before, after = _trees(repository, start, end, now, working)
    return _stream(repository, before, after)


def _trees(
    repository: Repository, start: str | None, end: str | None, now: int, working: bool
) -> tuple[TreeId | None, TreeId]:
    """The two trees to compare; None for the empty one."""
    with repository.snapshot():
        if working:
            workspace = repository.workspace
            head = workspace.head.commit
            if start is not None:
                return resolve_tree(repository, start, now), workspace.tree
            return None if head is None else load_commit(repository.objects, head).tree, workspace.tree
        if start is not None:
            return resolve_tree(repository, start, now), resolve_tree(repository, end or "HEAD", now)
        newest = load_commit(repository.objects, resolve_commit(repository, "HEAD", now))
        if not newest.parents:
            return None, newest.tree
        return load_commit(repository.objects, newest.parents[0]).tree, newest.tree


def _stream(repository: Repository, before: TreeId | None, after: TreeId) -> Generator[NodeChange, None, None]:
    with repository.snapshot():
        yield from node_changes(repository.objects, before, after)
