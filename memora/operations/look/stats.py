"""What the store holds, in numbers."""

from __future__ import annotations

import os
from typing import NamedTuple

from memora.repository import Repository
from memora.storage.node_figures import Tally, count_observations, tally
from memora.storage.refs import BRANCHES, TAGS


class Stats(NamedTuple):
    """Counts of a workspace (down to ``disputed``) and of the whole store.

    ``observations`` are of the nodes there are now, by source. ``average_confidence`` is None where there are none.
    ``objects`` has each kind; versions are the objects of kind ``node``.
    """

    workspace: str
    branch: str | None
    tallies: tuple[Tally, ...]
    nodes: int
    average_confidence: float | None
    observations: tuple[tuple[str, int], ...]
    expired: int
    disputed: int
    objects: dict[str, int]
    branches: int
    tags: int
    workspaces: int
    size_bytes: int


def stats(repository: Repository, *, now: int) -> Stats:
    """Count everything. Cost follows the number of nodes and objects."""
    with repository.snapshot():
        workspace, index, refs = repository.workspace, repository.index.nodes, repository.refs
        tallies = tuple(tally(repository.index.database, workspace.number))
        nodes = sum(item.nodes for item in tallies)
        return Stats(
            workspace=workspace.name,
            branch=workspace.head.branch,
            tallies=tallies,
            nodes=nodes,
            average_confidence=sum(item.confidence for item in tallies) / nodes if nodes else None,
            observations=tuple(count_observations(repository.index.database, workspace.number)),
            expired=index.count_expired(workspace.number, now),
            disputed=sum(item.nodes for item in tallies if item.status == "conflicted"),
            objects=repository.objects.count_kinds(),
            branches=len(refs.list(BRANCHES)),
            tags=len(refs.list(TAGS)),
            workspaces=len(refs.workspaces.list()),
            size_bytes=_size_bytes(repository.path),
        )


def _size_bytes(path: str) -> int:
    """The sizes of all files in a folder and below."""
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, names in os.walk(path) for name in names)
