"""What stands in the way of a command about branches, merges, disputes, and what cannot be taken back."""

from __future__ import annotations

from memora.errors import Refused


class NotCommitted(Refused):
    """A moment of a session whose working tree no commit has, where only a commit will do."""

    code = "not_committed"

    def __init__(self, revision: str) -> None:
        super().__init__(f"memory at {revision} was not committed as it was")
        self.revision = revision


class BranchInUse(Refused):
    """A branch that a workspace is on cannot go away."""

    code = "branch_in_use"

    def __init__(self, name: str, workspace: str) -> None:
        super().__init__(f"workspace {workspace!r} is on branch {name!r}")
        self.name, self.workspace = name, workspace


class BranchExpected(Refused):
    """A tag, id or other revision where only a branch will do."""

    code = "branch_expected"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is a commit, not a branch")
        self.name = name


class NotMerged(Refused):
    """A branch has commits that no other branch and no HEAD has, so deleting it would hide them."""

    code = "not_merged"

    def __init__(self, name: str) -> None:
        super().__init__(f"branch {name!r} has commits that no other branch has")
        self.name = name


class CarryClash(Refused):
    """Uncommitted changes cannot be carried: ``nodes`` (hex) are not the same where they would be carried to."""

    code = "carry_clash"

    def __init__(self, nodes: tuple[str, ...]) -> None:
        one = len(nodes) == 1
        names = ", ".join(node[:8] for node in nodes[:5]) + (", …" if len(nodes) > 5 else "")
        super().__init__(f"{'node' if one else f'{len(nodes)} nodes'} {names} changed on both sides")
        self.nodes = nodes


class NotFastForward(Refused):
    """A branch has commits that the other side does not have, where only moving ahead was allowed."""

    code = "not_fast_forward"

    def __init__(self, branch: str, other: str) -> None:
        super().__init__(f"{branch} has commits that {other} does not have")
        self.branch, self.other = branch, other


class UnrelatedHistories(Refused):
    """Two lines of history that share no commit."""

    code = "unrelated_histories"

    def __init__(self, branch: str, other: str) -> None:
        super().__init__(f"{branch} and {other} share no commit")
        self.branch, self.other = branch, other


class ParentNeeded(Refused):
    """A merge where the changes of one commit are meant: against which of its parents has to be said.

    ``commit`` is its id in hex.
    """

    code = "parent_needed"

    def __init__(self, commit: str, parents: int) -> None:
        super().__init__(f"commit {commit[:8]} is a merge with {parents} parents")
        self.commit, self.parents = commit, parents


class MovedSince(Refused):
    """What an undo or redo would put back was moved by a later operation; nothing was written.

    ``what`` and ``name`` say which branch, tag or workspace; ``operation``, ``command`` and ``workspace`` who moved it.
    """

    code = "moved_since"

    def __init__(self, what: str, name: str, operation: int, command: str, workspace: str) -> None:
        super().__init__(f"{what} {name!r} was moved since, by operation {operation} ({command} in {workspace!r})")
        self.what, self.name, self.operation = what, name, operation
        self.command, self.workspace = command, workspace


class NotConfirmed(Refused):
    """Something that cannot be undone was asked for, and nobody could be asked whether it is meant."""

    code = "not_confirmed"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} cannot be undone, and there is no terminal to ask whether it is meant")


class PurgeStands(Refused):
    """``undo`` has come to a purge. Nothing was written; what came before that cannot be undone here any more."""

    code = "purge_stands"

    def __init__(self, operation: int) -> None:
        super().__init__(f"operation {operation} is a purge, which cannot be undone: what it erased is gone")
        self.operation = operation


class NotDisputed(Refused):
    """A node that is in no dispute cannot be settled. ``node`` is its id in hex."""

    code = "not_disputed"

    def __init__(self, node: str, name: str) -> None:
        super().__init__(f"{name} is not in dispute")
        self.node, self.name = node, name


class InDispute(Refused):
    """A node that stands between two sides has to be settled before it can stand anywhere else. ``node`` is hex."""

    code = "in_dispute"

    def __init__(self, node: str, before: str) -> None:
        super().__init__(f"node {node[:8]} is disputed and must be resolved before {before}")
        self.node, self.short = node, node[:8]


class NoSuchSide(Refused):
    """A dispute has no such side: the two learnt it apart, or one of them had deleted it."""

    code = "no_such_side"

    def __init__(self, side: str) -> None:
        super().__init__("one side had deleted it" if side == "both" else f"this dispute has no {side}")
        self.side = side


class NotQuarantined(Refused):
    """A node that is not in quarantine cannot be let out of it, or rejected. ``node`` is its id in hex."""

    code = "not_quarantined"

    def __init__(self, node: str) -> None:
        super().__init__(f"node {node[:8]} is not in quarantine")
        self.node = node


class NoBisection(Refused):
    """A mark, or a run, where no bisection was started."""

    code = "no_bisection"

    def __init__(self) -> None:
        super().__init__("no bisection is going on in this workspace")


class NotBisectable(Refused):
    """A mark that contradicts what is known of other commits, or that no commit is there for."""

    code = "not_bisectable"
