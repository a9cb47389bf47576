"""Figures about nodes, read from the derived tables: how many of what, and what their importance follows from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from memora.model.importance import (
    ACCESS_SHARE,
    CONFIDENCE_SHARE,
    HALF_ACCESSES,
    HALF_LIFE_DAYS,
    RECENCY_SHARE,
)
from memora.model.names import QUARANTINE
from memora.model.vocabulary import DAY_MICROSECONDS
from memora.storage.database import Database
from memora.storage.node_index import spaced


class Tally(NamedTuple):
    """How many nodes have a type and a status, and the sum of their confidences."""

    type: str
    status: str
    nodes: int
    confidence: float


class Standing(NamedTuple):
    """What the importance of the version in a row follows from."""

    row: int
    type: str
    confidence: float
    updated_at: int
    pinned: bool
    accesses: int


def tally(database: Database, workspace: int) -> list[Tally]:
    """The nodes of a workspace counted by type and status, in order of these."""
    return [
        Tally(*row)
        for row in database.all(
            "SELECT v.type, v.status, count(*), total(v.confidence) FROM view w"
            " JOIN versions v ON v.row = w.version WHERE w.workspace = ? GROUP BY 1, 2 ORDER BY 1, 2",
            (workspace,),
        )
    ]


def count_observations(database: Database, workspace: int) -> list[tuple[str, int]]:
    """How many observations of its nodes a workspace has from each source, the most first."""
    # SQLite reads the bodies: a sixth of the time of decoding them, and nothing is shown but a count.
    return database.all(
        "SELECT json_extract(e.value, '$.source'), count(*) FROM view w JOIN objects o ON o.row = w.version,"
        " json_each(CAST(o.body AS TEXT), '$.observations') e WHERE w.workspace = ? GROUP BY 1 ORDER BY 2 DESC, 1",
        (workspace,),
    )


def standings(database: Database, rows: Sequence[int]) -> Iterator[Standing]:
    """What the importance of some versions follows from, in no order."""
    for found in database.stream(
        "SELECT v.row, v.type, v.confidence, v.updated_at, v.pinned, coalesce(a.count, 0) FROM json_each(?) r"
        " JOIN versions v ON v.row = r.value LEFT JOIN accesses a ON a.node = v.node",
        (str(list(rows)),),
    ):
        yield Standing(*found)


def most_important(database: Database, workspace: int, now: int, limit: int) -> list[int]:
    """Rows of the versions of a workspace that matter most, pinned ones first, equal ones in order of node id.

    Without those that are expired, out of service or in quarantine. The formula is that of
    ``memora.model.importance``; SQLite works it out, because in Python ten thousand memories would take as long as
    starting it three times.
    """
    halves = " ".join(f"WHEN '{name}' THEN {days}" for name, days in HALF_LIFE_DAYS.items() if days is not None)
    age = f"max(0, ? - v.updated_at) / {float(DAY_MICROSECONDS)}"
    recency = f"coalesce(pow(0.5, {age} / (CASE v.type {halves} END)), 1)"
    access = f"coalesce(a.count, 0) / (coalesce(a.count, 0) + {float(HALF_ACCESSES)})"
    importance = f"{CONFIDENCE_SHARE} * v.confidence + {RECENCY_SHARE} * {recency} + {ACCESS_SHARE} * {access}"
    rows = database.all(
        "SELECT v.row FROM view w JOIN versions v ON v.row = w.version LEFT JOIN accesses a ON a.node = w.node"
        " WHERE w.workspace = ? AND v.status <> 'deprecated' AND instr(v.tags, ?) = 0"
        " AND (v.expires_at IS NULL OR v.expires_at > ? OR v.pinned)"
        f" ORDER BY v.pinned DESC, {importance} DESC, v.node LIMIT ?",
        (workspace, spaced((QUARANTINE,)), now, now, limit),
    )
    return [int(row[0]) for row in rows]
