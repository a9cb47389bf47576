"""Names without the text that is to be erased: of branches, tags, workspaces, remotes and sessions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import count
from typing import Final, Literal

from memora.model.erasure import Erasure
from memora.model.ids import ObjectId
from memora.model.names import fold_name
from memora.operations.history.standing import BISECTIONS, PENDING_MERGES
from memora.storage.refs import BRANCHES, SESSIONS, TAGS, Head

Sort = Literal["branch", "tag", "workspace", "remote", "session"]

_REMOTES: Final = "refs/remotes/"
_SORTS: Final[dict[str, Sort]] = {
    BRANCHES: "branch",
    TAGS: "tag",
    SESSIONS: "session",
    PENDING_MERGES: "workspace",
    BISECTIONS: "workspace",
    _REMOTES: "remote",
}
_COMMIT = re.compile(r"[0-9a-f]{64}$")


class Names:
    """New names for old ones. Two that were different stay so.

    ``moved`` gives the id that stands in the place of another: the marks of a bisection are named for commits.
    """

    def __init__(self, erasure: Erasure, moved: Callable[[ObjectId], ObjectId | None]) -> None:
        self._erasure = erasure
        self._moved = moved
        self._given: dict[tuple[Sort, str], str] = {}
        self._taken: set[tuple[Sort, str]] = set()

    def reserve(self, sort: Sort, names: Iterable[str]) -> None:
        """Keep names free for who has them."""
        self._taken.update((sort, fold_name(name)) for name in names if self._erasure.name(name) == name)

    def give(self, sort: Sort, name: str) -> str:
        """The name of a thing of a sort; its own where the text is not in it."""
        wanted = self._erasure.name(name)
        if wanted == name:
            return name
        given = self._given.get((sort, name))
        if given is None:
            free = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
            given = next(item for item in free if (sort, fold_name(item)) not in self._taken)
            self._taken.add((sort, fold_name(given)))
            self._given[sort, name] = given
        return given

    def reference(self, name: str) -> str:
        """The full name of a reference."""
        prefix = next((prefix for prefix in _SORTS if name.startswith(prefix)), None)
        if prefix is None:
            return name
        rest = name.removeprefix(prefix)
        if prefix == BISECTIONS:
            workspace, _, mark = rest.rpartition("/")
            return f"{prefix}{self.give('workspace', workspace)}/{_COMMIT.sub(self._digits, mark)}"
        if prefix == _REMOTES:
            remote, slash, branch = rest.partition("/")
            return f"{prefix}{self.give('remote', remote)}{slash}{self.give('branch', branch)}"
        return prefix + self.give(_SORTS[prefix], rest)

    def pointer(self, name: str) -> str:
        """The name of what an operation moves: a reference, or a workspace's head or tree."""
        if not name.startswith("workspace/"):
            return self.reference(name)
        workspace, _, part = name.removeprefix("workspace/").rpartition("/")
        return f"workspace/{self.give('workspace', workspace)}/{part}"

    def head(self, head: Head) -> Head:
        """What a workspace is on, its commit as it was."""
        return head if head.branch is None else head._replace(branch=self.give("branch", head.branch))

    def _digits(self, found: re.Match[str]) -> str:
        moved = self._moved(ObjectId(bytes.fromhex(found[0])))
        return found[0] if moved is None else moved.hex()
