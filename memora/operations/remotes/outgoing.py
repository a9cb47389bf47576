"""What leaves this store, and what must not."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from memora.errors.remotes import Purged
from memora.history.load import load_node
from memora.model.ids import VersionId
from memora.model.node import evidence
from memora.model.secrets import find_secrets, refuse_secrets
from memora.remotes.ports import Packable
from memora.repository import Repository


def checked(
    repository: Repository, items: Iterator[Packable], allowed: Collection[str], what: str
) -> Iterator[Packable]:
    """Objects as they come. Raises Purged for what was erased here, SecretFound for a secret nobody allowed.

    ``what`` would carry them, such as "this push".
    """
    purges = repository.refs.purges
    any_purged = purges.count() > 0
    for item in items:
        if any_purged and purges.has([item.id]):
            raise Purged(what, (item.id.hex(),))
        if item.kind == "node" and find_secrets(item.body.decode()):
            node = load_node(repository.objects, VersionId(item.id))
            refuse_secrets(
                f"memory {node.id.hex()[:8]}", (node.content, *node.tags, *evidence(node), *node.applies_to), allowed
            )
        yield item
