"""What the fields of records are made of: the two kinds of models, and the values that have a name in docs/json.md."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from memora.model.clock import EARLIEST, LATEST
from memora.model.vocabulary import SOURCES


class Part(BaseModel):
    """An object inside a record. Unknown fields, missing ones and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Record(Part):
    """A whole record, which has one more field: ``schema``, its name and version."""


def left_out(when: str, what: str) -> Any:
    """A field that is there or is not, and never null; ``when`` says when it is not. It reads as None then."""
    return Field(default=None, description=what, json_schema_extra={"left_out": when})


# A title is what docs/json.md calls such a value.
NodeHex = Annotated[str, Field(title="node id", pattern=r"^[0-9a-f]{32}$")]
ObjectHex = Annotated[str, Field(title="object id", pattern=r"^[0-9a-f]{64}$")]
Time = Annotated[int, Field(title="time", ge=EARLIEST, le=LATEST)]
Share = Annotated[float, Field(title="share", ge=0, le=1)]
Count = Annotated[int, Field(title="count", ge=0)]
Source = Annotated[str, Field(title="source", pattern=rf"^({'|'.join(SOURCES)}|unknown:[a-z0-9][a-z0-9._]*)$")]

NodeType = Literal["episodic", "semantic", "procedural", "assumption", "project", "preference"]
Status = Literal["ephemeral", "stable", "deprecated", "conflicted"]
Relation = Literal["derived_from", "supports", "contradicts", "supersedes", "depends_on", "relates_to", "part_of"]
