"""Workspaces of one store, for tests of the verbs: who sits there, what time it is, and what the memories say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from stores import NOON, SECOND, problems

from memora.history.load import load_node
from memora.operations.history.commit import CommitResult, commit
from memora.operations.history.merge import merge
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.remember.add import add
from memora.operations.start.init import init
from memora.repository import Repository
from memora.storage.place import FOLDER
from memora.storage.refs import BRANCHES, TAGS, Head
from memora.tree.lookup import entries


class Seat:
    """A workspace of a store, whose clock moves on a second with every command."""

    def __init__(self, directory: Path, workspace: str = "default", *, author: str = "ada") -> None:
        if not (directory / FOLDER).exists():
            init(str(directory)).close()
        self.directory = directory
        self.repository = Repository.open(str(directory / FOLDER), workspace=workspace)
        self.author = author
        self.now = NOON

    def at(self, workspace: str) -> Seat:
        """A seat in another workspace of the same store."""
        return Seat(self.directory, workspace, author=f"author of {workspace}")

    def do(self, verb: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Call a verb that writes."""
        self.now += SECOND
        return verb(self.repository, *arguments, author=self.author, now=self.now, **options)

    def remember(self, content: str, **fields: Any) -> None:
        """Add a memory."""
        self.do(add, {"content": content, **fields})

    def revise(self, key: str, content: str) -> None:
        """Make the memory under a key say something else."""
        self.do(add, {"content": content, "key": key}, replace=True)

    def commit(self, message: str) -> CommitResult:
        """Commit what changed, of which there must be something."""
        result = self.do(commit, message=message)
        assert isinstance(result, CommitResult), result
        return result

    def dispute(self, key: str, ours: str, theirs: str) -> None:
        """Have a branch ``other`` and main say something else of the memory under a key, and merge them."""
        self.do(switch_to_new, "other", "HEAD")
        self.revise(key, theirs)
        self.commit("there")
        self.do(switch, "main")
        self.revise(key, ours)
        self.commit("here")
        self.do(merge, "other")

    @property
    def head(self) -> Head:
        """What the workspace is on."""
        return self.repository.workspace.head

    @property
    def memories(self) -> set[str]:
        """What the nodes of the working tree say, by the objects; the view must agree."""
        repository = self.repository
        workspace = repository.workspace
        tree = dict(entries(repository.objects, workspace.tree))
        rows = repository.index.database.all(
            "SELECT w.node, o.id FROM view w JOIN objects o ON o.row = w.version WHERE w.workspace = ?",
            (workspace.number,),
        )
        assert dict(rows) == tree, "the view is not the tree"
        return {load_node(repository.objects, version).content for version in tree.values()}

    @property
    def branches(self) -> dict[str, bytes]:
        """Every branch and its commit."""
        return dict(self.repository.refs.list(BRANCHES))

    @property
    def tags(self) -> dict[str, bytes]:
        """Every tag and what it points at."""
        return dict(self.repository.refs.list(TAGS))

    @property
    def state(self) -> tuple[Any, ...]:
        """Everything that an undo has to bring back."""
        return self.head, self.memories, self.branches, self.tags

    @property
    def everything(self) -> tuple[Any, ...]:
        """Everything that a command that is refused has to leave as it is."""
        return self.state, self.repository.log.head(), self.repository.objects.count()

    def tip(self, ref: str = "refs/heads/main") -> Any:
        """What a reference points at; None for one that is not there."""
        return self.repository.refs.find(ref)

    def sound(self) -> None:
        """See that nothing is wrong with the store."""
        assert problems(self.repository) == []
