"""The derived tables of a store as one thing, and what they hold of a version."""

from __future__ import annotations

from collections.abc import Sequence

from memora.model.node import Node, evidence
from memora.storage.commit_index import CommitIndex
from memora.storage.database import Database
from memora.storage.node_index import DerivedVersion, NodeIndex, derive_version
from memora.storage.text_index import TextIndex

# What the derived tables hold of a version, and the texts under which it is found.
Derived = tuple[DerivedVersion, tuple[str, str, str]]


class Index:
    """The derived tables: each can be dropped and made again from objects, refs and events."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.nodes = NodeIndex(database)
        self.commits = CommitIndex(database)
        self.text = TextIndex(database)

    def add_node(self, row: int, node: Node) -> None:
        """Project the version of a node that is stored in a row."""
        self.add_nodes([(row, node)])

    def add_nodes(self, versions: Sequence[tuple[int, Node]]) -> None:
        """Project versions of nodes, each stored in a row."""
        self.add_derived([(row, derive(node)) for row, node in versions])

    def add_derived(self, versions: Sequence[tuple[int, Derived]]) -> None:
        """Project versions of which somebody has derived everything, each stored in a row."""
        self.nodes.add_versions([(row, version) for row, (version, _) in versions])
        self.text.add((row, *texts) for row, (_, texts) in versions)


def derive(node: Node) -> Derived:
    """All that is derived from a version alone."""
    from memora.recall.terms import index_text  # only commands that write memories need it

    return derive_version(node), index_text(node.content, node.key, node.tags, node.applies_to, evidence(node))
