"""Forget memories: history and the operation log keep them, the working tree does not."""

from __future__ import annotations

from collections.abc import Iterable

from memora.errors import Damaged
from memora.model.ids import NodeId
from memora.model.node import NodeVersion
from memora.operations.naming import read_current, resolve_node
from memora.operations.remember.changes import ChangeSet, summarize
from memora.repository import Repository


def remove(repository: Repository, names: Iterable[str], *, author: str, now: int) -> ChangeSet:
    """Take nodes out of the working tree, all or none. Outcome ``changed``, with the nodes as they were.

    A node whose version is damaged goes too: nothing of it has to be read for that.
    """
    with repository.transaction("rm", author=author, now=now) as transaction:
        found: list[NodeVersion] = []
        unreadable: list[NodeId] = []
        nodes = list(dict.fromkeys(resolve_node(repository, name) for name in names))
        for node in nodes:
            try:
                found.append(read_current(repository, node))
            except Damaged:
                unreadable.append(node)
        transaction.set_nodes(dict.fromkeys(nodes))
        transaction.summary = _summary(found, unreadable)
    return ChangeSet("changed", tuple(found), unreadable=tuple(unreadable))


def _summary(found: list[NodeVersion], unreadable: list[NodeId]) -> str:
    if not unreadable:
        return summarize(item.node for item in found)
    count = len(found) + len(unreadable)
    return f"{unreadable[0].hex()[:8]} (damaged)" if count == 1 else f"{count} memories, {len(unreadable)} damaged"
