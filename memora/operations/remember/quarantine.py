"""Decide about memories that were held back: those from elsewhere that something speaks against.

A memory is in quarantine while it has the tag ``memora:quarantine`` (docs/design/0010-quarantine.md).
"""

from __future__ import annotations

from collections.abc import Iterable

from memora.errors.history import NotQuarantined
from memora.model.names import QUARANTINE
from memora.model.node import NodeVersion
from memora.operations.naming import read_named
from memora.operations.remember.changes import ChangeSet, replace_nodes, summarize
from memora.repository import Repository


def accept_quarantined(repository: Repository, names: Iterable[str], *, author: str, now: int) -> ChangeSet:
    """Let nodes out of quarantine, all or none, as they are. Raises NotQuarantined for one that is not in it."""
    with repository.transaction("quarantine accept", author=author, now=now) as transaction:
        found = _read_quarantined(repository, names)
        transaction.summary = summarize(item.node for item in found)
        return replace_nodes(
            transaction,
            [
                (item, item.node._replace(tags=tuple([tag for tag in item.node.tags if tag != QUARANTINE])))
                for item in found
            ],
            now,
        )


def reject_quarantined(repository: Repository, names: Iterable[str], *, author: str, now: int) -> ChangeSet:
    """Take nodes that are in quarantine out of the working tree, all or none. Raises NotQuarantined."""
    with repository.transaction("quarantine reject", author=author, now=now) as transaction:
        found = _read_quarantined(repository, names)
        transaction.set_nodes(dict.fromkeys(item.node.id for item in found))
        transaction.summary = summarize(item.node for item in found)
    return ChangeSet("changed", tuple(found))


def _read_quarantined(repository: Repository, names: Iterable[str]) -> list[NodeVersion]:
    found = list(read_named(repository, names))
    for item in found:
        if not item.node.is_quarantined:
            raise NotQuarantined(item.node.id.hex())
    return found
