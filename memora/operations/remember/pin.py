"""Keep memories from expiring and from being collected."""

from __future__ import annotations

from collections.abc import Iterable

from memora.operations.naming import read_named
from memora.operations.remember.changes import ChangeSet, replace_nodes, summarize
from memora.repository import Repository


def pin(repository: Repository, names: Iterable[str], *, remove: bool = False, author: str, now: int) -> ChangeSet:
    """Pin nodes, or with ``remove`` take their pins away, all or none. Outcome ``changed`` or ``unchanged``."""
    with repository.transaction("pin", author=author, now=now) as transaction:
        found = read_named(repository, names)
        changes = replace_nodes(transaction, [(item, item.node._replace(pinned=not remove)) for item in found], now)
        prefix = "--remove " if remove else ""
        transaction.summary = prefix + summarize(item.node for item in changes.nodes)
    return changes
