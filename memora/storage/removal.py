"""Taking objects out of the store, and out of every derived table that knows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from memora.storage.database import Database

_DELETIONS: Final = (
    "DELETE FROM text WHERE rowid IN (SELECT row FROM temp.doomed)",
    "DELETE FROM links WHERE version IN (SELECT row FROM temp.doomed)",
    "DELETE FROM versions WHERE row IN (SELECT row FROM temp.doomed)",
    "DELETE FROM commits WHERE row IN (SELECT row FROM temp.doomed)",
    "DELETE FROM remote_objects WHERE object IN (SELECT row FROM temp.doomed)",
    "DELETE FROM remote_packs",  # what was taken in once may be missing now: the next fetch looks at everything there
    "UPDATE remotes SET fetched = 0",
    "DELETE FROM arrivals WHERE object IN (SELECT row FROM temp.doomed)",
    "DELETE FROM objects WHERE row IN (SELECT row FROM temp.doomed)",
)


def remove_objects(database: Database, rows: Iterable[int]) -> None:
    """Remove the objects in some rows; the caller holds a write transaction and knows that nothing reaches them.

    A later object may take their rows, so nothing that calls them by these may stay behind.
    """
    database.execute("CREATE TEMP TABLE doomed(row INTEGER PRIMARY KEY)")
    try:
        database.execute_many("INSERT INTO temp.doomed(row) VALUES(?)", ((row,) for row in rows))
        for deletion in _DELETIONS:
            database.execute(deletion)
    finally:
        database.execute("DROP TABLE temp.doomed")
