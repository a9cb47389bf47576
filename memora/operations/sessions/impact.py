"""Who was told a memory, and what rests on it."""

from __future__ import annotations

from typing import NamedTuple

from memora.errors import NotFound
from memora.model.ids import NODE_ID_BYTES, NodeId
from memora.model.node import Node, NodeVersion
from memora.operations.naming import find_current, resolve_node
from memora.operations.sessions.receipts import Receipt, receipts_of
from memora.operations.support import WorkspaceDerivations
from memora.repository import Repository
from memora.storage.session_log import EXPORTED


class Derived(NamedTuple):
    """A node that was derived from another one, so many steps below it."""

    depth: int
    node: Node


class Impact(NamedTuple):
    """Where a node went. ``current`` is its state now, None where it is not in the working tree any more.

    ``handed_out`` and ``exports`` are in the order of recording; ``derived`` each node once, by depth and id.
    """

    node: NodeId
    current: NodeVersion | None
    handed_out: tuple[Receipt, ...]
    exports: tuple[Receipt, ...]
    derived: tuple[Derived, ...]


def impact(repository: Repository, name: str) -> Impact:
    """Which sessions were handed a node, in which version, which exports hold it, and what was derived from it.

    A node that is not there any more goes by its whole id, if it was ever handed out. Raises NotFound, Ambiguous.
    """
    with repository.snapshot():
        node = _resolve(repository, name)
        receipts = tuple(receipts_of(repository, node))
        current = find_current(repository, repository.workspace.number, node)
        if current is None and not receipts:
            raise NotFound("node", name)
        return Impact(
            node,
            current,
            tuple(item for item in receipts if item.event.event != EXPORTED),
            tuple(item for item in receipts if item.event.event == EXPORTED),
            tuple(_derived(repository, node)),
        )


def _resolve(repository: Repository, name: str) -> NodeId:
    try:
        return resolve_node(repository, name)
    except NotFound:
        if len(name) != 2 * NODE_ID_BYTES:
            raise
        try:
            return NodeId(bytes.fromhex(name))
        except ValueError:
            raise NotFound("node", name) from None


def _derived(repository: Repository, root: NodeId) -> list[Derived]:
    derivations = WorkspaceDerivations(repository)
    seen, level, depth = {root}, [root], 0
    found = []
    while level:
        depth += 1
        below = sorted({node for parent in level for node in derivations.dependants(parent)} - seen)
        seen.update(below)
        found += [Derived(depth, derivations.read(node)) for node in below]
        level = below
    return found
