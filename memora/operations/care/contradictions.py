"""Memories under different ids that probably contradict each other, or say the same: found, never acted upon."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from memora.merge.contradictions import Suspicion, compare
from memora.model.ids import NodeId
from memora.model.node import Node, NodeVersion
from memora.model.selection import NodeFilter
from memora.operations.naming import read_row
from memora.recall.search import search
from memora.repository import Repository

# How many of the most similar memories each one is compared with.
NEIGHBOURS: Final = 8
# Deprecated memories are out of service, so they contradict nobody.
_IN_SERVICE: Final = NodeFilter(statuses=("ephemeral", "stable", "conflicted"), quarantined=False)
_QUESTION_CHARACTERS: Final = 400
_TELLS: Final = frozenset({"contradicts", "supersedes"})


class Pair(NamedTuple):
    """Two memories that may not go together, the one whose id sorts first in front, and why."""

    first: NodeVersion
    second: NodeVersion
    suspicion: Suspicion


def find_contradictions(
    repository: Repository,
    *,
    now: int,
    nodes: Iterable[NodeId] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Pair]:
    """The suspicious pairs of the working tree, the surest first; with ``nodes`` only pairs with one of these.

    Each memory is compared with those most similar by full text, so cost follows how many are asked about. Pairs
    that a ``contradicts`` or ``supersedes`` link joins already are known and left out. ``progress`` gets
    how many are done and of how many.
    """
    with repository.snapshot():
        rows = _rows(repository, nodes, now)
        found: dict[tuple[NodeId, NodeId], Pair] = {}
        for done, row in enumerate(rows, 1):
            item = read_row(repository, row)
            for other in _neighbours(repository, item.node, now):
                first, second = sorted((item, other), key=lambda side: side.node.id)
                pair = first.node.id, second.node.id
                if pair not in found and not _is_known(first.node, second.node):
                    suspicion = compare(first.node.content, second.node.content)
                    if suspicion is not None:
                        found[pair] = Pair(first, second, suspicion)
            if progress is not None:
                progress(done, len(rows))
    return sorted(found.values(), key=lambda pair: (-pair.suspicion.score, pair.first.node.id, pair.second.node.id))


def _rows(repository: Repository, nodes: Iterable[NodeId] | None, now: int) -> list[int]:
    workspace, index = repository.workspace.number, repository.index.nodes
    if nodes is None:
        return index.select(workspace, _IN_SERVICE._replace(expired=False), now)
    rows = (index.version_row(workspace, node) for node in nodes)
    return [row for row in rows if row is not None]


def _neighbours(repository: Repository, node: Node, now: int) -> list[NodeVersion]:
    hits = search(
        repository.index.text,
        node.content[:_QUESTION_CHARACTERS],
        limit=NEIGHBOURS + 1,
        now=now,
        workspace=repository.workspace.number,
        wanted=_IN_SERVICE,
    )
    return [read_row(repository, hit.row) for hit in hits if hit.node != node.id]


def _is_known(first: Node, second: Node) -> bool:
    return any(link.relation in _TELLS and link.to == second.id for link in first.links) or any(
        link.relation in _TELLS and link.to == first.id for link in second.links
    )
