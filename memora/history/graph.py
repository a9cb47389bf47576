"""The commit graph: walking back in the order of a log, and how two commits lie to each other.

Everything here rests on one promise of ``CommitEntry``: a commit's ``at`` is greater than that of each parent. So
a queue ordered by ``at`` gives a commit only after all its children, and holds no more than the width of history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import Final, NamedTuple, Protocol

from memora.errors import MissingObject
from memora.model.commit import CommitEntry
from memora.model.ids import CommitId

_OURS: Final = 1
_THEIRS: Final = 2
_BOTH: Final = _OURS | _THEIRS


class CommitGraph(Protocol):
    """Generation, time and parents of commits."""

    def find(self, commit: CommitId) -> CommitEntry | None:
        """What is known of a commit, or None."""
        ...


class Distance(NamedTuple):
    """How many commits one line of history has that another has not, and the other way round."""

    ahead: int
    behind: int


def walk(graph: CommitGraph, starts: Iterable[CommitId]) -> Iterator[tuple[CommitId, CommitEntry]]:
    """The starts and all their ancestors, each once, the newest first and no commit before its children.

    Streams: what it has given it forgets. Raises MissingObject where a commit is not in the graph.
    """
    queue: list[tuple[int, CommitId]] = []
    waiting: dict[CommitId, CommitEntry] = {}
    for start in starts:
        _enqueue(graph, start, queue, waiting)
    while queue:
        commit = heappop(queue)[1]
        entry = waiting.pop(commit)
        yield commit, entry
        for parent in entry.parents:
            _enqueue(graph, parent, queue, waiting)


def is_ancestor(graph: CommitGraph, ancestor: CommitId, commit: CommitId) -> bool:
    """Whether a commit is another one or one of its ancestors. Looks no further back than the ancestor."""
    oldest = _entry(graph, ancestor)
    pending, seen = [commit], {commit}
    while pending:
        current = pending.pop()
        if current == ancestor:
            return True
        entry = _entry(graph, current)
        if entry.at > oldest.at and entry.generation > oldest.generation:
            new = [parent for parent in entry.parents if parent not in seen]
            seen.update(new)
            pending += new
    return False


def distance(graph: CommitGraph, ours: CommitId | None, theirs: CommitId | None) -> Distance:
    """How many commits only ``ours`` reaches, and how many only ``theirs``. None reaches nothing.

    Looks no further back than where only common history is left.
    """
    queue: list[tuple[int, CommitId]] = []
    waiting: dict[CommitId, CommitEntry] = {}
    sides: dict[CommitId, int] = {}
    counts = {_OURS: 0, _THEIRS: 0, _BOTH: 0}
    alone = 0  # how many in the queue only one side reaches

    def reach(commit: CommitId, side: int) -> None:
        nonlocal alone
        before = sides.get(commit, 0)
        if not before:
            _enqueue(graph, commit, queue, waiting)
        sides[commit] = before | side
        alone += (sides[commit] != _BOTH) - (before not in (0, _BOTH))

    for start, side in ((ours, _OURS), (theirs, _THEIRS)):
        if start is not None:
            reach(start, side)
    while alone:
        commit = heappop(queue)[1]
        side = sides.pop(commit)
        counts[side] += 1
        alone -= side != _BOTH
        for parent in waiting.pop(commit).parents:
            reach(parent, side)
    return Distance(counts[_OURS], counts[_THEIRS])


def _enqueue(
    graph: CommitGraph, commit: CommitId, queue: list[tuple[int, CommitId]], waiting: dict[CommitId, CommitEntry]
) -> None:
    if commit not in waiting:
        entry = _entry(graph, commit)
        waiting[commit] = entry
        heappush(queue, (-entry.at, commit))


def _entry(graph: CommitGraph, commit: CommitId) -> CommitEntry:
    entry = graph.find(commit)
    if entry is None:
        raise MissingObject(commit.hex(), "commit")
    return entry
