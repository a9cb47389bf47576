"""A secret that was found in a text, as a value."""

from __future__ import annotations

from typing import NamedTuple


class Secret(NamedTuple):
    """One secret in a text. ``line`` and ``column`` count characters from 1.

    ``masked`` is what may be shown of it: what every secret of that kind begins with. ``start`` and ``end`` are the
    part of the text that ``masked`` takes the place of.
    """

    rule: str
    line: int
    column: int
    masked: str
    start: int
    end: int
