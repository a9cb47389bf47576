"""Whole histories in memory: commits, branches and merges over a dict of objects, merged as the commands do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from memory_merge import nodes_of, write_tree
from random_memories import Memories

from memora.history.graph import is_ancestor
from memora.history.load import load_commit
from memora.merge.base_tree import find_base_tree
from memora.merge.overlay import Overlay
from memora.merge.plan import plan_merge
from memora.merge.result import apply_plan, virtual_states
from memora.model.commit import Commit, CommitEntry, encode_commit
from memora.model.ids import CommitId, NodeId, TreeId, VersionId
from memora.model.node_codec import encode_node
from memora.storage.memory import MemoryObjects
from memora.tree.edit import write_empty
from memora.tree.lookup import lookup


class MemoryHistory:
    """Commits and what is known of each: the commit graph is ``find``."""

    def __init__(self) -> None:
        self.objects = MemoryObjects()
        self.entries: dict[CommitId, CommitEntry] = {}

    def find(self, commit: CommitId) -> CommitEntry | None:
        return self.entries.get(commit)

    def record(self, tree: TreeId, parents: Iterable[CommitId], at: int) -> CommitId:
        """A new commit; its clock may be wrong."""
        commit = Commit(tree, tuple(parents), "ada", at, f"number {len(self.entries)}")
        commit_id = CommitId(self.objects.write("commit", encode_commit(commit)))
        known = [self.entries[parent] for parent in commit.parents]
        self.entries[commit_id] = CommitEntry(
            1 + max((entry.generation for entry in known), default=0),
            max([at, *(entry.at + 1 for entry in known)]),
            commit.parents,
        )
        return commit_id

    def change(self, commit: CommitId | None, change: Callable[[Memories], Memories], at: int) -> CommitId:
        """A commit on top of another, with other memories; the same commit where they are the same."""
        before = {} if commit is None else self.memories(commit)
        after = change(before)
        if after == before and commit is not None:
            return commit
        return self.record(write_tree(self.objects, after.values()), () if commit is None else (commit,), at)

    def merge(self, ours: CommitId, theirs: CommitId, at: int, strategy: str = "auto") -> CommitId:
        """What the branch of ours is on after theirs was merged into it."""
        if is_ancestor(self, theirs, ours):
            return ours
        if is_ancestor(self, ours, theirs):
            return theirs
        return self.record(self.merged_tree(ours, theirs, strategy), (ours, theirs), at)

    def merged_tree(self, ours: CommitId, theirs: CommitId, strategy: str = "auto") -> TreeId:
        """The tree of two commits merged, stored with everything that it points at."""
        overlay = Overlay(self.objects)
        base = find_base_tree(overlay, self, ours, theirs) or write_empty(overlay)
        mine, yours = self.tree(ours), self.tree(theirs)
        plan = plan_merge(overlay, base, mine, yours, strategy=strategy)
        for node in plan.kept:
            overlay.write("node", encode_node(node))
        plan = plan._replace(kept=(*plan.kept, *virtual_states(overlay, self.objects, plan)))
        return apply_plan(self.objects, mine, plan)

    def base_memories(self, ours: CommitId, theirs: CommitId) -> Memories:
        """What the memories were that two commits are merged against."""
        overlay = Overlay(self.objects)
        base = find_base_tree(overlay, self, ours, theirs)
        return {} if base is None else nodes_of(overlay, base)

    def tree(self, commit: CommitId) -> TreeId:
        return load_commit(self.objects, commit).tree

    def memories(self, commit: CommitId) -> Memories:
        return nodes_of(self.objects, self.tree(commit))

    def entry_of(self, commit: CommitId, node: NodeId) -> VersionId | None:
        """The version that a commit has of a node."""
        return lookup(self.objects, self.tree(commit), node)

    def ancestors(self, commit: CommitId) -> set[CommitId]:
        """A commit and everything below it, the plain way."""
        found: set[CommitId] = set()
        pending = [commit]
        while pending:
            current = pending.pop()
            if current not in found:
                found.add(current)
                pending += self.entries[current].parents
        return found

    def changes(self) -> Iterator[CommitId]:
        """The commits that are no merges."""
        return (commit for commit, entry in self.entries.items() if len(entry.parents) < 2)
