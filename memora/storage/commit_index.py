"""The derived table of commits: generation numbers and parents, so that history is walked without decoding."""

from __future__ import annotations

from typing import NamedTuple

from memora.model.commit import Commit
from memora.model.ids import CommitId, ObjectId
from memora.storage.database import Database


class CommitEntry(NamedTuple):
    """What the graph knows of a commit. A commit without parents has generation 1."""

    generation: int
    at: int
    parents: tuple[CommitId, ...]


class CommitIndex:
    """The commit graph of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, row: int, commit: Commit) -> None:
        """Project one commit; its parents must have been added before."""
        generation = 1
        parents = []
        for parent in commit.parents:
            found = self._database.one(
                "SELECT o.row, c.generation FROM objects o JOIN commits c ON c.row = o.row WHERE o.id = ?", (parent,)
            )
            if found is not None:
                parents.append(str(found[0]))
                generation = max(generation, found[1] + 1)
        self._database.execute(
            "INSERT OR IGNORE INTO commits(row, generation, at, parents) VALUES(?, ?, ?, ?)",
            (row, generation, commit.at, " ".join(parents)),
        )

    def find(self, commit: CommitId) -> CommitEntry | None:
        """What is known of a commit, or None."""
        row = self._database.one(
            "SELECT c.generation, c.at, c.parents FROM objects o JOIN commits c ON c.row = o.row WHERE o.id = ?",
            (commit,),
        )
        if row is None:
            return None
        parents = tuple(self._id_of(int(parent)) for parent in row[2].split())
        return CommitEntry(row[0], row[1], parents)

    def _id_of(self, row: int) -> CommitId:
        found = self._database.one("SELECT id FROM objects WHERE row = ?", (row,))
        return CommitId(ObjectId(found[0] if found else b""))
