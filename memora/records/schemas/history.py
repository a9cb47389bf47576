"""The records of commits, names of commits, merges, operations, and of where a workspace stands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from memora.records.schemas.fields import Count, NodeHex, ObjectHex, Part, Record, Time, left_out
from memora.records.schemas.nodes import ChangeRecord, NodeRecord


class CountsPart(Part):
    """How many memories had each effect; each that changed counts once."""

    added: Count = Field(description="new ones")
    changed: Count = Field(description="those that changed otherwise")
    removed: Count = Field(description="those that are gone")
    promoted: Count = Field(description="those that became stable")
    conflicted: Count = Field(description="those that came into dispute")


class UpstreamPart(Part):
    """The branch of a remote that a branch follows, as it was seen last."""

    remote: str = Field(description="the remote")
    branch: str = Field(description="its branch")
    ahead: Count | None = Field(description="commits that only the branch here has; null: one has no commit known here")
    behind: Count | None = Field(description="commits that only the remote's has; null likewise")


class StatusRecord(Record):
    """Where a workspace stands."""

    schema_name: Literal["memora.status/v1"] = Field(alias="schema")
    workspace: str = Field(description="its name")
    branch: str | None = Field(description="the branch it is on; null for none")
    head: ObjectHex | None = Field(description="the commit it started from; null before the first")
    tree: ObjectHex = Field(description="the working tree")
    nodes: Count = Field(description="memories in the working tree")
    changes: CountsPart = Field(description="what is not committed")
    expired: Count = Field(description="memories whose life has ended")
    conflicted: Count = Field(description="memories in dispute")
    unsupported: Count = Field(description="memories that lost what they were derived from")
    stale: Count = Field(description="memories that the code no longer bears out")
    quarantined: Count = Field(description="memories that nobody should trust yet")
    ahead: Count = Field(description="commits of `head` that the branch does not have any more")
    behind: Count = Field(description="commits by which others have moved the branch on")
    merging: list[ObjectHex] = Field(description="commits of a merge that waits to be committed")
    bisecting: bool = Field(description="whether a search by `bisect` is going on")
    upstream: UpstreamPart | None = Field(description="what the branch follows; null for nothing")


class KeptDecisionPart(Part):
    """A clash that a merge decided, as its commit keeps it."""

    node: NodeHex = Field(description="the memory")
    rule: str = Field(description="the rule that decided")
    overruled: ObjectHex | None = Field(description="the version that lost; null for none")


class CommitRecord(Record):
    """A commit."""

    schema_name: Literal["memora.commit/v1"] = Field(alias="schema")
    commit: ObjectHex = Field(description="its id")
    parents: list[ObjectHex] = Field(description="the commits it was made on; several for a merge")
    tree: ObjectHex = Field(description="the memories it holds")
    branch: str | None = Field(description="the branch committed to, in a log the one whose tip it is; else null")
    author: str = Field(description="who made it")
    at: Time = Field(description="when")
    message: str = Field(description="whole; the first line is its subject")
    changes: CountsPart = Field(description="what it did, against its first parent")
    decisions: list[KeptDecisionPart] = left_out("unless it is a merge that decided clashes", "what it decided")


class RollbackRecord(CommitRecord):
    """`memora rollback` adds:"""

    target: ObjectHex | None = Field(
        description="the commit gone back to; null for a moment of a session which no commit has"
    )
    checkpoint: ObjectHex | None = Field(description="the commit that keeps what was not committed; null: nothing was")


class RevertRecord(CommitRecord):
    """`memora revert` adds, and has null for `commit` under `--dry-run`:"""

    commit: ObjectHex | None = Field(description="its id; null where it was only planned")  # type: ignore[assignment]
    dry_run: bool = Field(description="nothing was changed")
    reverted: list[ObjectHex] = Field(description="the commits taken back, newest first")
    conflicts: list[NodeHex] = Field(description="memories in dispute, because they were changed again later")


class PickRecord(CommitRecord):
    """`memora cherry-pick` adds:"""

    picked: ObjectHex = Field(description="the commit that was done again")
    conflicts: list[NodeHex] = Field(description="memories that came into dispute")


class RefRecord(Record):
    """A branch or tag."""

    schema_name: Literal["memora.ref/v1"] = Field(alias="schema")
    name: str = Field(description="its name")
    commit: ObjectHex | None = Field(description="what it names; null for a branch without a commit")
    current: bool = Field(description="the workspace is on that branch; never of a tag")
    remote: str = left_out("but of a branch of a remote", "that remote")
    upstream: UpstreamPart = left_out("where it follows nothing, and in a list without `--verbose`", "what it follows")


class BranchDetailRecord(RefRecord):
    """`memora branch --verbose` adds:"""

    subject: str = Field(description="first line of its commit's message; empty without one")
    ahead: Count = left_out("where it or HEAD has no commit", "commits that it has and HEAD has not")
    behind: Count = left_out("where it or HEAD has no commit", "commits that HEAD has and it has not")


class AnnotatedTagRecord(RefRecord):
    """A tag with a message adds:"""

    message: str = Field(description="what the tag says")
    author: str = Field(description="who made it")
    at: Time = Field(description="when")


class SwitchRecord(RefRecord):
    """`memora switch` prints where the workspace is now, with the name `HEAD` on no branch, and adds:"""

    outcome: Literal["switched", "created", "detached", "moved", "already"] = Field(
        description="how it got there; `moved`: to the tip of the branch it was on, `already`: nothing changed"
    )
    carried: Count = Field(description="uncommitted changes that came along")


class DecisionPart(Part):
    """A clash that a merge decided."""

    node: NodeHex = Field(description="the memory")
    rule: str = Field(description="the rule that decided")
    reason: str = Field(description="why, in words")
    winner: Literal["ours", "theirs"] | None = Field(description="the side that won; null: as was settled before")
    fields: list[str] = Field(description="the fields that clashed")
    base: ObjectHex | None = Field(description="the version both came from; null for none")
    ours: ObjectHex | None = Field(description="our version; null where we had deleted it")
    theirs: ObjectHex | None = Field(description="their version; null where they had deleted it")
    overruled: ObjectHex | None = Field(description="the version that lost; null for none")


class MergeRecord(Record):
    """What a merge did, or under `--dry-run` would do."""

    schema_name: Literal["memora.merge/v1"] = Field(alias="schema")
    outcome: Literal["up_to_date", "fast_forward", "merged"] = Field(description="what it came to")
    branch: str | None = Field(description="the branch merged into; null for none")
    commit: ObjectHex | None = Field(description="the branch's commit now; null where none was made")
    theirs: ObjectHex = Field(description="the commit that was merged")
    tree: ObjectHex = Field(description="the memories that came out")
    changes: CountsPart = Field(description="what that changes here")
    decisions: list[DecisionPart] = Field(description="the clashes that were decided")
    conflicts: list[NodeHex] = Field(description="the memories that stay in dispute")
    dry_run: bool = Field(description="nothing was changed")


class ConflictRecord(Record):
    """A memory in dispute, with what each side says."""

    schema_name: Literal["memora.conflict/v1"] = Field(alias="schema")
    node: NodeHex = Field(description="the memory")
    key: str | None = Field(description="its key; null for none")
    base: NodeRecord | None = Field(description="what both came from; null for nothing")
    ours: NodeRecord | None = Field(description="what we say; null where we had deleted it")
    theirs: NodeRecord | None = Field(description="what they say; null where they had deleted it")
    others: list[NodeRecord] = Field(description="what others say, where merges added to the dispute")


class ForgottenRecord(Record):
    """What `memora resolve NODE --forget` did."""

    schema_name: Literal["memora.forgotten/v1"] = Field(alias="schema")
    resolutions: Count = Field(description="how many settled disputes about the memory were forgotten")


class BisectionRecord(Record):
    """Where a search for a bad commit stands."""

    schema_name: Literal["memora.bisect/v1"] = Field(alias="schema")
    outcome: Literal["waiting", "testing", "found", "undecided", "ended"] = Field(
        description="`waiting`: a bad or a good commit is not named yet; `ended`: it was reset"
    )
    commit: ObjectHex | None = Field(description="the commit to be tested, or the first bad one; else null")
    node: NodeHex | None = Field(description="the memory whose change alone is enough; null where none was found")
    remaining: Count = Field(description="how many commits may be the first bad one")
    steps: Count = Field(description="about how many tests are left")
    candidates: list[ObjectHex] = Field(description="where it is `undecided`: one of these is, and most were skipped")


class CulpritRecord(BisectionRecord):
    """`memora bisect run --nodes` adds, where it found a commit:"""

    culprits: list[ChangeRecord] = Field(description="the changes of that commit that are needed")
    sufficient: bool = Field(description="they are enough")
    undecided: list[NodeHex] = Field(description="memories whose changes the test could not tell apart")
    fails_without: bool = Field(description="no change of the commit is needed")


class MovePart(Part):
    """A pointer that an operation moved.

    Pointers are `refs/…`, `workspace/NAME/head` and `workspace/NAME/tree`. A head reads `BRANCH COMMIT`, with `-` for
    none; any other value is an object id. Null: there was none.
    """

    pointer: str = Field(description="its name")
    before: str | None = Field(description="where it was")
    after: str | None = Field(description="where it is since")


class OperationRecord(Record):
    """An operation: one command that changed something."""

    schema_name: Literal["memora.operation/v1"] = Field(alias="schema")
    operation: int = Field(ge=1, description="its number, counted over the whole store")
    at: Time = Field(description="when")
    workspace: str = Field(description="where")
    author: str = Field(description="who")
    command: str = Field(description="the command")
    summary: str = Field(description="what it did, in words")
    moves: list[MovePart] = Field(description="the pointers it moved; none where `prune` forgot them")
    undid: int = left_out("unless it is an undo", "number of the operation that was taken back")
    redid: int = left_out("unless it is a redo", "number of the operation that was done again")


class LoggedOperationRecord(OperationRecord):
    """`memora op log` adds:"""

    current: bool = Field(description="its effect is the newest that stands")
    undone: bool = Field(description="it is undone, and `redo` brings it back")


class ShownOperationRecord(OperationRecord):
    """`memora op show` adds:"""

    nodes: list[ChangeRecord] = Field(description="what it did to the memories of the working tree")
