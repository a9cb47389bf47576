"""Which commits of a history somebody asks for."""

from __future__ import annotations

from typing import NamedTuple

from memora.model.commit import Commit


class CommitFilter(NamedTuple):
    """A commit passes when it fits everything that is set.

    ``grep`` is part of the message and ``author`` part of the author's name, in any case; ``since`` and ``until`` are
    times in microseconds, both included.
    """

    grep: str | None = None
    author: str | None = None
    since: int | None = None
    until: int | None = None


def passes(commit: Commit, wanted: CommitFilter) -> bool:
    """Whether a commit is one of those asked for."""
    return (
        (wanted.since is None or commit.at >= wanted.since)
        and (wanted.until is None or commit.at <= wanted.until)
        and (wanted.author is None or wanted.author.casefold() in commit.author.casefold())
        and (wanted.grep is None or wanted.grep.casefold() in commit.message.casefold())
    )
