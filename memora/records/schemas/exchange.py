"""The shapes of what was exchanged with a remote."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from memora.records.schemas.fields import Count, NodeHex, ObjectHex, Part, Record, Time
from memora.records.schemas.history import MergeRecord


class FetchedRefPart(Part):
    """A reference that moved here because of a remote."""

    name: str = Field(description="in full, such as `refs/remotes/origin/main`")
    before: ObjectHex | None = Field(description="null where there was none")
    after: ObjectHex | None = Field(description="null where the remote has none any more")
    rewritten: bool = Field(description="whether history there was replaced: what was before is no part of what is now")
    kept: str | None = Field(description="why it was left as it was here; null where it moved")


class OrderPart(Part):
    """Something that came and reads like an order to an agent."""

    name: str = Field(description="the id of a commit, or a reference in full")
    reason: str = Field(description="the rule that says so, and in words")


class FetchRecord(Record):
    """What `memora fetch` brought."""

    schema_name: Literal["memora.fetch/v1"] = Field(alias="schema")
    remote: str = Field(description="its name")
    objects: Count = Field(description="how many objects were new")
    versions: Count = Field(description="how many of them are versions of memories")
    commits: Count = Field(description="how many are commits")
    refs: list[FetchedRefPart] = Field(description="what moved here")
    erased_there: Count = Field(description="objects that the remote has erased and this store still has")
    orders: list[OrderPart] = Field(description="new commits and names that read like orders to an agent, 20 at most")


class PushedRefPart(Part):
    """A reference of a remote that was moved."""

    name: str = Field(description="in full, such as `refs/heads/main`")
    before: ObjectHex | None = Field(description="null where there was none")
    after: ObjectHex | None = Field(description="null where it was deleted")


class PushRecord(Record):
    """What `memora push` moved at a remote. No `refs` where all was there already."""

    schema_name: Literal["memora.push/v1"] = Field(alias="schema")
    remote: str = Field(description="its name")
    objects: Count = Field(description="how many objects were sent")
    bytes: Count = Field(description="how many bytes they took, packed")
    refs: list[PushedRefPart] = Field(description="what moved there")
    followed: str | None = Field(description="the branch that follows the remote from now on, if one began to")


class PullRecord(Record):
    """What `memora pull` fetched and merged."""

    schema_name: Literal["memora.pull/v1"] = Field(alias="schema")
    branch: str = Field(description="the branch of the remote")
    fetch: FetchRecord = Field(description="what came")
    merge: MergeRecord | None = Field(description="null where the remote has no such branch")
    held: list[NodeHex] = Field(description="memories that went to quarantine")


class SyncRecord(Record):
    """What the last round of `memora sync` did."""

    schema_name: Literal["memora.sync/v1"] = Field(alias="schema")
    rounds: Count = Field(description="1, and one more for each time that somebody else was quicker")
    pull: PullRecord | None = Field(description="null where there was nothing to pull")
    push: PushRecord = Field(description="what was sent")


class CloneRecord(Record):
    """The store that `memora clone` made."""

    schema_name: Literal["memora.clone/v1"] = Field(alias="schema")
    path: str = Field(description="of the `.memora` folder")
    branch: str | None = Field(description="the branch that its workspace is on; null where the remote has none")
    commit: ObjectHex | None = Field(description="its tip")
    fetch: FetchRecord = Field(description="what came")
    held: list[NodeHex] = Field(description="memories that went to quarantine, in a commit of their own")


class BundledRefPart(Part):
    """A reference that a bundle brings."""

    name: str = Field(description="in full, such as `refs/heads/main`")
    target: ObjectHex = Field(description="what it names: a commit, a tag or a session")


class BundleRecord(Record):
    """What is in a bundle that was made or verified."""

    schema_name: Literal["memora.bundle/v1"] = Field(alias="schema")
    path: str = Field(description="the file as it was named")
    refs: list[BundledRefPart] = Field(description="what it brings")
    prerequisites: list[ObjectHex] = Field(description="the commits that must be there already")
    missing: list[ObjectHex] | None = Field(description="those of them that are not here; null without a store")
    head: str | None = Field(description="the branch it is about; null where there are several")
    author: str = Field(description="who made it")
    at: Time = Field(description="when")
    to: str | None = Field(description="who it is for; null where nobody was named")
    note: str | None = Field(description="what is said to them, in Markdown; null for nothing")
    objects: Count = Field(description="how many objects it has")
    versions: Count = Field(description="how many of them are versions of memories")
    commits: Count = Field(description="how many are commits")
    bytes: Count = Field(description="how many bytes the file has")


class UnbundleRecord(Record):
    """What `memora bundle unbundle` took in."""

    schema_name: Literal["memora.unbundle/v1"] = Field(alias="schema")
    path: str = Field(description="the file as it was named")
    name: str = Field(description="what its branches are called by, as in `bundle/main`")
    objects: Count = Field(description="how many objects were new")
    versions: Count = Field(description="how many of them are versions of memories")
    commits: Count = Field(description="how many are commits")
    refs: list[FetchedRefPart] = Field(description="what moved here")
    orders: list[OrderPart] = Field(description="new commits and names that read like orders to an agent, 20 at most")
    author: str = Field(description="who made the bundle")
    at: Time = Field(description="when")
    to: str | None = Field(description="who it is for; null where nobody was named")
    note: str | None = Field(description="what is said to them, in Markdown; null for nothing")


class QuestionsPart(Part):
    """What is open in memory that is handed over, in numbers."""

    disputed: Count = Field(description="memories in dispute")
    assumed: Count = Field(description="assumptions that nobody verified")
    stale: Count = Field(description="memories that the code no longer bears out")
    unsupported: Count = Field(description="memories that nothing holds up any more")
    quarantined: Count = Field(description="memories held back until somebody decides")
    expiring: Count = Field(description="memories that expire within three days")


class HandoffRecord(Record):
    """What `memora handoff` handed over."""

    schema_name: Literal["memora.handoff/v1"] = Field(alias="schema")
    path: str = Field(description="the bundle")
    to: str = Field(description="who it is for")
    branch: str = Field(description="the branch that is in it")
    commit: ObjectHex = Field(description="its newest commit")
    questions: QuestionsPart = Field(description="what is open")
    letter: str = Field(description="where things stand, in Markdown: the note of the bundle")
    objects: Count = Field(description="how many objects it has")
    versions: Count = Field(description="how many of them are versions of memories")
    commits: Count = Field(description="how many are commits")
    bytes: Count = Field(description="how many bytes the file has")
