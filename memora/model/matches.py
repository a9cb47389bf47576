"""What recall asks a text index for, and what it gets back."""

from __future__ import annotations

from typing import NamedTuple

from memora.model.ids import NodeId


class Clause(NamedTuple):
    """Versions that hold ``term`` and, unless ``beside`` is empty, one of those terms too.

    ``named`` wants the term in the key or a tag. A version that the clause takes gains ``weight``
    and ``bit``; the bits of the clauses of one question differ.
    """

    term: str
    weight: int
    bit: int
    beside: tuple[str, ...] = ()
    named: bool = False


class Match(NamedTuple):
    """A version that some clauses took: the sums of their weights and bits, and what ranking needs of it.

    ``row`` is its row in the store, ``length`` that of its content in characters.
    """

    row: int
    weight: int
    bits: int
    node: NodeId
    type: str
    status: str
    confidence: float
    updated_at: int
    pinned: bool
    accesses: int
    length: int
