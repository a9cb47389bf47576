"""Anchoring evidence when it is given: the observation keeps what the lines said."""

from __future__ import annotations

from collections.abc import Callable

from memora.evidence.files import Files
from memora.evidence.places import Place, find_place
from memora.model.anchor import Anchor, digest_exact, digest_folded, split_lines
from memora.model.node import Node, Observation, merge_observations


class Anchoring:
    """Anchors the observations of one command; each file is read once."""

    def __init__(self, files: Files, find_commit: Callable[[], str | None]) -> None:
        self._files = files
        self._find_commit = find_commit
        self._commit: tuple[str | None] | None = None
        self._lines: dict[str, list[str] | None] = {}

    def anchor(self, node: Node, now: int) -> Node:
        """The node with anchors for the evidence that was given now; the same node where there is none to anchor."""
        fresh = [item for item in node.observations if item.at == now and item.evidence and not item.anchors]
        anchored = {item: self._anchored(item) for item in fresh}
        if all(item == after for item, after in anchored.items()):
            return node
        return node._replace(
            observations=merge_observations(tuple(anchored.get(item, item) for item in node.observations))
        )

    def _anchored(self, observation: Observation) -> Observation:
        found = (self.anchor_of(evidence) for evidence in observation.evidence)
        return observation._replace(anchors=tuple(sorted(str(anchor) for anchor in found if anchor is not None)))

    def anchor_of(self, evidence: str) -> Anchor | None:
        """The anchor of a piece of evidence as the files are now; None where it points to no lines that are there."""
        place = find_place(evidence)
        lines = None if place is None else self.lines_at(place)
        if not lines:
            return None
        if self._commit is None:
            self._commit = (self._find_commit(),)
        return Anchor(evidence, digest_exact(lines), digest_folded(lines), self._commit[0])

    def lines_at(self, place: Place) -> list[str] | None:
        """The lines of a place; None where the file is not there, is too short, or where no lines are meant."""
        if place.first is None or place.last is None:
            return None
        lines = self.lines_of(place.path)
        return None if lines is None or len(lines) < place.last else lines[place.first - 1 : place.last]

    def lines_of(self, path: str) -> list[str] | None:
        """The lines of a file, which are kept; None where it is not there or is no text."""
        if path not in self._lines:
            self._lines[path] = self.read_lines(path)
        return self._lines[path]

    def read_lines(self, path: str) -> list[str] | None:
        """The lines of a file that nobody will ask for again."""
        raw = self._files.read(path)
        if raw is None or b"\0" in raw[:8000]:
            return None
        return split_lines(raw.decode("utf-8", "replace"))
