"""What history does, said with dicts: pointers with values, and for each workspace what it did and undid.

A tree is a dict of key to the version that the store made, a commit a tree and its parents. Pointers are
``branch:NAME``, ``tag:NAME``, ``head:WORKSPACE`` (branch and commit) and ``tree:WORKSPACE``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Tree = dict[str, bytes]
Moves = dict[str, tuple[Any, Any]]


class ModelCommit(NamedTuple):
    tree: Tree
    parents: tuple[bytes, ...]


class Refusal(Exception):
    """The model says that a command fails, with that class of error."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class PointerModel:
    def __init__(self, workspaces: list[str]) -> None:
        self.workspaces = workspaces
        self.pointers: dict[str, Any] = {}
        self.commits: dict[bytes, ModelCommit] = {}
        self.done: dict[str, list[Moves]] = {name: [] for name in workspaces}
        self.undone: dict[str, list[Moves]] = {name: [] for name in workspaces}
        for name in workspaces:
            self.pointers[f"head:{name}"] = ("main", None)
            self.pointers[f"tree:{name}"] = {}

    def get(self, pointer: str) -> Any:
        return self.pointers.get(pointer)

    def tree(self, workspace: str) -> Tree:
        """The working tree of a workspace."""
        found: Tree = self.pointers[f"tree:{workspace}"]
        return found

    def names(self, kind: str) -> list[str]:
        return sorted(name.partition(":")[2] for name in self.pointers if name.startswith(f"{kind}:"))

    def tree_of(self, commit: bytes | None) -> Tree:
        return {} if commit is None else self.commits[commit].tree

    def tip(self, workspace: str) -> bytes | None:
        """The commit of the branch a workspace is on, or its own where that has none."""
        branch, commit = self.get(f"head:{workspace}")
        tip = None if branch is None else self.get(f"branch:{branch}")
        return commit if tip is None else tip

    def is_dirty(self, workspace: str) -> bool:
        return self.tree(workspace) != self.tree_of(self.get(f"head:{workspace}")[1])

    def carried(self, workspace: str, target: Tree) -> tuple[Tree, set[str]]:
        """A tree with the uncommitted changes of a workspace on top, and the keys that both changed differently."""
        base = self.tree_of(self.get(f"head:{workspace}")[1])
        mine, theirs = changes(base, self.tree(workspace)), changes(base, target)
        return applied(target, mine), {key for key in mine if key in theirs and theirs[key] != mine[key]}

    def reaches(self, start: bytes, wanted: bytes) -> bool:
        return start == wanted or any(self.reaches(parent, wanted) for parent in self.commits[start].parents)

    def resolve(self, workspace: str, revision: str | None) -> bytes:
        """The commit of HEAD, a branch or a tag."""
        if revision in (None, "HEAD"):
            found = self.get(f"head:{workspace}")[1]
        else:
            tag = self.get(f"tag:{revision}")
            found = self.get(f"branch:{revision}") or (tag and tag[0])
        if found is None:
            raise Refusal("NoCommits" if revision in (None, "HEAD") else "NotFound")
        commit: bytes = found
        return commit

    def require_absent(self, name: str) -> None:
        if self.get(f"branch:{name}") is not None:
            raise Refusal("AlreadyExists")

    def record(self, workspace: str, commit: bytes, tree: Tree, parent: bytes | None) -> None:
        """A commit was made, on the branch of a workspace or on none."""
        branch = self.get(f"head:{workspace}")[0]
        self.commits[commit] = ModelCommit(tree, () if parent is None else (parent,))
        moved: dict[str, Any] = {f"head:{workspace}": (branch, commit), f"tree:{workspace}": tree}
        if branch is not None:
            moved[f"branch:{branch}"] = commit
        self.move(workspace, moved)

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
        tree = self.tree_of(head[1])
        if self.is_dirty(workspace):
            if keep:
                tree = self.tree(workspace)
            elif carry:
                tree, clashes = self.carried(workspace, tree)
                if clashes:
                    raise Refusal("CarryClash")
            else:
                raise Refusal("Uncommitted")
        self.move(workspace, {**(made or {}), f"head:{workspace}": head, f"tree:{workspace}": tree})

    def move(self, workspace: str, after: dict[str, Any]) -> None:
        """An ordinary command moved pointers; None takes one away."""
        moves = {name: (self.get(name), value) for name, value in after.items() if self.get(name) != value}
        if not moves:
            return
        self._set(moves)
        self.done[workspace].append(moves)
        self.undone[workspace].clear()

    def step(self, workspace: str, *, back: bool) -> bool:
        """Undo or redo; False where there is nothing to."""
        source, target = (self.done, self.undone) if back else (self.undone, self.done)
        if not source[workspace]:
            return False
        moves = source[workspace][-1]
        if back:
            moves = {name: (after, before) for name, (before, after) in moves.items()}
        if any(self.get(name) != before for name, (before, _) in moves.items()):
            raise Refusal("MovedSince")
        before = dict(self.pointers)
        self._set(moves)
        gone = {name.partition(":")[2] for name, (_, after) in moves.items() if after is None}
        heads = [self.get(f"head:{name}") for name in self.workspaces]
        if any(branch in gone and commit is not None for branch, commit in heads):
            self.pointers = before
            raise Refusal("BranchInUse")
        target[workspace].append(source[workspace].pop())
        return True

    def _set(self, moves: Moves) -> None:
        for name, (_, after) in moves.items():
            if after is None:
                del self.pointers[name]
            else:
                self.pointers[name] = after


def changes(old: Tree, new: Tree) -> dict[str, bytes | None]:
    return {key: new.get(key) for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def applied(tree: Tree, some: dict[str, bytes | None]) -> Tree:
    merged = {**tree, **some}
    return {key: version for key, version in merged.items() if version is not None}
