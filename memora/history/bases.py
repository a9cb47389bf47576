"""Merge bases: the common ancestors of two commits that no other common ancestor descends from."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Final

from memora.errors import MissingObject
from memora.history.graph import CommitGraph
from memora.model.commit import CommitEntry
from memora.model.ids import CommitId

_OURS: Final = 1
_THEIRS: Final = 2
_BOTH: Final = _OURS | _THEIRS
_STALE: Final = 4


def merge_bases(graph: CommitGraph, ours: CommitId, theirs: CommitId) -> list[CommitId]:
    """The best common ancestors, in order of id: none for unrelated histories, several for criss-cross ones.

    Rests on the promise of ``CommitEntry`` that a commit's ``at`` is greater than its parents', so that a commit is
    looked at only after all its children. Looks no further back than where only common history is left.
    """
    return [ours] if ours == theirs else joint_bases(graph, (ours,), (theirs,))


def joint_bases(graph: CommitGraph, ours: Iterable[CommitId], theirs: Iterable[CommitId]) -> list[CommitId]:
    """As ``merge_bases``, where each side is the merge, not recorded anywhere, of several commits."""
    flags: dict[CommitId, int] = {}
    for starts, flag in ((ours, _OURS), (theirs, _THEIRS)):
        for start in starts:
            flags[start] = flags.get(start, 0) | flag
    queue: list[tuple[int, CommitId]] = []
    entries: dict[CommitId, CommitEntry] = {}
    for start in flags:
        _enqueue(graph, start, queue, entries)
    open_commits = len(flags)  # in the queue and not stale
    found = []
    while open_commits:
        commit = heappop(queue)[1]
        flag = flags.pop(commit)
        if not flag & _STALE:
            open_commits -= 1
            if flag == _BOTH:
                found.append(commit)
                flag |= _STALE
        for parent in entries.pop(commit).parents:
            before = flags.get(parent)
            after = flag if before is None else before | flag
            flags[parent] = after
            if before is None:
                _enqueue(graph, parent, queue, entries)
                open_commits += not after & _STALE
            elif not before & _STALE and after & _STALE:
                open_commits -= 1
    return sorted(found)


def _enqueue(
    graph: CommitGraph, commit: CommitId, queue: list[tuple[int, CommitId]], entries: dict[CommitId, CommitEntry]
) -> None:
    entry = graph.find(commit)
    if entry is None:
        raise MissingObject(commit.hex(), "commit")
    entries[commit] = entry
    heappush(queue, (-entry.at, commit))
