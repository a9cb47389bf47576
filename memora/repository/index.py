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
# The same before its texts were taken apart: content, key, tags, paths and evidence.
Projected = tuple[DerivedVersion, tuple[str, str | None, tuple[str, ...], tuple[str, ...], list[str]]]


class Index:
    """The derived tables: each can be dropped and made again from objects, refs and events."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.nodes = NodeIndex(database)
        self.commits = CommitIndex(database)
        self.text = TextIndex(database)

    def add_node(self, row: int, node: Node) -> None:
        """Project the version of a node that is stored in a row."""
        self.add_derived([(row, derive(node))])

    def add_projected(self, versions: Sequence[tuple[int, Projected]]) -> None:
        """Project versions of which somebody has read everything, each stored in a row."""
        from memora.recall.terms import index_text

        self.add_derived([(row, (version, index_text(*texts))) for row, (version, texts) in versions])

    def add_derived(self, versions: Sequence[tuple[int, Derived]]) -> None:
        """Project versions of which somebody has derived everything, each stored in a row."""
        self.nodes.add_versions([(row, version) for row, (version, _) in versions])
        self.text.add([(row, *texts) for row, (_, texts) in versions])


def project(node: Node) -> Projected:
    """All that is read from a version alone."""
    return derive_version(node), (node.content, node.key, node.tags, node.applies_to, evidence(node))


def derive(node: Node) -> Derived:
    """All that is derived from a version alone."""
    from memora.recall.terms import index_text  # only commands that write memories need it

    version, texts = project(node)
    return version, index_text(*texts)
