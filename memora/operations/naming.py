"""From what a person calls a node to the node: its key, its id, or the first digits of its id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from memora.errors import Ambiguous, BadInput, DamagedObject, MissingObject, NotFound
from memora.history.load import load_node
from memora.model.ids import NODE_ID_BYTES, NodeId, ObjectId, TreeId, VersionId
from memora.model.names import is_key
from memora.model.node import NodeVersion
from memora.model.node_codec import decode_node
from memora.repository import Repository
from memora.tree.lookup import find_prefix, lookup_many

SHORTEST_PREFIX: Final = 4
_HEXADECIMAL = re.compile(r"[0-9a-f]+")
_CANDIDATES: Final = 5


def resolve_node(repository: Repository, name: str) -> NodeId:
    """The live node of a key, id or id prefix of at least four digits; a key goes first.

    Raises NotFound, or Ambiguous where several nodes fit.
    """
    by_key = find_key(repository, name)
    if by_key is not None:
        return by_key
    digits = name.lower()
    if not is_node_prefix(digits):
        raise NotFound("node", name)
    found = repository.index.nodes.nodes_with_prefix(repository.workspace.number, digits, _CANDIDATES + 1)
    return choose_node(name, found)


def read_named(repository: Repository, names: Iterable[str]) -> list[NodeVersion]:
    """The nodes of some names as they are now, each once. Raises for the first name that fits none or several."""
    nodes = dict.fromkeys(resolve_node(repository, name) for name in names)
    return [read_current(repository, node) for node in nodes]


def find_key(repository: Repository, key: str) -> NodeId | None:
    """The live node under a key, or None. Raises Ambiguous where a merge left two."""
    if not is_key(key):
        return None
    found = repository.index.nodes.nodes_with_key(repository.workspace.number, key)
    if len(found) > 1:
        raise Ambiguous("key", key, tuple(node.hex()[:12] for node in found))
    return found[0] if found else None


def find_node_at(repository: Repository, tree: TreeId, name: str) -> NodeId:
    """The node that a tree, of whatever revision, has under a key, id or id prefix; a key goes first.

    Raises NotFound, or Ambiguous where several nodes fit.
    """
    objects, keyed = repository.objects, []
    if is_key(name):
        once = lookup_many(objects, tree, repository.index.nodes.nodes_once_with_key(name))
        keyed = [node for node, version in once.items() if load_node(objects, version).key == name]
    if len(keyed) > 1:
        raise Ambiguous("key", name, tuple(node.hex()[:12] for node in keyed))
    if keyed:
        return keyed[0]
    digits = name.lower()
    return choose_node(name, find_prefix(objects, tree, digits, _CANDIDATES + 1) if is_node_prefix(digits) else [])


def is_node_prefix(digits: str) -> bool:
    """Whether a text could be the beginning of a node's id, in lower case."""
    return SHORTEST_PREFIX <= len(digits) <= 2 * NODE_ID_BYTES and _HEXADECIMAL.fullmatch(digits) is not None


def choose_node(prefix: str, found: list[NodeId]) -> NodeId:
    """The one node that a prefix fits. Raises NotFound for none, Ambiguous for several."""
    if not found:
        raise NotFound("node", prefix)
    if len(found) > 1:
        raise Ambiguous("node", prefix, tuple(node.hex()[:12] for node in found[:_CANDIDATES]))
    return found[0]


def find_current(repository: Repository, workspace: int, node: NodeId) -> NodeVersion | None:
    """The state that a workspace has of a node; None where it has none. Raises DamagedObject."""
    row = repository.index.nodes.version_row(workspace, node)
    try:
        return None if row is None else read_row(repository, row)
    except DamagedObject as error:
        raise DamagedObject(error.object_id, error.problem, node.hex()) from None


def read_current(repository: Repository, node: NodeId) -> NodeVersion:
    """The state that this workspace has of a node it is known to hold. Raises DamagedObject."""
    found = find_current(repository, repository.workspace.number, node)
    if found is None:
        raise MissingObject(node.hex(), "node")
    return found


def read_row(repository: Repository, row: int) -> NodeVersion:
    """The version in a row of the derived tables. Raises MissingObject, DamagedObject."""
    return _read_version(*repository.objects.read_row(row, "node"))


def read_rows(repository: Repository, rows: Sequence[int]) -> list[NodeVersion]:
    """The versions in some rows of the derived tables, in that order. Raises as ``read_row``."""
    read = repository.objects.read_rows(rows, "node")
    return [_read_version(*read[row]) for row in rows]


def _read_version(version: ObjectId, body: bytes) -> NodeVersion:
    try:
        return NodeVersion(decode_node(body), VersionId(version))
    except BadInput as error:
        raise DamagedObject(version.hex(), str(error)) from None
