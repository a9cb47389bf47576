"""Change what a memory says, or what is said about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from memora.errors import KeyTaken, NodeChanged
from memora.model.draft import read_evidence
from memora.model.edits import apply_edit
from memora.model.ids import NodeId, VersionId
from memora.model.secrets import refuse_secret_labels, refuse_secrets
from memora.model.text import first_line
from memora.operations.anchoring import anchored
from memora.operations.naming import read_current, read_named
from memora.operations.remember.changes import ChangeSet, replace_nodes, summarize
from memora.repository import Repository


def edit(
    repository: Repository,
    name: str,
    fields: Mapping[str, Any],
    *,
    author: str,
    now: int,
    expected: VersionId | None = None,
    allowed_secrets: Collection[str] = (),
) -> ChangeSet:
    """Change fields of one node, as ``memora.model.edits`` has them; its id stays.

    Outcome ``changed`` or ``unchanged``. ``expected`` is the version that the change was made from. Raises
    SecretFound, NodeChanged where the node has another one now, KeyTaken where another live node has the key;
    nothing is written then.
    """
    with repository.transaction("edit", author=author, now=now) as transaction:
        [before] = read_named(repository, [name])
        if expected not in (None, before.version):
            raise NodeChanged(before.node.id.hex())
        after = apply_edit(before.node, fields, author=author, now=now, session=transaction.session_id)
        if after.content != before.node.content:
            refuse_secrets("content", (after.content,), allowed_secrets)
        refuse_secrets("evidence", read_evidence(fields.get("evidence")), allowed_secrets)
        if "key" in fields or after.tags != before.node.tags or "applies_to" in fields:
            refuse_secret_labels(
                after.key if after.key != before.node.key else None,
                set(after.tags) - set(before.node.tags),
                set(after.applies_to) - set(before.node.applies_to),
                allowed_secrets,
            )
        if after.key is not None and after.key != before.node.key:
            _require_free(repository, after.key, after.id)
        after = anchored(repository, after, now)
        transaction.summary = summarize([after])
        changes = replace_nodes(transaction, [(before, after)], now)
    return changes._replace(settled=before.node.dispute is not None and after.dispute is None)


def _require_free(repository: Repository, key: str, node: NodeId) -> None:
    holders = repository.index.nodes.nodes_with_key(repository.workspace.number, key)
    for holder in holders:
        if holder != node:
            content = read_current(repository, holder).node.content
            raise KeyTaken(key, holder.hex(), first_line(content, 80))
