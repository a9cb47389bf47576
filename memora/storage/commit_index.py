"""The derived table of commits: generation numbers, times and parents, so that history is walked without decoding."""

from __future__ import annotations

from typing import Final

from memora.errors import Damaged, MissingObject
from memora.model.commit import Commit, CommitEntry
from memora.model.ids import CommitId, ObjectId
from memora.storage.database import Database

# A walk goes back through commits that were stored one after the other, so they are fetched in runs: short at
# first, for the commands that look at a commit or two. The bound keeps the memory of a long walk flat.
_SHORTEST_RUN: Final = 16
_LONGEST_RUN: Final = 1024
_MOST_KEPT: Final = 16 * _LONGEST_RUN


class CommitIndex:
    """The commit graph of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[CommitId, CommitEntry] = {}
        self._run = _SHORTEST_RUN

    def add(self, row: int, commit: Commit) -> None:
        """Project one commit; its parents must have been added before."""
        generation, at = 1, commit.at
        parents = []
        for parent in commit.parents:
            found = self._database.one(
                "SELECT o.row, c.generation, c.at FROM objects o JOIN commits c ON c.row = o.row WHERE o.id = ?",
                (parent,),
            )
            if found is not None:
                parents.append(str(found[0]))
                generation = max(generation, found[1] + 1)
                at = max(at, found[2] + 1)
        self._database.execute(
            "INSERT OR IGNORE INTO commits(row, generation, at, parents) VALUES(?, ?, ?, ?)",
            (row, generation, at, " ".join(parents)),
        )

    def find(self, commit: CommitId) -> CommitEntry | None:
        """What is known of a commit, or None. Raises MissingObject where a parent is no longer stored."""
        entry = self._known.get(commit)
        if entry is None:
            row = self._database.one("SELECT row FROM objects WHERE id = ?", (commit,))
            if row is not None:
                self._fetch_run(row[0])
                entry = self._known.get(commit)
        return entry

    def _fetch_run(self, row: int) -> None:
        """Fetch the commit of a row and those stored before it."""
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        found = self._database.all(
            "SELECT c.row, c.generation, c.at, c.parents, o.id FROM commits c JOIN objects o ON o.row = c.row"
            " WHERE c.row <= ? ORDER BY c.row DESC LIMIT ?",
            (row, self._run),
        )
        self._run = min(2 * self._run, _LONGEST_RUN)
        ids = {str(item[0]): CommitId(item[4]) for item in found}
        for at_row, generation, at, parents, commit in found:
            try:
                named = tuple(ids.get(parent) or self._id_of(parent) for parent in parents.split())
            except (AttributeError, TypeError, ValueError):
                raise Damaged(f"the index of commits does not say what the parents in row {at_row} are") from None
            except MissingObject:
                if at_row == row:
                    raise
                continue
            self._known[commit] = CommitEntry(generation, at, named)

    def _id_of(self, row: str) -> CommitId:
        found = self._database.one("SELECT id FROM objects WHERE row = ?", (int(row),))
        if found is None:
            raise MissingObject(f"row {row}", "commit")
        return CommitId(ObjectId(found[0]))
