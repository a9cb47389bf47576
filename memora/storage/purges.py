"""What was erased from a store on purpose: ids that must not come back, and the commits that took others' places.

Both lists hold ids of objects and nothing of what those said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from memora.model.ids import CommitId, ObjectId
from memora.storage.database import Database

_AT_ONCE = 500


class Purges:
    """The purges of a store, added up. Writes need a transaction that somebody else has begun."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, ids: Iterable[ObjectId], at: int) -> None:
        """Refuse objects from now on, as of a time in microseconds; who was refused before keeps that time."""
        self._database.execute_many("INSERT OR IGNORE INTO purged(id, at) VALUES(?, ?)", ((id, at) for id in ids))

    def has(self, ids: Iterable[ObjectId]) -> set[ObjectId]:
        """Those of some objects that were erased and must not be taken in."""
        found: set[ObjectId] = set()
        if self._database.one("SELECT 1 FROM purged LIMIT 1") is None:
            return found
        wanted = list(ids)
        for start in range(0, len(wanted), _AT_ONCE):
            part = tuple(wanted[start : start + _AT_ONCE])
            places = ", ".join("?" * len(part))
            rows = self._database.all(f"SELECT id FROM purged WHERE id IN ({places})", part)
            found.update(ObjectId(row[0]) for row in rows)
        return found

    def list(self) -> Iterator[tuple[ObjectId, int]]:
        """Every object that was erased, and when, by id."""
        for id, at in self._database.stream("SELECT id, at FROM purged ORDER BY id"):
            yield ObjectId(id), at

    def count(self) -> int:
        """How many objects were erased."""
        row = self._database.one("SELECT count(*) FROM purged")
        return int(row[0]) if row else 0

    def rewrite(self, commits: Mapping[CommitId, CommitId]) -> None:
        """Remember which commit took the place of which; what was the new one before leads on to the newest."""
        self._database.execute_many(
            "UPDATE rewritten SET new = ? WHERE new = ?", [(new, old) for old, new in commits.items()]
        )
        self._database.execute_many(
            "INSERT INTO rewritten(old, new) VALUES(?, ?) ON CONFLICT(old) DO UPDATE SET new = excluded.new",
            commits.items(),
        )

    def successor(self, commit: CommitId) -> CommitId | None:
        """The commit that took the place of one, after all purges; None where none did."""
        row = self._database.one("SELECT new FROM rewritten WHERE old = ?", (commit,))
        return None if row is None else CommitId(ObjectId(row[0]))

    def rewritten(self) -> dict[CommitId, CommitId]:
        """Every commit that was replaced, and the one that stands in its place now."""
        rows = self._database.stream("SELECT old, new FROM rewritten ORDER BY old")
        return {CommitId(ObjectId(old)): CommitId(ObjectId(new)) for old, new in rows}
