"""Commits and merges as plain values, by the rules of docs/merge.md (``plain_merge``), on top of the pointers."""

from __future__ import annotations

from typing import Any, NamedTuple

from plain_merge import PlainMerge, States, version_of
from pointer_model import Memories, PointerModel, Refusal

from memora.model.ids import NodeId
from memora.model.node import Node


class ModelCommit(NamedTuple):
    memories: Memories
    parents: tuple[bytes, ...]


class HistoryModel(PointerModel):
    def __init__(self, workspaces: list[str]) -> None:
        super().__init__(workspaces)
        # All that were made and not pruned, the oldest first.
        self.commits: dict[bytes, ModelCommit] = {}
        self.states: States = {}

    def memories_of(self, commit: bytes | None) -> Memories:
        return {} if commit is None else self.commits[commit].memories

    def is_dirty(self, workspace: str) -> bool:
        return self.tree(workspace) != self.memories_of(self.get(f"head:{workspace}")[1])

    def ancestors(self, *starts: bytes) -> set[bytes]:
        """Commits and everything below them."""
        found: set[bytes] = set()
        pending = list(starts)
        while pending:
            commit = pending.pop()
            if commit not in found:
                found.add(commit)
                pending += self.commits[commit].parents
        return found

    def resolve(self, workspace: str, revision: str | None) -> bytes:
        """The commit of HEAD, a branch, a tag or an id."""
        if revision in (None, "HEAD"):
            found = self.get(f"head:{workspace}")[1]
        else:
            tag = self.get(f"tag:{revision}")
            found = self.get(f"branch:{revision}") or (tag and tag[0])
            found = found or next((commit for commit in self.commits if commit.hex() == revision), None)
        if found is None:
            raise Refusal("NoCommits" if revision in (None, "HEAD") else "NotFound")
        commit: bytes = found
        return commit

    def record(
        self,
        workspace: str,
        commit: bytes,
        memories: Memories,
        parents: tuple[bytes | None, ...],
        also: dict[str, Any] | None = None,
    ) -> None:
        """A commit was made, on the branch of a workspace or on none."""
        branch = self.get(f"head:{workspace}")[0]
        self.add_commit(commit, memories, parents)
        moved: dict[str, Any] = {f"head:{workspace}": (branch, commit), f"tree:{workspace}": memories, **(also or {})}
        if branch is not None:
            moved[f"branch:{branch}"] = commit
        self.move(workspace, moved)

    def add_commit(self, commit: bytes, memories: Memories, parents: tuple[bytes | None, ...]) -> None:
        self.commits[commit] = ModelCommit(memories, tuple(parent for parent in parents if parent is not None))

    def bases(self, ours: set[bytes], theirs: set[bytes]) -> list[bytes]:
        """The common ancestors that no other one descends from, in order of id."""
        common = self.ancestors(*ours) & self.ancestors(*theirs)
        below = {parent for commit in common for parent in self.ancestors(*self.commits[commit].parents)}
        return sorted(common - below)

    def base(self, ours: set[bytes], theirs: set[bytes]) -> Memories:
        """The memories two sides are merged against; several bases are merged with each other first."""
        memories: Memories = {}
        done: set[bytes] = set()
        for commit in self.bases(ours, theirs):
            mine = self.memories_of(commit)
            memories = PlainMerge(self.states).merge(self.base(done, {commit}), memories, mine) if done else mine
            done.add(commit)
        return memories

    def merged(self, base: Memories, ours: Memories, theirs: Memories, strategy: str = "auto") -> Memories:
        """The merge of three sides, in which disputes that were settled before are settled again."""
        merge = PlainMerge(self.states, strategy)
        memories = merge.merge(base, ours, theirs)
        for node_id in merge.quarrels & memories.keys():
            node = memories[node_id]
            settled: Node | None = self.get(f"settled:{self.dispute(node)}")
            if settled is not None and settled.dispute is not None:
                del memories[node_id]
            elif settled is not None:
                memories[node_id] = node._replace(
                    type=settled.type,
                    content=settled.content,
                    status=settled.status,
                    confidence=settled.confidence,
                    observations=settled.observations,
                    expires_at=settled.expires_at,
                    dispute=None,
                )
        self.learn(memories)
        return memories

    def caught_up(self, workspace: str) -> Memories:
        """The working tree with what another workspace put on the branch merged in."""
        start, tip = self.get(f"head:{workspace}")[1], self.tip(workspace)
        if tip == start:
            return self.tree(workspace)
        return self.merged(self.memories_of(start), self.tree(workspace), self.memories_of(tip))

    def dispute(self, node: Node) -> str:
        """What makes a dispute the one it is: the memory, and what base and sides say and where they stand."""
        assert node.dispute is not None
        origin = [] if node.dispute.base is None else [stand(self.states[node.dispute.base])]
        return repr((node.id.hex(), origin, sorted(stand(self.states[side]) for side in node.dispute.sides)))

    def learn(self, memories: Memories) -> None:
        """Know these states, of which a later dispute may be made."""
        self.states.update({version_of(node): node for node in memories.values()})

    def carried(self, workspace: str, target: Memories) -> Memories:
        """A tree with the uncommitted changes of a workspace on top."""
        base = self.memories_of(self.get(f"head:{workspace}")[1])
        mine, theirs = changes(base, self.tree(workspace)), changes(base, target)
        if any(node in theirs and theirs[node] != state for node, state in mine.items()):
            raise Refusal("CarryClash")
        keys = {state.key: node for node, state in theirs.items() if state is not None and state.key is not None}
        if any(state is not None and keys.get(state.key, node) != node for node, state in mine.items()):
            raise Refusal("CarryClash")
        return applied(target, mine)

    def go(
        self,
        workspace: str,
        head: tuple[str | None, bytes | None],
        made: dict[str, Any] | None = None,
        *,
        carry: bool,
        keep: bool = False,
    ) -> None:
        """A workspace is switched; ``made`` are pointers that come to be on the way."""
        self.require_no_merge(workspace)
        memories = self.memories_of(head[1])
        if self.is_dirty(workspace):
            if keep:
                memories = self.tree(workspace)
            elif carry:
                memories = self.carried(workspace, memories)
            else:
                raise Refusal("Uncommitted")
        self.move(workspace, {**(made or {}), f"head:{workspace}": head, f"tree:{workspace}": memories})

    def start_clean(self, workspace: str) -> bytes | None:
        """A command that needs a clean working tree brings it to the tip of its branch, and starts there."""
        self.require_no_merge(workspace)
        if self.is_dirty(workspace):
            raise Refusal("Uncommitted")
        return self.tip(workspace)

    def prune(self) -> set[bytes]:
        """Forget the commits that nothing leads to any more, and give them."""
        starts = [*self.kept_values("branch"), *self.kept_values("waiting")]
        starts += [commit for commit, _ in self.kept_values("tag")]
        starts += [commit for _, commit in self.kept_values("head") if commit is not None]
        gone = self.commits.keys() - self.ancestors(*starts)
        for commit in gone:
            del self.commits[commit]
        return gone


def stand(node: Node) -> tuple[str, str]:
    return node.content, node.status


def changes(old: Memories, new: Memories) -> dict[NodeId, Node | None]:
    return {node: new.get(node) for node in old.keys() | new.keys() if old.get(node) != new.get(node)}


def applied(memories: Memories, some: dict[NodeId, Node | None]) -> Memories:
    return {node: state for node, state in {**memories, **some}.items() if state is not None}
