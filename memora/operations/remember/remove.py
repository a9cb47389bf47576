"""Forget memories: history and the operation log keep them, the working tree does not."""

from __future__ import annotations

from collections.abc import Iterable

from memora.operations.naming import read_named
from memora.operations.remember.changes import ChangeSet, summarize
from memora.repository import Repository


def remove(repository: Repository, names: Iterable[str], *, author: str, now: int) -> ChangeSet:
    """Take nodes out of the working tree, all or none. Outcome ``changed``, with the nodes as they were."""
    with repository.transaction("rm", author=author, now=now) as transaction:
        found = read_named(repository, names)
        transaction.set_nodes(dict.fromkeys(item.node.id for item in found))
        transaction.summary = summarize(item.node for item in found)
    return ChangeSet("changed", tuple(found))
