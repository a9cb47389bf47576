"""Commits of whole nodes in memory, one call each, with the graph that a store would derive from them."""

from __future__ import annotations

from collections.abc import Iterable

from node_samples import AT

from memora.model.commit import Commit, CommitEntry, encode_commit
from memora.model.ids import CommitId, TreeId, VersionId
from memora.model.node import Node
from memora.model.node_codec import encode_node
from memora.storage.memory import MemoryObjects
from memora.tree.edit import build


class WrittenHistory:
    """A history in which every commit is a second newer than the last one written."""

    def __init__(self) -> None:
        self.objects = MemoryObjects()
        self.entries: dict[CommitId, CommitEntry] = {}

    def find(self, commit: CommitId) -> CommitEntry | None:
        return self.entries.get(commit)

    def version(self, node: Node) -> VersionId:
        return VersionId(self.objects.write("node", encode_node(node)))

    def tree(self, nodes: Iterable[Node]) -> TreeId:
        return build(self.objects, [(node.id, self.version(node)) for node in nodes])

    def commit(self, nodes: Iterable[Node], *parents: CommitId) -> CommitId:
        at = AT + len(self.entries)
        commit = Commit(self.tree(nodes), parents, "ada", at, f"number {len(self.entries)}")
        commit_id = CommitId(self.objects.write("commit", encode_commit(commit)))
        generation = 1 + max((self.entries[parent].generation for parent in parents), default=0)
        self.entries[commit_id] = CommitEntry(generation, at, parents)
        return commit_id
