"""Which memories lost what they were derived from: the derivations of ``memora.history.support`` in an opened store."""

from __future__ import annotations

from collections.abc import Sequence

from memora.history.support import find_unsupported
from memora.model.ids import NodeId
from memora.model.node import Node
from memora.operations.naming import read_current, read_row
from memora.repository import Repository


def unsupported_nodes(repository: Repository) -> list[Node]:
    """The nodes of this workspace that nothing holds up any more, by id. Cost follows what has fallen, not all."""
    with repository.snapshot():
        if not repository.index.nodes.derivations.exist():
            return []
        return find_unsupported(WorkspaceDerivations(repository))


def unsupported_rows(repository: Repository, rows: Sequence[int]) -> list[int]:
    """Of the versions that make up a tree, by their rows, those that nothing holds up. Cost follows the tree."""
    derivations = TreeDerivations(repository, rows)
    return [derivations.rows[node.id] for node in find_unsupported(derivations)]


class WorkspaceDerivations:
    """The nodes that this workspace has now."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._derivations = repository.index.nodes.derivations
        self._workspace = repository.workspace.number

    def shaken(self) -> list[NodeId]:
        return self._derivations.shaken(self._workspace)

    def dependants(self, node: NodeId) -> list[NodeId]:
        return self._derivations.dependants(self._workspace, node)

    def holds(self, node: NodeId) -> bool:
        return self._derivations.holds(self._workspace, node)

    def read(self, node: NodeId) -> Node:
        return read_current(self._repository, node).node


class TreeDerivations:
    """The nodes of any tree, by the rows of their versions. Cost follows the tree."""

    def __init__(self, repository: Repository, rows: Sequence[int]) -> None:
        self._repository = repository
        self.rows, self._derived = repository.index.nodes.derivations.among(rows)
        self._below: dict[NodeId, list[NodeId]] = {}
        for node, parent in self._derived:
            self._below.setdefault(parent, []).append(node)

    def shaken(self) -> list[NodeId]:
        return [node for node, parent in self._derived if not self.holds(parent)]

    def dependants(self, node: NodeId) -> list[NodeId]:
        return self._below.get(node, [])

    def holds(self, node: NodeId) -> bool:
        return node in self.rows

    def read(self, node: NodeId) -> Node:
        return read_row(self._repository, self.rows[node]).node
