"""From what a person calls a node to the node: its key, its id, or the first digits of its id."""

from __future__ import annotations

import re
from typing import Final

from memora.errors import Ambiguous, MissingObject, NotFound
from memora.model.ids import NODE_ID_BYTES, NodeId, VersionId
from memora.model.node import Node
from memora.model.node_codec import decode_node
from memora.repository import Repository

SHORTEST_PREFIX: Final = 4
_HEXADECIMAL = re.compile(r"[0-9a-f]+")
_CANDIDATES: Final = 5


def resolve_node(repository: Repository, name: str) -> NodeId:
    """The live node of a key, id or id prefix of at least four digits; a key goes first.

    Raises NotFound, or Ambiguous where several nodes fit.
    """
    workspace = repository.workspace.number
    nodes = repository.index.nodes
    by_key = nodes.nodes_with_key(workspace, name)
    if len(by_key) > 1:
        raise Ambiguous("key", name, tuple(node.hex()[:12] for node in by_key))
    if by_key:
        return by_key[0]
    digits = name.lower()
    if not SHORTEST_PREFIX <= len(digits) <= 2 * NODE_ID_BYTES or not _HEXADECIMAL.fullmatch(digits):
        raise NotFound("node", name)
    found = nodes.nodes_with_prefix(workspace, digits, _CANDIDATES + 1)
    if not found:
        raise NotFound("node", name)
    if len(found) > 1:
        raise Ambiguous("node", name, tuple(node.hex()[:12] for node in found[:_CANDIDATES]))
    return found[0]


def find_current(repository: Repository, workspace: int, node: NodeId) -> tuple[Node, VersionId] | None:
    """The state that a workspace has of a node, and its version; None where it has none."""
    row = repository.index.nodes.version_row(workspace, node)
    if row is None:
        return None
    version, body = repository.objects.read_row(row, "node")
    return decode_node(body), VersionId(version)


def read_current(repository: Repository, node: NodeId) -> tuple[Node, VersionId]:
    """The state that this workspace has of a node it is known to hold, and its version."""
    found = find_current(repository, repository.workspace.number, node)
    if found is None:
        raise MissingObject(node.hex(), "node")
    return found
