"""The derived tables made from the truth: ``reindex`` keeps what comes out, ``fsck`` compares it with what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from memora.errors import Damaged
from memora.model.commit import Commit
from memora.model.ids import CommitId, NodeId, ObjectId, TreeId, VersionId
from memora.model.node import Node
from memora.operations.care.inspection.objects import Inspected, inspect_object
from memora.repository import Repository
from memora.storage.session_log import RECALLED
from memora.tree.lookup import entries

Progress = Callable[[str, int], None]

_PROGRESS_EVERY: Final = 1000


class Projected(NamedTuple):
    """How many objects were looked at, how many of these are damaged, and how many of what was projected.

    ``unreadable`` are the workspaces whose working tree is damaged.
    """

    objects: int
    damaged: int
    versions: int
    commits: int
    view: int
    accesses: int
    unreadable: tuple[str, ...] = ()


class Projection:
    """Fills empty derived tables, whichever a repository's connection sees under their names."""

    def __init__(self, repository: Repository, progress: Progress | None = None) -> None:
        self._repository = repository
        self._progress = progress or (lambda _what, _count: None)
        self._commits: dict[CommitId, tuple[int, Commit]] = {}
        self._unreadable: list[str] = []
        self._objects = self._damaged = self._versions = self._entries = self._accesses = 0

    def objects(self) -> Iterator[tuple[int, ObjectId, str | None, Inspected]]:
        """Project every object that is sound, and give each with what was found wrong; the first step."""
        self._repository.index.text.begin()
        for row, object_id, kind, body in self._repository.objects.scan():
            inspected = inspect_object(row, object_id, kind, body)
            self._objects += 1
            self._damaged += bool(inspected.problems)
            if isinstance(inspected.value, Node):
                self._repository.index.add_node(row, inspected.value)
                self._versions += 1
            elif isinstance(inspected.value, Commit):
                self._commits[CommitId(object_id)] = row, inspected.value
            if self._objects % _PROGRESS_EVERY == 0:
                self._progress("objects", self._objects)
            yield row, object_id, kind, inspected
        self._repository.index.text.settle()

    def commits(self) -> None:
        """Project the commits, parents first, in whatever order they were stored."""
        for commit in parents_first(self._commits):
            self._repository.index.commits.add(*self._commits[commit])

    def views(self) -> None:
        """Project the working tree of each workspace whose tree can be read."""
        for workspace in self._repository.refs.workspaces.list():
            before = self._entries
            try:
                self._repository.index.nodes.fill_view(workspace.number, self._counted(workspace.tree))
            except Damaged:
                self._repository.index.nodes.clear_view(workspace.number)
                self._unreadable.append(workspace.name)
                self._entries = before

    def _counted(self, tree: TreeId) -> Iterator[tuple[NodeId, VersionId]]:
        for entry in entries(self._repository.objects, tree):
            self._entries += 1
            if self._entries % _PROGRESS_EVERY == 0:
                self._progress("memories in use", self._entries)
            yield entry

    def accesses(self) -> None:
        """Project the events that handed memories out, as far as they can be read."""
        for event in self._repository.sessions.of_type(RECALLED):
            try:
                nodes = [NodeId(bytes.fromhex(node)) for node in event.data["nodes"]]
            except (KeyError, TypeError, ValueError):
                continue
            self._repository.index.nodes.add_access(nodes, event.at)
            self._accesses += len(nodes)

    def result(self) -> Projected:
        """What was done so far."""
        return Projected(
            self._objects,
            self._damaged,
            self._versions,
            len(self._commits),
            self._entries,
            self._accesses,
            tuple(self._unreadable),
        )


def parents_first(commits: Mapping[CommitId, tuple[int, Commit]]) -> Iterator[CommitId]:
    """Some commits in an order in which each comes after those of its parents that are among them."""
    done: set[CommitId] = set()
    for start in commits:
        pending = [start]
        while pending:
            commit = pending[-1]
            wanted = [] if commit in done else [p for p in commits[commit][1].parents if p in commits and p not in done]
            if wanted:
                pending += wanted
                continue
            pending.pop()
            if commit not in done:
                done.add(commit)
                yield commit
