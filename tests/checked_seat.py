"""A seat that has the whole store checked after everything it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seats import Seat

from memora.history.load import load_node
from memora.model.node import Node
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.undo import Step, undo
from memora.tree.lookup import entries


class CheckedSeat(Seat):
    """A seat of which ``fsck`` finds nothing wrong, ever."""

    def do(self, verb: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        result = super().do(verb, *arguments, **options)
        self.sound()
        assert self.memories is not None  # which compares the view with the tree
        return result

    @property
    def nodes(self) -> list[Node]:
        """The memories of the working tree, by id."""
        objects = self.repository.objects
        tree = entries(objects, self.repository.workspace.tree)
        return [load_node(objects, version) for _, version in tree]

    def undo(self) -> None:
        """Take the last operation back, of which there must be one."""
        assert isinstance(self.do(undo), Step)

    def branch_off(self, name: str) -> None:
        """Make a branch at main and go there."""
        self.do(switch, "main")
        self.do(switch_to_new, name, None)

    def on(self, branch: str, key: str, content: str) -> None:
        """Commit on a new branch from main that the memory under a key says something else."""
        self.branch_off(branch)
        self.revise(key, content)
        self.commit(content)
