"""The commits that one line of history has and another has not."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Final

from memora.errors import MissingObject
from memora.history.graph import CommitGraph
from memora.model.commit import CommitEntry
from memora.model.ids import CommitId

_WANTED: Final = 1
_EXCLUDED: Final = 2


def commits_between(graph: CommitGraph, excluded: Iterable[CommitId], wanted: CommitId) -> list[CommitId]:
    """The commits that ``wanted`` reaches and none of ``excluded`` does, children before parents.

    Looks no further back than where only excluded history is left.
    """
    flags: dict[CommitId, int] = {}
    entries: dict[CommitId, CommitEntry] = {}
    queue: list[tuple[int, CommitId]] = []
    open_commits = 0  # in the queue, and not excluded so far

    def reach(commit: CommitId, flag: int) -> None:
        nonlocal open_commits
        before = flags.get(commit, 0)
        flags[commit] = before | flag
        if not before:
            entry = graph.find(commit)
            if entry is None:
                raise MissingObject(commit.hex(), "commit")
            entries[commit] = entry
            heappush(queue, (-entry.at, commit))
        open_commits += (flags[commit] == _WANTED) - (before == _WANTED)

    reach(wanted, _WANTED)
    for commit in excluded:
        reach(commit, _EXCLUDED)
    found = []
    while open_commits:
        commit = heappop(queue)[1]
        flag = flags[commit]
        if flag == _WANTED:
            open_commits -= 1
            found.append(commit)
        for parent in entries.pop(commit).parents:
            reach(parent, flag)
    return found
