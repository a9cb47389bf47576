"""What commands do to pointers, said with dicts: where each points, and what every workspace did and undid.

Pointers are ``branch:NAME``, ``tag:NAME`` (commit, and when it was said where it is annotated), ``head:WORKSPACE``
(branch and commit), ``tree:WORKSPACE`` (the memories), ``waiting:WORKSPACE`` (the commit that a merge will be) and
``settled:DISPUTE`` (the memory that a dispute came to).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from memora.model.ids import NodeId
from memora.model.node import Node

Memories = dict[NodeId, Node]
Moves = dict[str, tuple[Any, Any]]


class Operation(NamedTuple):
    """What one command moved, as the log has it."""

    number: int
    at: int
    moves: Moves


class Refusal(Exception):
    """The model says that a command fails, with that class of error."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class PointerModel:
    def __init__(self, workspaces: list[str]) -> None:
        self.workspaces = workspaces
        self.now = 0
        self.pointers: dict[str, Any] = {}
        self.log: list[Operation] = []
        # The operation up to which the log was forgotten.
        self.anchor = 0
        self.done: dict[str, list[Operation]] = {name: [] for name in workspaces}
        self.undone: dict[str, list[Operation]] = {name: [] for name in workspaces}
        for name in workspaces:
            self.pointers[f"head:{name}"] = ("main", None)
            self.pointers[f"tree:{name}"] = {}

    def get(self, pointer: str) -> Any:
        return self.pointers.get(pointer)

    def tree(self, workspace: str) -> Memories:
        """The working tree of a workspace."""
        found: Memories = self.pointers[f"tree:{workspace}"]
        return found

    def names(self, kind: str) -> list[str]:
        return sorted(name.partition(":")[2] for name in self.pointers if name.startswith(f"{kind}:"))

    def tip(self, workspace: str) -> bytes | None:
        """The commit of the branch a workspace is on, or its own where that has none."""
        branch, commit = self.get(f"head:{workspace}")
        tip = None if branch is None else self.get(f"branch:{branch}")
        found: bytes | None = commit if tip is None else tip
        return found

    def require_absent(self, name: str) -> None:
        if self.get(f"branch:{name}") is not None:
            raise Refusal("AlreadyExists")

    def require_no_merge(self, workspace: str) -> None:
        if self.get(f"waiting:{workspace}") is not None:
            raise Refusal("MergeWaiting")

    def move(self, workspace: str, after: dict[str, Any]) -> None:
        """An ordinary command moved pointers; None takes one away."""
        moves = {name: (self.get(name), value) for name, value in after.items() if self.get(name) != value}
        if not moves:
            return
        self._set(moves)
        self.done[workspace].append(self._note(moves))
        self.undone[workspace].clear()

    def step(self, workspace: str, *, back: bool) -> bool:
        """Undo or redo; False where there is nothing to, or it was forgotten."""
        source, target = (self.done, self.undone) if back else (self.undone, self.done)
        if not source[workspace] or source[workspace][-1].number <= self.anchor:
            return False
        moves = source[workspace][-1].moves
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
        self._note(moves)
        return True

    def forget(self, cutoff: int) -> None:
        """The log loses the operations that are older than a time, and all before them; never the first alone."""
        kept = [operation.number for operation in self.log if operation.at >= cutoff]
        anchor = kept[0] - 1 if kept else len(self.log)
        if anchor > 1:
            self.anchor = max(self.anchor, anchor)

    def kept_values(self, kind: str) -> list[Any]:
        """Where pointers of a kind are, and were as far as the log is known."""
        values = [value for name, value in self.pointers.items() if name.startswith(f"{kind}:")]
        for operation in self.log[self.anchor :]:
            for name, move in operation.moves.items():
                if name.startswith(f"{kind}:"):
                    values += [value for value in move if value is not None]
        return values

    def _note(self, moves: Moves) -> Operation:
        self.log.append(Operation(len(self.log) + 1, self.now, moves))
        return self.log[-1]

    def _set(self, moves: Moves) -> None:
        for name, (_, after) in moves.items():
            if after is None:
                del self.pointers[name]
            else:
                self.pointers[name] = after
