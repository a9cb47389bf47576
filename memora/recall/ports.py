"""What recall needs of a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from memora.model.matches import Clause, Match
from memora.model.selection import NodeFilter


class TextIndex(Protocol):
    """Full text of all versions.

    Terms are single words in any case and English inflection; one that ends in a star stands for every word
    that begins so.
    """

    def size(self) -> int:
        """How many versions are indexed."""
        ...

    def frequencies(self, terms: Sequence[str], ceiling: int) -> list[int]:
        """In how many versions each term is, counted no further than ``ceiling``."""
        ...

    def matches(
        self, clauses: Sequence[Clause], *, workspace: int | None, wanted: NodeFilter, now: int
    ) -> Iterator[Match]:
        """The versions that at least one clause takes and the filter (``text`` aside) passes, heaviest first.

        Among equally heavy ones the newest first. Streaming: the caller stops when it has enough.
        With a workspace only the versions in its working tree, without one all that were ever stored.
        """
        ...
