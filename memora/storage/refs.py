"""References and workspaces: the pointers that commands move."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from memora.errors import AlreadyExists, Damaged, LooksAlike
from memora.model.ids import OBJECT_ID_BYTES, CommitId, ObjectId, TreeId
from memora.model.names import fold_name
from memora.storage.database import Database

if TYPE_CHECKING:
    from memora.storage.purges import Purges
    from memora.storage.remotes import Remotes

BRANCHES: Final = "refs/heads/"
TAGS: Final = "refs/tags/"
SESSIONS: Final = "refs/sessions/"
_SHOWN: Final = 80


class Head(NamedTuple):
    """What a workspace is on: a branch (None when detached) and the commit its working tree started from.

    That commit is None before the first one. The branch itself may have moved on, by another workspace.
    """

    branch: str | None
    commit: CommitId | None = None


class Workspace(NamedTuple):
    """A named place to work: its number in the derived tables, its head and its working tree."""

    number: int
    name: str
    head: Head
    tree: TreeId


class Refs:
    """Names of objects, by full name such as ``refs/heads/main``, and the workspaces beside them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.workspaces = Workspaces(database)

    @cached_property
    def remotes(self) -> Remotes:
        """The remotes that the store shares with."""
        from memora.storage.remotes import Remotes  # few commands speak of them

        return Remotes(self._database)

    @property
    def purges(self) -> Purges:
        """What was erased from the store on purpose."""
        from memora.storage.purges import Purges

        return Purges(self._database)

    def follows(self, branch: str) -> bool:
        """Whether a branch follows one of a remote. ``remotes`` tells which; most branches follow none."""
        return self._database.one("SELECT 1 FROM upstreams WHERE branch = ?", (branch,)) is not None

    def find(self, name: str) -> ObjectId | None:
        """What a reference names, or None."""
        row = self._database.one("SELECT target FROM refs WHERE name = ?", (name,))
        return None if row is None else _object_id(row[0])

    def rows(self) -> list[tuple[str, str, ObjectId]]:
        """Every reference as it is stored: full name, the form in which names clash, target. Raises Damaged."""
        rows = self._database.all("SELECT name, folded, target FROM refs ORDER BY name")
        return [(_text(name), _text(folded), _object_id(target)) for name, folded, target in rows]

    def list(self, prefix: str) -> list[tuple[str, ObjectId]]:
        """References below a prefix such as ``refs/heads/``: name without the prefix, and target, by name."""
        rows = self._database.all(
            "SELECT name, target FROM refs WHERE name >= ? AND name < ? ORDER BY name", (prefix, prefix + "\U0010ffff")
        )
        return [(_text(name)[len(prefix) :], _object_id(target)) for name, target in rows]

    def set(self, name: str, target: ObjectId | None) -> None:
        """Point a reference at an object; None removes it.

        Raises LooksAlike where another name differs only by case or Unicode form.
        """
        if target is None:
            self._database.execute("DELETE FROM refs WHERE name = ?", (name,))
            return
        folded = fold_name(name)
        clash = self._database.one("SELECT name FROM refs WHERE folded = ? AND name <> ?", (folded, name))
        if clash is not None:
            raise LooksAlike(_short(name), _short(_text(clash[0])))
        self._database.execute(
            "INSERT INTO refs(name, folded, target) VALUES(?, ?, ?)"
            " ON CONFLICT(name) DO UPDATE SET target = excluded.target",
            (name, folded, target),
        )


class Workspaces:
    """The workspaces of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, name: str) -> Workspace | None:
        """The workspace of that name, or None."""
        row = self._database.one("SELECT number, name, head, tree FROM workspaces WHERE name = ?", (name,))
        return None if row is None else _workspace(row)

    def misfolded(self) -> list[str]:
        """Names that are stored with another clashing form than their own."""
        rows = self._database.all("SELECT name, folded FROM workspaces ORDER BY name")
        return [name for name, folded in rows if folded != fold_name(name)]

    def list(self) -> list[Workspace]:
        """All workspaces, by name."""
        return [
            _workspace(row)
            for row in self._database.all("SELECT number, name, head, tree FROM workspaces ORDER BY name")
        ]

    def add(self, name: str, head: Head, tree: TreeId) -> Workspace:
        """Make a workspace. Raises AlreadyExists where the name, or one that looks like it, is taken."""
        folded = fold_name(name)
        taken = self._database.one("SELECT name FROM workspaces WHERE folded = ?", (folded,))
        if taken is not None:
            known = _text(taken[0])
            raise AlreadyExists("workspace", known) if known == name else LooksAlike(name, known)
        self._database.execute(
            "INSERT INTO workspaces(name, folded, head, tree) VALUES(?, ?, ?, ?)",
            (name, folded, format_head(head), tree),
        )
        return Workspace(self._database.last_row(), name, head, tree)

    def set(self, number: int, head: Head, tree: TreeId) -> None:
        """Move a workspace."""
        self._database.execute(
            "UPDATE workspaces SET head = ?, tree = ? WHERE number = ?", (format_head(head), tree, number)
        )

    def remove(self, number: int) -> None:
        """Forget a workspace."""
        self._database.execute("DELETE FROM workspaces WHERE number = ?", (number,))


def format_head(head: Head) -> str:
    """A head as it is stored: branch and commit in hexadecimal, ``-`` for either that is None."""
    return f"{head.branch or '-'} {head.commit.hex() if head.commit else '-'}"


def parse_head(text: str) -> Head:
    """The head in its stored form. Raises Damaged."""
    branch, space, commit = text.partition(" ") if isinstance(text, str) else ("", "", "")
    try:
        if not branch or not space:
            raise ValueError(text)
        found = None if commit == "-" else CommitId(_object_id(bytes.fromhex(commit)))
    except ValueError:
        raise Damaged(f"{_shown(text)} does not say what a workspace is on") from None
    head = Head(None if branch == "-" else branch, found)
    if format_head(head) != text:
        raise Damaged(f"{_shown(text)} is not the one form of what a workspace is on")
    return head


def _workspace(row: tuple[int, str, str, bytes]) -> Workspace:
    return Workspace(row[0], _text(row[1]), parse_head(row[2]), TreeId(_object_id(row[3])))


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Damaged(f"{_shown(value)} stands where a name belongs")
    return value


def _object_id(value: Any) -> ObjectId:
    if type(value) is not bytes or len(value) != OBJECT_ID_BYTES:
        raise Damaged(f"{_shown(value)} stands where the id of an object belongs")
    return ObjectId(value)


def _shown(value: Any) -> str:
    """The beginning of a value that does not belong where it is."""
    if isinstance(value, str | bytes) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]!r}…"
    return repr(value)


def _short(name: str) -> str:
    return name.split("/", 2)[-1]
