"""The records of sessions, of their events, and of who was told what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from memora.records.schemas.fields import Count, NodeHex, ObjectHex, Part, Record, Source, Time, left_out
from memora.records.schemas.history import CommitRecord, CountsPart
from memora.records.schemas.nodes import NodeRecord


class SessionRecord(Record):
    """A session: one run of an agent or a person."""

    schema_name: Literal["memora.session/v1"] = Field(alias="schema")
    session: str = Field(description="its id")
    source: Source = Field(description="which sort of agent it is")
    workspace: str = Field(description="where it began")
    owner: str = Field(description="who has it: one owner has one active session in a workspace")
    started_at: Time = Field(description="when it began")
    ended_at: Time | None = Field(description="when it ended; null while it is active")
    outcome: Literal["completed", "failed", "cancelled", "abandoned"] | None = Field(
        description="how it ended; `abandoned`: it was never ended, and closed later; null while it is active"
    )
    events: Count = Field(description="how many events it has")
    last_at: Time = Field(description="when the last of them was")
    sealed: ObjectHex | None = Field(description="the object it was sealed into when it ended; else null")


class SessionDetailRecord(SessionRecord):
    """`memora session show` adds:"""

    types: dict[str, Count] = Field(description="how many events of each type it has")


class EventRecord(Record):
    """An event of a session."""

    schema_name: Literal["memora.event/v1"] = Field(alias="schema")
    session: str = Field(description="the session")
    seq: int = Field(ge=1, description="its number in the session")
    at: Time = Field(description="when")
    event: str = Field(description="what: see [sessions.md](sessions.md#events)")
    data: dict[str, JsonValue] = Field(description="what it says")
    tree: ObjectHex = Field(description="the working tree after it")


class MomentRecord(EventRecord):
    """`memora replay` adds, for an event with which memory changed:"""

    changes: CountsPart = Field(description="how many memories, by what became of them")


class ReceiptRecord(Record):
    """One version of a memory that was handed out."""

    schema_name: Literal["memora.receipt/v1"] = Field(alias="schema")
    node: NodeHex = Field(description="the memory")
    session: str | None = Field(description="the session it was handed to; null outside of sessions")
    seq: int = Field(ge=1, description="number of the event")
    at: Time = Field(description="when")
    version: ObjectHex = Field(description="the version that was handed out")
    via: str = Field(description="by what: `recall`, `export`, or what an agent's hook says")
    author: str = Field(description="to whom; empty where it is not known")
    path: str = left_out("unless it is an export", "the file")


class DerivedPart(Part):
    """A memory that was derived from another."""

    node: NodeHex = Field(description="the memory")
    depth: int = Field(ge=1, description="how many steps below it stands")


class ImpactRecord(Record):
    """Where a memory went."""

    schema_name: Literal["memora.impact/v1"] = Field(alias="schema")
    node: NodeHex = Field(description="the memory")
    current: NodeRecord | None = Field(description="its state now; null where it is not in the working tree any more")
    sessions: list[ReceiptRecord] = Field(description="when it was handed out, in the order of recording")
    exports: list[ReceiptRecord] = Field(description="the exports that hold it, likewise")
    derived: list[DerivedPart] = Field(description="the memories that were derived from it, directly or not")


class AskedAgainRecord(Record):
    """A question of a session, asked again with the memory of a revision."""

    schema_name: Literal["memora.asked-again/v1"] = Field(alias="schema")
    session: str = Field(description="the session")
    seq: int = Field(ge=1, description="number of the event")
    at: Time = Field(description="when it was asked")
    question: str = Field(description="the question")
    revision: str = Field(description="the revision, as it was given")
    before: dict[NodeHex, ObjectHex] = Field(description="the versions that it was answered with, by their memories")
    after: dict[NodeHex, ObjectHex] = Field(description="those that it is answered with now")
    gone: list[NodeHex] = Field(description="memories that are no answer any more")
    new: list[NodeHex] = Field(description="memories that are an answer only now")
    changed: list[NodeHex] = Field(description="memories that answer in another version")


class ReplayedRecord(CommitRecord):
    """`memora replay --onto` adds:"""

    replayed: str = Field(description="the session whose changes it does")
    conflicts: list[NodeHex] = Field(description="the memories that are in dispute now")
