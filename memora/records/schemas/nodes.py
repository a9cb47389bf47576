"""The records of memories, and of what commands do to them and say about them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue, field_validator

from memora.records.schemas.fields import (
    Count,
    NodeHex,
    NodeType,
    ObjectHex,
    Part,
    Record,
    Relation,
    Share,
    Source,
    Status,
    Time,
    left_out,
)


class ObservationPart(Part):
    """One sighting that supports a memory, or contradicts it."""

    source: Source = Field(description="how it became known")
    author: str = Field(description="who says so")
    at: Time = Field(description="when")
    evidence: list[str] = Field(description="where to look: a place in the code, a URL, a command")
    anchors: list[str] = left_out("without any", "what the evidence said: two digests, the git commit, the evidence")
    session: str = left_out("where none is known", "the run of an agent it was made in")
    note: str = left_out("without one", "why, in a line of words")
    stance: Literal["contradicts"] = left_out("where it supports the memory", "that it speaks against the memory")


class LinkPart(Part):
    """A link to another memory."""

    rel: Relation = Field(description="how the one stands to the other")
    to: NodeHex = Field(description="the memory linked to")


class BackLinkPart(Part):
    """A link from another memory."""

    rel: Relation = Field(description="how the other stands to this one")
    from_: NodeHex = Field(alias="from", description="the memory that holds the link")


class DisputePart(Part):
    """What a memory in dispute stands between."""

    base: ObjectHex | None = Field(description="the version both came from; null where there was none")
    sides: list[ObjectHex] = Field(description="the versions of the sides, sorted; one where the other had deleted it")


class CommitMentionPart(Part):
    """A commit in the history of a memory."""

    commit: ObjectHex = Field(description="its id")
    at: Time = Field(description="when it was made")
    author: str = Field(description="who made it")
    message: str = Field(description="its message, whole")


class NodeRecord(Record):
    """A memory, as it is stored in one version."""

    schema_name: Literal["memora.node/v1"] = Field(alias="schema")
    id: NodeHex = Field(description="never changes")
    version: ObjectHex = Field(description="this state of it: an object id")
    type: NodeType = Field(description="what sort of memory it is")
    content: str = Field(min_length=1, description="what it says")
    confidence: Share = Field(description="how sure it is")
    status: Status = Field(description="how it stands")
    tags: list[str] = Field(description="sorted")
    observations: list[ObservationPart] = Field(min_length=1, description="who saw it, the oldest first")
    links: list[LinkPart] = Field(description="where it leads to, sorted")
    applies_to: list[str] = Field(description="globs of the paths in the code that it is for, sorted")
    pinned: bool = Field(description="never expires and is never collected")
    created_at: Time = Field(description="when it was first learnt")
    updated_at: Time = Field(description="when it last changed")
    key: str = left_out("where it has none", "dotted name of the thing it is about")
    expires_at: Time = left_out("where it does not end", "when its life ends")
    valid_from: Time = left_out("where it is not bounded", "since when it is true")
    valid_to: Time = left_out("where it is not bounded", "until when it is true")
    conflict: DisputePart = left_out("unless `status` is `conflicted`", "what it stands between")


class ShownNodeRecord(NodeRecord):
    """`memora show` adds what is not stored in the memory:"""

    expired: bool = Field(description="its life has ended")
    importance: Share = Field(description="what `recall` and `gc` weigh it by")
    accesses: Count = Field(description="how often it was recalled")
    uncommitted: bool = Field(description="no commit has it like this")
    remote: str | None = Field(description="the remote that brought this version; null: it was made here")
    linked_from: list[BackLinkPart] = Field(description="links that lead to it")
    sides: list[NodeRecord] = Field(description="the sides of its dispute, where it is in one")
    history: list[CommitMentionPart] = Field(description="the newest commits that changed it, newest first")
    history_more: Count = Field(description="how many others changed it, as far as was looked")
    history_whole: bool = Field(description="false where older commits were not looked at")


class ChangeSetRecord(Record):
    """What a command did to memories."""

    schema_name: Literal["memora.change-set/v1"] = Field(alias="schema")
    outcome: Literal["added", "corroborated", "known", "changed", "unchanged"] = Field(
        description="what happened; `corroborated`: another observer had said it, `known`: the same one had"
    )
    nodes: list[NodeRecord] = Field(
        description="the memories as they are now, removed ones as they were; when `unchanged`, those asked for"
    )
    unreadable: list[NodeHex] = left_out(
        "where all could be read", "nodes that were removed and whose version is damaged"
    )


class BatchRecord(Record):
    """`memora add --batch` prints counts instead:"""

    schema_name: Literal["memora.change-set/v1"] = Field(alias="schema")
    added: Count = Field(description="memories that were new")
    corroborated: Count = Field(description="lines that supported a memory")
    known: Count = Field(description="lines that brought nothing new")
    changed: Count = Field(description="memories that `--replace` revised")


class DependantPart(Part):
    """A memory that rests on one that was retracted."""

    node: NodeHex = Field(description="the memory")
    depth: int = Field(ge=1, description="how many links below the retracted one it stands")
    standing: Literal["supported", "unsupported", "deprecated"] = Field(
        description="what becomes of it; `unsupported`: nothing is left that holds it up"
    )
    parent: NodeHex | None = Field(description="the memory that still holds it up; null for none")
    observation: ObservationPart | None = Field(description="the sighting that still holds it up; null for none")


class RetractionRecord(ChangeSetRecord):
    """`memora retract` adds:"""

    dry_run: bool = Field(description="nothing was changed")
    dependants: list[DependantPart] = Field(description="what rests on the memory, from the top down")


class ImportancePart(Part):
    """The importance of a memory (`docs/recall.md` has the formula)."""

    total: Share = Field(description="the importance")
    confidence: Share = Field(description="the memory's confidence")
    recency: Share = Field(description="halves with every half-life of its type")
    access: Share = Field(description="grows with every time it is recalled")
    pinned: bool = Field(description="a pinned memory has the importance 1")


class ScorePart(Part):
    """How a score came about: the product of `text`, `length`, `status` and `belief`."""

    text: float = Field(ge=0, description="how well the words fit")
    length: Share = Field(description="less than 1 for a long content")
    status: Share = Field(description="1 for a stable memory")
    belief: Share = Field(description="from confidence and importance")
    importance: ImportancePart = Field(description="what the importance is made of")
    matched: list[str] = Field(description="the terms that the memory holds, the rarest first")
    named: list[str] = Field(description="those of them that its key or tags hold")


class HitRecord(Record):
    """An answer of `recall`."""

    schema_name: Literal["memora.hit/v1"] = Field(alias="schema")
    score: float = Field(ge=0, description="how good an answer it is; the best comes first")
    node: NodeRecord = Field(description="the memory")
    sides: list[NodeRecord] = left_out(
        "unless it is in dispute", "what it stands between; one where the other side had deleted it"
    )
    explain: ScorePart = left_out("without `--explain`", "how the score came about")


class ValueChangePart(Part):
    """The value of a field before and after, as node records have it; null where it was not set."""

    from_: JsonValue = Field(alias="from", description="before")
    to: JsonValue = Field(description="after")


class ChangeRecord(Record):
    """What changed about a memory."""

    schema_name: Literal["memora.change/v1"] = Field(alias="schema")
    change: Literal["added", "removed", "modified"] = Field(description="what became of it")
    node: NodeHex = Field(description="the memory")
    fields: dict[str, ValueChangePart] = Field(description="what differs, by the names that node records have")
    summary: list[str] = left_out("without `--semantic`", "the change in plain words")

    @field_validator("fields")
    @classmethod
    def _are_fields_of_a_node(cls, fields: dict[str, ValueChangePart]) -> dict[str, ValueChangePart]:
        unknown = fields.keys() - (NodeRecord.model_fields.keys() - {"schema_name", "id", "version"})
        if unknown:
            raise ValueError(f"{min(unknown)} is no field of a node record")
        return fields


class BlameRecord(Record):
    """Where a value of a memory comes from; a field that is a list has one record for each member."""

    schema_name: Literal["memora.blame/v1"] = Field(alias="schema")
    node: NodeHex = Field(description="the memory")
    field: str = Field(description="name of the field, as in node records")
    value: str | float | bool | ObservationPart | LinkPart | DisputePart = Field(
        description="its value, or one member of it"
    )
    commit: ObjectHex | None = Field(description="the commit that brought it; null where none has yet")
    author: str | None = Field(description="who made that commit; null without one")
    session: str | None = Field(description="the session that an observation names; else null")
    at: Time | None = Field(description="when that commit was made; null without one")


class WhyRecord(Record):
    """What a memory rests on, and the trust that leaves. The records inside are of the same schema."""

    schema_name: Literal["memora.why/v1"] = Field(alias="schema")
    node: NodeHex = Field(description="the memory")
    relation: Literal["derived_from", "depends_on", "supports"] | None = Field(
        description="how the memory above stands to it, or `supports`: it supports that one; null at the top"
    )
    standing: Literal["sound", "expired", "disputed", "deprecated", "retracted", "missing"] = Field(
        description="how it stands"
    )
    trust: Share = Field(description="the least worth among itself and all it rests on")
    weakest: NodeHex = Field(description="the memory that the trust comes from")
    confidence: Share | None = Field(description="of the memory itself; null where it is missing")
    type: NodeType | None = Field(description="null where it is missing")
    key: str | None = Field(description="null where it has none")
    content: str | None = Field(description="null where it is missing")
    observations: list[ObservationPart] = Field(description="who saw it")
    evidence: list[str] = Field(description="the evidence of all observations, sorted")
    expanded: bool = Field(description="false where `support` is left empty: shown elsewhere, or too deep")
    support: list[WhyRecord] = Field(description="what it rests on, then what supports it")
