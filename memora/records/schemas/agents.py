"""The records of coding agents and their settings."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from memora.records.schemas.fields import Record, left_out

Agent = Literal["claude-code", "codex", "cursor", "gemini", "copilot"]
Scope = Literal["project", "user"]


class AgentChangeRecord(Record):
    """What was done to the settings file of a coding agent."""

    schema_name: Literal["memora.agent-change/v1"] = Field(alias="schema")
    agent: Agent = Field(description="the coding agent")
    scope: Scope = Field(description="whose settings")
    path: str = Field(description="the settings file")
    outcome: Literal["installed", "updated", "unchanged", "uninstalled", "absent"] = Field(
        description="what was done, or under `--dry-run` would be"
    )
    written: bool = Field(description="whether the file was changed")
    diff: str = left_out("unless `--dry-run`", "the difference that it would make, as a unified diff")


class AgentRecord(Record):
    """How a settings file of a coding agent stands."""

    schema_name: Literal["memora.agent/v1"] = Field(alias="schema")
    agent: Agent = Field(description="the coding agent")
    scope: Scope = Field(description="whose settings")
    path: str = Field(description="the settings file, which need not exist")
    state: Literal["installed", "outdated", "absent", "unreadable"] = Field(
        description="whether it has the agent call memora, or calls it in the way of an older memora"
    )
    events: list[str] = Field(description="the agent's events that call memora as they should")
    note: str = left_out("where there is nothing to say", "what is in the way, or has to be done")
