"""Whether evidence still holds: its lines are there, moved, changed or gone.

What is not where it was is looked for by its content: first in its own file, then in all files of the project, which
are read once for everything that is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from memora.evidence.anchors import Anchoring
from memora.evidence.files import Files
from memora.evidence.places import Place, find_place
from memora.model.anchor import Anchor, digest_exact, digest_folded, read_anchor
from memora.model.ids import NodeId
from memora.model.node import Node

Verdict = Literal["holds", "moved", "changed", "gone", "unanchored"]
# What makes a belief stale.
BROKEN: Final = frozenset({"changed", "gone", "failed"})

# Lines that say less than this are everywhere: that one of them is elsewhere too tells nothing.
_TELLING_CHARACTERS: Final = 12


class Finding(NamedTuple):
    """What became of one piece of a node's evidence. ``place`` is where it points, ``now`` where the lines are."""

    node: NodeId
    evidence: str
    verdict: str
    place: Place
    now: Place | None = None


class _Wanted(NamedTuple):
    node: NodeId
    anchor: Anchor
    place: Place
    lines: int


def verify_evidence(nodes: Iterable[Node], files: Files) -> Iterator[Finding]:
    """What became of the evidence of some nodes that points into files; those missing in their file come last."""
    reader = Anchoring(files, lambda: None)
    windows = _Windows(reader)
    missing: list[_Wanted] = []
    for node in nodes:
        for evidence, anchor in newest_anchors(node).items():
            place = find_place(evidence)
            if place is None:
                continue
            if anchor is None or place.first is None or place.last is None:
                there = reader.lines_of(place.path) is not None or next(iter(files.below(place.path)), None)
                if there:
                    yield Finding(node.id, evidence, "unanchored" if place.first else "holds", place, place)
                elif anchor is not None:
                    yield Finding(node.id, evidence, "gone", place)
                else:
                    yield Finding(node.id, evidence, "unanchored", place)
                continue
            wanted = _Wanted(node.id, anchor, place, place.last - place.first + 1)
            lines = reader.lines_at(place)
            if lines is not None and _says(anchor, lines):
                yield Finding(node.id, evidence, "holds", place, place)
                continue
            now = windows.find(wanted)
            if now is not None:
                yield Finding(node.id, evidence, "moved", place, now)
            else:
                missing.append(wanted)
    if missing:
        yield from _find_elsewhere(missing, files, reader)


def newest_anchors(node: Node) -> dict[str, Anchor | None]:
    """Each piece of evidence that supports a node, and its newest anchor: what was looked at last is what counts."""
    found: dict[str, Anchor | None] = {}
    for seen in sorted(node.support, key=lambda item: item.at):
        anchors = {anchor.evidence: anchor for anchor in map(read_anchor, seen.anchors) if anchor is not None}
        for evidence in seen.evidence:
            found[evidence] = anchors.get(evidence) or found.get(evidence)
    return found


def _says(anchor: Anchor, lines: list[str]) -> bool:
    return digest_exact(lines) == anchor.exact or digest_folded(lines) == anchor.folded


class _Windows:
    """Where in a file each run of lines stands, by its digests; made once for a file and a length."""

    def __init__(self, reader: Anchoring) -> None:
        self._reader = reader
        self._starts: dict[tuple[str, int], dict[str, list[int]]] = {}

    def find(self, wanted: _Wanted) -> Place | None:
        """Where in its own file the lines are now: the place that is nearest to the old one."""
        path, first, _ = wanted.place
        starts = self._table(path, wanted.lines)
        found = starts.get(wanted.anchor.exact) or starts.get(wanted.anchor.folded)
        if not found:
            return None
        start = min(found, key=lambda start: abs(start + 1 - (first or 1)))
        return Place(path, start + 1, start + wanted.lines)

    def _table(self, path: str, size: int) -> dict[str, list[int]]:
        if (path, size) not in self._starts:
            table: dict[str, list[int]] = defaultdict(list)
            lines = self._reader.lines_of(path) or []
            for start in range(len(lines) - size + 1):
                window = lines[start : start + size]
                if _is_telling(window):
                    for digest in {digest_exact(window), digest_folded(window)}:
                        table[digest].append(start)
            self._starts[path, size] = table
        return self._starts[path, size]


def _find_elsewhere(missing: list[_Wanted], files: Files, reader: Anchoring) -> Iterator[Finding]:
    """Where in the project missing lines are now: only a place that is the only one counts as theirs."""
    by_size: dict[int, set[str]] = defaultdict(set)
    for wanted in missing:
        by_size[wanted.lines].add(wanted.anchor.exact)
    places: dict[tuple[int, str], list[Place]] = defaultdict(list)
    for path in files.below(""):
        lines = reader.read_lines(path)
        if lines is None:
            continue
        for size, digests in by_size.items():
            for start in range(len(lines) - size + 1):
                window = lines[start : start + size]
                if _is_telling(window) and (digest := digest_exact(window)) in digests:
                    places[size, digest].append(Place(path, start + 1, start + size))
    for wanted in missing:
        found = places.get((wanted.lines, wanted.anchor.exact), [])
        if len(found) == 1:
            yield Finding(wanted.node, wanted.anchor.evidence, "moved", wanted.place, found[0])
        else:
            there = reader.lines_of(wanted.place.path) is not None
            yield Finding(wanted.node, wanted.anchor.evidence, "changed" if there else "gone", wanted.place)


def _is_telling(lines: list[str]) -> bool:
    return sum(len(line.strip()) for line in lines) >= _TELLING_CHARACTERS
