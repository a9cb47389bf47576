"""Which commit to test next, when somebody looks for the first bad one.

A commit is taken to be bad when it descends from a bad one, and good when a good one descends from it. What is left
are the candidates; the next to test is the one whose answer, whichever it is, leaves the fewest of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from memora.errors import MissingObject
from memora.history.graph import CommitGraph
from memora.history.ranges import commits_between
from memora.model.ids import CommitId


class Search(NamedTuple):
    """The commits of which one is the first bad one, children before parents, and the one to test next.

    The first of them is known to be bad. ``test`` is None when it is the only one, or all others were skipped.
    """

    candidates: tuple[CommitId, ...]
    test: CommitId | None

    @property
    def steps(self) -> int:
        """About how many tests are left."""
        return (len(self.candidates) - 1).bit_length()


def narrow(graph: CommitGraph, bad: CommitId, goods: Iterable[CommitId], skipped: Collection[CommitId]) -> Search:
    """The commits that ``bad`` reaches and no good one does, and the best of them to test. Raises MissingObject.

    Next to a commit that was skipped it looks elsewhere, within half of the best: what cannot be tested often lies
    close together.
    """
    candidates = commits_between(graph, goods, bad)
    counts = _reach_counts(graph, candidates)
    total = len(candidates)
    sizes = {commit: min(counts[commit], total - counts[commit]) for commit in candidates[1:] if commit not in skipped}
    if not sizes:
        return Search(tuple(candidates), None)
    best = max(sizes.values())
    passed_over = [counts[commit] for commit in candidates if commit in skipped]
    if passed_over:
        sizes = {commit: size for commit, size in sizes.items() if 2 * size >= best}
        return Search(
            tuple(candidates), max(sizes, key=lambda commit: min(abs(counts[commit] - at) for at in passed_over))
        )
    return Search(tuple(candidates), next(commit for commit, size in sizes.items() if size == best))


def _reach_counts(graph: CommitGraph, candidates: Sequence[CommitId]) -> dict[CommitId, int]:
    """How many of the candidates each one reaches, itself included."""
    inside = set(candidates)
    parents = {commit: [parent for parent in _parents(graph, commit) if parent in inside] for commit in candidates}
    counts: dict[CommitId, int] = {}
    if all(len(known) < 2 for known in parents.values()):
        for commit in reversed(candidates):
            counts[commit] = 1 + sum(counts[parent] for parent in parents[commit])
        return counts
    # Who reaches whom, as bits of a number that is forgotten once all children have taken it over.
    children = dict.fromkeys(candidates, 0)
    for known in parents.values():
        for parent in known:
            children[parent] += 1
    reached: dict[CommitId, int] = {}
    for place, commit in enumerate(reversed(candidates)):
        bits = 1 << place
        for parent in parents[commit]:
            bits |= reached[parent]
            children[parent] -= 1
            if not children[parent]:
                del reached[parent]
        reached[commit] = bits
        counts[commit] = bits.bit_count()
    return counts


def _parents(graph: CommitGraph, commit: CommitId) -> tuple[CommitId, ...]:
    entry = graph.find(commit)
    if entry is None:
        raise MissingObject(commit.hex(), "commit")
    return entry.parents
