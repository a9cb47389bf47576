"""The records of stores, settings, checks and care, and of errors."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from memora.records.schemas.exchange import PushedRefPart
from memora.records.schemas.fields import (
    Count,
    NodeHex,
    NodeType,
    ObjectHex,
    Part,
    Record,
    Share,
    Status,
    Time,
    left_out,
)


class StoreRecord(Record):
    """A store that was made."""

    schema_name: Literal["memora.store/v1"] = Field(alias="schema")
    path: str = Field(description="its `.memora` folder")
    branch: str = Field(description="its first branch")


class StepPart(Part):
    """A command of a demo."""

    about: str | None = left_out(
        "where the command belongs to the one before", "what happens, and why, in one line for people"
    )
    command: str = Field(description="the command line")
    exit: Count = Field(description="its exit code")
    output: list[str] = Field(description="the lines that it printed for people, without colours")


class DemoRecord(Record):
    """A story that was played."""

    schema_name: Literal["memora.demo/v1"] = Field(alias="schema")
    path: str = Field(description="the folder of its project, which stays")
    steps: list[StepPart] = Field(description="the commands that were run there, in order")


class StatsRecord(Record):
    """What a store holds."""

    schema_name: Literal["memora.stats/v1"] = Field(alias="schema")
    workspace: str = Field(description="the workspace counted")
    branch: str | None = Field(description="the branch it is on; null for none")
    nodes: Count = Field(description="memories in its working tree")
    types: dict[str, Count] = Field(description="how many of each type; types without any are left out")
    statuses: dict[str, Count] = Field(description="how many of each status, likewise")
    average_confidence: Share | None = Field(description="null without memories")
    observations: dict[str, Count] = Field(description="how many of each source")
    expired: Count = Field(description="memories whose life has ended")
    disputed: Count = Field(description="memories in dispute")
    versions: Count = Field(description="versions of memories in the whole store")
    commits: Count = Field(description="commits in the whole store")
    branches: Count = Field(description="branches")
    tags: Count = Field(description="tags")
    workspaces: Count = Field(description="workspaces")
    objects: dict[str, Count] = Field(description="objects of each kind in the whole store")
    size_bytes: Count = Field(description="size of the whole `.memora` folder")


class SettingRecord(Record):
    """A setting."""

    schema_name: Literal["memora.setting/v1"] = Field(alias="schema")
    name: str = Field(description="its name")
    value: bool | float | str | list[str] = Field(description="its value")
    origin: Literal["store", "user", "default"] = Field(description="where the value is from")
    path: str = left_out("for a default", "the file it is set in")


class SettingsFileRecord(Record):
    """A settings file, which need not exist."""

    schema_name: Literal["memora.settings-file/v1"] = Field(alias="schema")
    origin: Literal["store", "user"] = Field(description="whose settings it holds")
    path: str = Field(description="where it is")


class CheckRecord(Record):
    """One thing that `memora doctor` looked at."""

    schema_name: Literal["memora.check/v1"] = Field(alias="schema")
    name: str = Field(description="what was looked at")
    state: Literal["ok", "warning", "failure"] = Field(description="how it is")
    message: str = Field(description="what was found, in words")
    advice: str = left_out("where nothing has to be done", "what to do about it")


class ProblemRecord(Record):
    """Something that is wrong with a store, or wants attention in it."""

    schema_name: Literal["memora.problem/v1"] = Field(alias="schema")
    rule: str = Field(description="which check found it; stable")
    severity: Literal["error", "warning", "note"] = Field(description="from `fsck` an error is damage")
    message: str = Field(description="what is wrong, in words")
    node: NodeHex = left_out("where it is about no memory", "the memory it hits")
    object: ObjectHex = left_out("where it is about no object", "the object that is damaged or missing")
    path: str = left_out("where it is about no file", "the file of the project it is in")
    line: int = left_out("where it is about no line", "the line, counted from 1")
    revisions: list[str] = left_out(
        "where it hits none", "workspaces, branches, tags and first digits of commits that cannot be read whole"
    )


class ProposedLinkPart(Part):
    """A link that would settle a suspicion; `memora link` makes it."""

    node: NodeHex = Field(description="the memory that would hold it")
    rel: Literal["contradicts", "relates_to"] = Field(description="how the one stands to the other")
    to: NodeHex = Field(description="the memory linked to")


class SuspectedPairRecord(ProblemRecord):
    """`memora check --contradictions` adds, where two memories may not go together:"""

    other: NodeHex = Field(description="the second memory; `node` is the first")
    suspicion: Literal["duplicate", "other_value", "negation", "moved"] = Field(description="what it looks like")
    score: Share = Field(description="how sure that is")
    reason: str = Field(description="what was seen, in words")
    link: ProposedLinkPart = Field(description="a link to make, if people agree")


class GitHookRecord(Record):
    """What became of a hook of git."""

    schema_name: Literal["memora.git-hook/v1"] = Field(alias="schema")
    hook: str = Field(description="its name")
    path: str = Field(description="its file")
    outcome: Literal["installed", "unchanged", "removed", "absent"] = Field(description="what became of it")
    chained: bool = Field(description="another hook was there: it runs first, or is back in its place")


class EvidenceRecord(ProblemRecord):
    """`memora verify` adds what became of a piece of evidence:"""

    verdict: Literal["moved", "changed", "gone", "failed", "not_run", "unanchored"] = Field(
        description="what became of it"
    )
    evidence: str = Field(description="the piece of evidence, as the memory has it")
    moved_to: str = left_out("unless its lines moved", "where its lines are now")


class RepairedRecord(Record):
    """What `memora fsck --repair` did; printed after the problems, and only where something could be repaired."""

    schema_name: Literal["memora.repaired/v1"] = Field(alias="schema")
    actions: list[str] = Field(description="what was done, in words")
    copy_path: str | None = Field(
        alias="copy", description="where the database is kept as it was before; null where nothing was changed"
    )
    restored: Count = Field(description="objects put back from the remote that `--from` names")
    not_found: list[ObjectHex] = Field(description="damaged or missing objects that it does not have either")
    problems: list[ProblemRecord] = Field(description="what is wrong still")


class CollectionRecord(Record):
    """What `memora gc` decided about a memory, and the numbers it follows from."""

    schema_name: Literal["memora.collection/v1"] = Field(alias="schema")
    node: NodeHex = Field(description="the memory")
    action: Literal["expired", "removed", "deprecated"] = Field(
        description="what becomes of it; `expired` and `removed` leave the working tree"
    )
    type: NodeType = Field(description="its type")
    status: Status = Field(description="its status before")
    content: str = Field(description="what it says")
    score: Share = Field(description="its importance")
    threshold: Share = Field(description="the importance that would have kept it")
    confidence: Share = Field(description="part of the importance")
    recency: Share = Field(description="part of the importance")
    access: Share = Field(description="part of the importance")
    accesses: Count = Field(description="how often it was recalled")
    dry_run: bool = Field(description="nothing was changed")
    expires_at: Time = left_out("where it does not end", "when its life ends")


class PrunedRecord(Record):
    """What `memora prune` removed."""

    schema_name: Literal["memora.pruned/v1"] = Field(alias="schema")
    objects: Count = Field(description="objects that nothing led to")
    kinds: dict[str, Count] = Field(description="how many of each kind")
    size_bytes: Count = Field(description="what they took up")
    kept: Count = Field(description="objects that are in use")
    operations: Count = Field(description="operations that were forgotten")
    dry_run: bool = Field(description="nothing was changed")


class PurgedRefPart(Part):
    """A reference that leads elsewhere, or is called otherwise."""

    name: str = Field(description="its full name now")
    from_object: ObjectHex = Field(alias="from", description="what it named")
    to: ObjectHex = left_out("where it is gone", "what it names now")


class PurgedRemotePart(Part):
    """A remote to which it was carried, or was to be."""

    name: str = Field(description="its name")
    reached: bool = Field(description="it is erased there")
    problem: str | None = Field(description="why it is not, null where it is")
    refs: list[PushedRefPart] = Field(description="what moved there")


class PurgeRecord(Record):
    """What `memora purge` erased, by ids alone, and what took the place of what."""

    schema_name: Literal["memora.purge/v1"] = Field(alias="schema")
    nodes: list[NodeHex] = Field(description="memories that lost versions")
    versions: list[ObjectHex] = Field(description="versions that are gone")
    objects: list[ObjectHex] = Field(description="versions, commits, tags and sessions that are not taken in again")
    commits: dict[ObjectHex, ObjectHex] = Field(description="for each commit that was written anew the new one")
    refs: list[PurgedRefPart] = Field(description="references that moved")
    tags: Count = Field(description="annotated tags that were written anew")
    sessions: Count = Field(description="sessions that were sealed anew")
    workspaces: Count = Field(description="workspaces that moved")
    operations: Count = Field(description="operations of the log that say something else now")
    events: Count = Field(description="events that say something else now")
    copies: list[str] = Field(description="older copies of the database that were removed")
    exports: list[str] = Field(description="files of the project that were told it and are to be exported again")
    elsewhere: list[NodeHex] = Field(description="memories that say the same as one that is gone, and stay")
    rules: list[str] = Field(description="rules for secrets that it met; rotate these")
    dry_run: bool = Field(description="nothing was changed")
    remotes: list[PurgedRemotePart] = Field(description="the remotes to which it was carried, or was to be")
    finished: bool = left_out("where nothing was to be cleaned", "the files were written anew")
    remains: list[str] = left_out("where nothing was to be cleaned", "what still holds it in the folder of the store")


class ReindexRecord(Record):
    """What `memora reindex` made anew."""

    schema_name: Literal["memora.reindex/v1"] = Field(alias="schema")
    objects: Count = Field(description="objects that were read")
    damaged: Count = Field(description="those of them that are damaged and were left out")
    versions: Count = Field(description="versions of memories")
    commits: Count = Field(description="commits")
    view: Count = Field(description="memories in use, over all workspaces")
    accesses: Count = Field(description="recalls counted")
    unreadable: list[str] = Field(description="workspaces whose working tree is damaged")


class WarningRecord(Record):
    """Something that should not be missed though the command did its work, on standard error."""

    schema_name: Literal["memora.warning/v1"] = Field(alias="schema")
    message: str = Field(description="one sentence for people")


class BadLinePart(Part):
    """A line of a batch that could not be taken."""

    line: int = Field(ge=1, description="its number, counted from 1")
    problem: str = Field(description="what is wrong with it")


class ErrorRecord(Record):
    """An error, on standard error. Nothing was changed."""

    schema_name: Literal["memora.error/v1"] = Field(alias="schema")
    code: str = Field(pattern=r"^[a-z]+(_[a-z]+)*$", description="which error it is; stable")
    message: str = Field(description="one sentence for people")
    hint: str = Field(description="what to do about it")
    exit: int = Field(ge=2, le=70, description="the exit code of the process")
    lines: list[BadLinePart] = left_out("for any other error", "the bad lines of a batch, at most a hundred")
    nodes: list[NodeHex] = left_out("where none do", "memories that stand in the way, perhaps not all")
