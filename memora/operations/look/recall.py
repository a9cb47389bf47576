"""The memories that answer a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from memora.history.load import load_node
from memora.model.ids import TreeId
from memora.model.matches import Match
from memora.model.node import NodeVersion
from memora.model.selection import EVERYTHING, NodeFilter
from memora.operations.naming import read_row, read_rows
from memora.operations.revisions import resolve_tree
from memora.recall.search import Hit, search
from memora.repository import Repository
from memora.tree.lookup import lookup

DEFAULT_LIMIT = 5


class Answer(NamedTuple):
    """A memory that answers, and why: its score in parts, and the terms of the question it holds.

    ``sides`` are the states that a disputed memory stands between; one where the other side had deleted it.
    """

    item: NodeVersion
    hit: Hit
    sides: tuple[NodeVersion, ...] = ()


def recall(
    repository: Repository,
    question: str,
    *,
    now: int,
    limit: int = DEFAULT_LIMIT,
    wanted: NodeFilter = EVERYTHING,
    revision: str | None = None,
) -> list[Answer]:
    """The best answers to a question in plain words, an identifier, a path or an error message; best first.

    Expired memories and those that ``wanted`` turns away never stand in the way of others. Empty when nothing
    fits. Nothing is written: ``record_recall`` notes what was handed out. Raises as ``resolve_tree``.
    """
    with repository.snapshot():
        workspace = repository.workspace
        tree = None if revision is None else resolve_tree(repository, revision, now)
        hits = search(
            repository.index.text,
            question,
            limit=limit,
            now=now,
            workspace=workspace.number if tree is None else None,
            wanted=wanted,
            holds=_holds(repository, tree, wanted.text),
        )
        items = read_rows(repository, [hit.row for hit in hits])
        return [_answer(repository, hit, item) for hit, item in zip(hits, items, strict=True)]


def _answer(repository: Repository, hit: Hit, item: NodeVersion) -> Answer:
    versions = item.node.dispute.sides if item.node.dispute else ()
    return Answer(item, hit, tuple(NodeVersion(load_node(repository.objects, side), side) for side in versions))


def _holds(repository: Repository, tree: TreeId | None, text: str | None) -> Callable[[Match], bool] | None:
    """What the text index cannot tell of a match: whether it is in a tree, and whether it holds a text."""
    if tree is None and text is None:
        return None
    part = (text or "").casefold()

    def holds(match: Match) -> bool:
        if tree is not None:
            version = lookup(repository.objects, tree, match.node)
            if version is None or repository.objects.row_of(version) != match.row:
                return False
        return not part or part in read_row(repository, match.row).node.content.casefold()

    return holds
