"""Commit graphs and names in dicts, written as people draw them: ``graph("a", "b a", "m b c")``."""

from __future__ import annotations

from collections.abc import Iterator

from memora.history.revisions import Position
from memora.model.commit import CommitEntry
from memora.model.ids import CommitId, ObjectId


def commit_id(name: str) -> CommitId:
    return CommitId(ObjectId(name.encode()))


class Graph:
    """A commit graph. Each commit is a second newer than the one given before it; ``looked_up`` counts questions."""

    def __init__(self, *lines: str) -> None:
        self.entries: dict[CommitId, CommitEntry] = {}
        self.looked_up = 0
        for at, line in enumerate(lines, 1):
            name, *parents = line.split()
            ids = tuple(map(commit_id, parents))
            generation = 1 + max((self.entries[parent].generation for parent in ids), default=0)
            self.entries[commit_id(name)] = CommitEntry(generation, at, ids)

    def find(self, commit: CommitId) -> CommitEntry | None:
        self.looked_up += 1
        return self.entries.get(commit)

    def ancestors(self, name: str) -> set[str]:
        """The names of a commit and everything below it, the slow and plain way."""
        found = {name}
        for parent in self.entries[commit_id(name)].parents:
            found |= self.ancestors(parent.decode())
        return found


class DictNames:
    """The names of a store: full reference names, a head, and what each pointed at before."""

    def __init__(
        self,
        refs: dict[str, str],
        *,
        branch: str | None = "main",
        head: str | None = None,
        moves: dict[str, list[tuple[int, str | None, str | None]]] | None = None,
        prefixed: dict[str, list[str]] | None = None,
    ) -> None:
        self.refs = refs
        self.branch = branch
        self.head_commit = head
        self.moves = moves or {}
        self.prefixed = prefixed or {}

    def head(self) -> tuple[str | None, CommitId | None]:
        return self.branch, commit_id(self.head_commit) if self.head_commit else None

    def find(self, ref: str) -> CommitId | None:
        return commit_id(self.refs[ref]) if ref in self.refs else None

    def positions(self, ref: str) -> Iterator[Position]:
        for at, before, after in self.moves.get(ref, []):
            yield Position(at, commit_id(before) if before else None, commit_id(after) if after else None)

    def commits_with_prefix(self, digits: str, limit: int) -> list[CommitId]:
        return [commit_id(name) for name in self.prefixed.get(digits, [])][:limit]

    def short_names(self) -> list[str]:
        return [name.split("/", 2)[2] for name in self.refs]
