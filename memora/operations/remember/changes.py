"""What the verbs that change nodes give back."""

from __future__ import annotations

from typing import Literal, NamedTuple

from memora.model.ids import VersionId
from memora.model.node import Node

Outcome = Literal["added", "corroborated", "known", "changed", "unchanged"]


class NodeVersion(NamedTuple):
    """A node and the id of that state of it."""

    node: Node
    version: VersionId


class ChangeSet(NamedTuple):
    """What happened, and the nodes it happened to, as they are now (removed ones as they were)."""

    outcome: Outcome
    nodes: tuple[NodeVersion, ...]


class Counts(NamedTuple):
    """How many memories of a batch were new, supported one that was known, or brought nothing new."""

    added: int
    corroborated: int
    known: int
