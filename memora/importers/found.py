"""Something in a file that can become a memory, and what is wrong with a file that cannot be read."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from memora.model.names import TAG_CHARACTERS

_NOT_IN_TAGS = re.compile(r"[^\w-]+")
_MOST_TAGS: Final = 8


class Found(NamedTuple):
    """A memory to be, and where it stands. ``line`` counts from 1.

    ``mark`` names it within its file for good, as an id does; None where nothing but its words tells it from others.
    """

    line: int
    content: str
    type: str
    key: str | None = None
    tags: tuple[str, ...] = ()
    applies_to: tuple[str, ...] = ()
    mark: str | None = None


class Problem(Exception):
    """What keeps a file from being read, and the line."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line, self.problem = line, problem


def as_tag(text: str) -> str | None:
    """A tag from words, such as a heading; None where nothing of them can be one."""
    tag = _NOT_IN_TAGS.sub("-", text.strip().lower()).strip("-_")[:TAG_CHARACTERS].strip("-_")
    return tag or None


def as_tags(*texts: str | None) -> tuple[str, ...]:
    """Tags from some words, sorted, each once."""
    found = {tag for tag in (as_tag(text) for text in texts if text) if tag}
    return tuple(sorted(found)[:_MOST_TAGS])
