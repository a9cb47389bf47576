"""Which side of a dispute is ours and which is theirs: as the commit saw it that made the dispute."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple

from memora.history.graph import walk
from memora.history.load import load_commit, load_node
from memora.model.commit import Commit
from memora.model.ids import CommitId, NodeId, TreeId, VersionId
from memora.model.node import NodeVersion
from memora.operations.history.standing import pending_merge
from memora.repository import Repository
from memora.tree.follow import Follower
from memora.tree.lookup import lookup_many

# How far back the commit that made a dispute is looked for; beyond it the sides come in order of their ids.
_COMMITS_BACK: Final = 1000


class Sides(NamedTuple):
    """The sides of a dispute; None where one had deleted the node. ``others`` are those beyond two."""

    ours: NodeVersion | None
    theirs: NodeVersion | None
    others: tuple[NodeVersion, ...] = ()


def tell_sides(repository: Repository, node: NodeId, versions: tuple[VersionId, ...]) -> Sides:
    """The sides of the dispute about a node: ours is what the branch had before, the first parent of the commit.

    Fast-forwards and merges that only brought the dispute along change nothing about that.
    """
    sides = [NodeVersion(load_node(repository.objects, version), version) for version in versions]
    made = _find_origin(repository, node, versions)
    if made is None:
        return _in_order(sides)
    had = _stood_for(repository, load_commit(repository.objects, made.parents[0]).tree, node, sides)
    ours = [side for side in sides if side.version in had]
    theirs = [side for side in sides if side.version not in had]
    if len(sides) == 1:
        return Sides(ours[0], None) if ours else Sides(None, theirs[0])
    if not ours or not theirs:
        return _in_order(sides)
    return Sides(ours[0], theirs[0], (*ours[1:], *theirs[1:]))


def _in_order(sides: list[NodeVersion]) -> Sides:
    two: list[NodeVersion | None] = [*sides[:2]]
    first, second = (*two, None, None)[:2]
    return Sides(first, second, tuple(sides[2:]))


def _find_origin(repository: Repository, node: NodeId, versions: tuple[VersionId, ...]) -> Commit | None:
    """The newest commit that has this dispute and no parent of which has it; a merge that waits is the newest."""
    objects = repository.objects
    follower = Follower(objects, node)
    disputes: dict[VersionId, bool] = {}

    def has(commit: Commit) -> bool:
        version = follower.version_in(commit.tree)
        if version is None:
            return False
        if version not in disputes:
            dispute = load_node(objects, version).dispute
            disputes[version] = dispute is not None and dispute.sides == versions
        return disputes[version]

    for commit in _newest_first(repository):
        if commit.parents and has(commit) and not any(has(load_commit(objects, parent)) for parent in commit.parents):
            return commit
    return None


def _newest_first(repository: Repository) -> Iterable[Commit]:
    waiting = pending_merge(repository, repository.workspace.name)
    if waiting is not None:
        yield waiting
    head = repository.workspace.head.commit
    starts: list[CommitId] = [] if head is None else [head]
    for commit, _ in islice(walk(repository.index.commits, starts), _COMMITS_BACK):
        yield load_commit(repository.objects, commit)


def _stood_for(repository: Repository, tree: TreeId, node: NodeId, sides: list[NodeVersion]) -> set[VersionId]:
    """What a tree had of the dispute: versions of the node, or of others that it shares its key with now."""
    had: set[VersionId] = set()
    for version in lookup_many(repository.objects, tree, {node, *(side.node.id for side in sides)}).values():
        dispute = load_node(repository.objects, version).dispute
        had.update(dispute.sides if dispute else (version,))
    return had
