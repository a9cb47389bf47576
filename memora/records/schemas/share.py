"""The records of memories that leave the store as files, and of what comes back from them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from memora.records.schemas import fields
from memora.records.schemas.fields import Count, NodeHex, NodeType, ObjectHex, Part, Record
from memora.records.schemas.history import UpstreamPart


class LeftOutPart(Part):
    """A memory that did not get into a file."""

    node: NodeHex = Field(description="the memory")
    reason: Literal["no room", "near-duplicate"] = Field(description="why")
    of: NodeHex | None = Field(description="the memory that says nearly the same; null for want of room")


class ExportRecord(Record):
    """One file that memories were written into, or that was compared with what it should say."""

    schema_name: Literal["memora.export/v1"] = Field(alias="schema")
    target: str = Field(description="what it is written for: a target, or a template of your own")
    path: str | None = Field(description="the file, from the project's folder; null under `--stdout`")
    outcome: Literal["written", "unchanged", "removed", "outdated", "shown"] = Field(
        description="`outdated` under `--check` and `--diff`; `shown` under `--stdout`; `removed` for a file of rules "
        "that no memory is for any more"
    )
    revision: str = Field(description="the first twelve digits of the commit, or where none has it of the tree")
    digest: str | None = Field(description="that of the block; null for a file that is memora's whole, and for none")
    nodes: list[NodeHex] = Field(description="the memories in it, the most important first")
    tokens: Count = Field(description="an estimate of how many tokens memora's part of the file is")
    left_out: list[LeftOutPart] = Field(description="what did not fit")
    beyond: Count = Field(description="how many more pass the filters and lie beyond `--top`")
    notes: list[str] = Field(description="what its owner should know about how tools read it")
    text: str = fields.left_out("but under `--stdout`", "the text")


class TargetRecord(Record):
    """Something that memories can be written for."""

    schema_name: Literal["memora.target/v1"] = Field(alias="schema")
    name: str = Field(description="what `--to` takes")
    path: str | None = Field(description="where its file lies; null for a template of your own, which needs `--out`")
    about: str = Field(description="what it is for")
    template: str | None = Field(description="the file in `.memora/templates` that it is written by; null for memora's")
    source: str = fields.left_out("but under `--print-template`", "what the template says")


class HandEditRecord(Record):
    """One change that a person made inside of a block, and what became of it."""

    schema_name: Literal["memora.hand-edit/v1"] = Field(alias="schema")
    change: Literal["changed", "added", "removed"] = Field(description="what was done")
    outcome: Literal["taken", "known", "disputed", "overruled", "skipped", "pending"] = Field(
        description="`known`: the store says so already; `overruled` by what the store has learnt since; `skipped`: "
        "see `problem`; `pending`: nothing was to be written"
    )
    path: str = Field(description="the file")
    line: Count = Field(description="the line in it, from 1; for what was removed, where it would stand")
    node: NodeHex | None = Field(description="the memory; null for one that is not there yet")
    before: str | None = Field(description="what the memory said when the block was written; null for an addition")
    after: str | None = Field(description="what it is to say; null for a removal")
    problem: str | None = Field(description="why it cannot be taken in; null where it can")
    commit: ObjectHex | None = Field(description="the commit that has it; null without `--commit`")


class ImportedRecord(Record):
    """A memory that a file holds, and what became of it."""

    schema_name: Literal["memora.imported/v1"] = Field(alias="schema")
    path: str = Field(description="the file, from the project's folder where it lies in it")
    line: Count = Field(description="the line it begins at, from 1; in what memora exported, which memory it is")
    format: str = Field(description="how the file was read")
    outcome: Literal["added", "corroborated", "known", "changed", "kept"] = Field(
        description="`kept`: the store says something else since, and goes on saying it"
    )
    node: NodeHex = Field(description="the memory")
    type: NodeType = Field(description="its type")
    content: str = Field(description="what it says now")
    key: str | None = Field(description="its key; null without one")
    tags: list[str] = Field(description="its tags")
    applies_to: list[str] = Field(description="the paths it is for")
    quarantined: bool = Field(description="whether it is in quarantine")
    reasons: list[str] = Field(description="why it is held back; empty where it is not")


class TipPart(Part):
    """A reference of a remote."""

    ref: str = Field(description="its full name there")
    target: ObjectHex = Field(description="what it named")


class FollowerPart(Part):
    """A branch of this store that follows one of a remote."""

    branch: str = Field(description="its name")
    upstream: UpstreamPart = Field(description="what it follows")


class RemoteRecord(Record):
    """A place that memory is shared with."""

    schema_name: Literal["memora.remote/v1"] = Field(alias="schema")
    name: str = Field(description="its name here")
    address: str = Field(description="where it is; passwords, tokens and keys are masked by `***`")
    shared: bool = Field(description="a folder that is made there lets its group write")
    generation: Count | None = Field(description="of its manifest that was seen last; null: it was never seen")


class CompactedRecord(Record):
    """The live packs at a remote before and after `memora remote compact`."""

    schema_name: Literal["memora.compacted/v1"] = Field(alias="schema")
    remote: str = Field(description="its name")
    has_packs: bool = Field(description="false: it is the store of another project, with nothing to fold")
    packs_before: Count = Field(description="how many there were")
    packs_after: Count = Field(description="how many there are now")
    bytes_before: Count = Field(description="their bytes before")
    bytes_after: Count = Field(description="their bytes now")


class SweptRecord(Record):
    """What `memora remote prune` threw away at a remote."""

    schema_name: Literal["memora.swept/v1"] = Field(alias="schema")
    remote: str = Field(description="its name")
    has_packs: bool = Field(description="false: it is the store of another project; `memora prune` there is for it")
    unnamed: Count = Field(description="files that no manifest named")
    tombstones: Count = Field(description="packs that others had taken the place of")
    objects: Count = Field(description="objects that nothing led to")
    packs: Count = Field(description="packs that held such objects")
    bytes_before: Count = Field(description="the bytes of these packs")
    bytes_after: Count | None = Field(description="of what took their place; null with `--dry-run`")
    dry_run: bool = Field(description="whether it was only said what would go")


class RemoteDetailRecord(RemoteRecord):
    """`memora remote show` adds:"""

    tips: list[TipPart] = Field(description="its references when it was seen last")
    followed_by: list[FollowerPart] = Field(description="the branches here that follow one of it")
