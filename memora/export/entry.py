"""A memory on its way into a file, and the line or lines of Markdown that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

from memora.export.neutral import neutral_word, neutralise
from memora.model.ids import VersionId
from memora.model.node import Node, sources
from memora.model.times import format_iso

# Below it, a belief that nobody confirmed is marked as unverified.
TRUSTED: Final = 0.7
SHORTEST_ID: Final = 8
_MOST_EVIDENCE: Final = 2
_EVIDENCE_CHARACTERS: Final = 100
_BLANK = re.compile(r"^[ ]+$", re.MULTILINE)


class Entry(NamedTuple):
    """A memory, how much it matters, and what is said of it besides.

    ``sides`` are what a disputed one stands between, empty where it is in no dispute, and ``base`` what they came from.
    ``marks`` are words such as ``disputed`` and ``unverified``.
    """

    node: Node
    version: VersionId
    importance: float
    sides: tuple[Node, ...] = ()
    marks: tuple[str, ...] = ()
    base: Node | None = None


def marks_of(node: Node, *, unsupported: bool = False) -> tuple[str, ...]:
    """What sets a memory apart: what a reader must know before believing it."""
    found = []
    if node.status == "conflicted":
        found.append("disputed")
    elif node.is_retracted:
        found.append("retracted")
    elif node.status == "deprecated":
        found.append("deprecated")
    elif node.status == "ephemeral" and (node.type == "assumption" or node.confidence < TRUSTED):
        found.append("unverified")
    if unsupported:
        found.append("unsupported")
    if node.is_stale:
        found.append("stale")
    return tuple(found)


def evidence_of(node: Node) -> tuple[str, ...]:
    """Everything that supports a memory, each once, in order."""
    return tuple(sorted({piece for item in node.support for piece in item.evidence}))


def format_item(entry: Entry, digits: int = SHORTEST_ID) -> str:
    """A memory as an item of a Markdown list, ending in a line feed; its id stands at the end.

    Everything a memory says is neutral: see ``memora.export.neutral``.
    """
    note = f"({_note(entry)}; {entry.node.id.hex()[:digits]})"
    if entry.sides:
        sides = "".join(f"  - {_indented(side.content, 4)}{_side_note(side)}\n" for side in entry.sides)
        return f"- One of these, it is not settled which: {note}\n{sides}"
    text = _indented(entry.node.content, 2)
    return f"- {text}\n  {note}\n" if "\n" in text else f"- {text} {note}\n"


def id_digits(entries: Iterable[Entry]) -> int:
    """How many digits of their ids tell some memories apart; eight at least."""
    ids = sorted(entry.node.id.hex() for entry in entries)
    longest = SHORTEST_ID
    for one, other in pairwise(ids):
        while one[:longest] == other[:longest] and longest < len(one):
            longest += 1
    return longest


def _note(entry: Entry) -> str:
    node = entry.node
    parts = [*entry.marks, f"{node.confidence:.2f} {' '.join(sources(node))}".rstrip()]
    if node.expires_at is not None and not node.pinned:
        parts.append(f"until {format_iso(node.expires_at)[:10]}")
    evidence = evidence_of(node)
    for piece in evidence[:_MOST_EVIDENCE]:
        parts.append(neutral_word(piece if len(piece) <= _EVIDENCE_CHARACTERS else f"{piece[:_EVIDENCE_CHARACTERS]}…"))
    if len(evidence) > _MOST_EVIDENCE:
        parts.append(f"{len(evidence) - _MOST_EVIDENCE} more")
    return "; ".join(parts)


def _side_note(side: Node) -> str:
    note = f"({side.confidence:.2f} {' '.join(sources(side))})"
    return f"\n    {note}" if "\n" in side.content else f" {note}"


def _indented(content: str, columns: int) -> str:
    text = neutralise(content)
    return _BLANK.sub("", text.replace("\n", "\n" + " " * columns)) if "\n" in text else text
