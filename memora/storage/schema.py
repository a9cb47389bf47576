"""The tables of a store (SPEC.md, "The database"), and the check that a store has these and no others.

``objects``, ``refs``, ``workspaces``, ``operations``, ``moves`` and ``events`` are the truth. ``versions``,
``view``, ``commits``, ``accesses`` and the text index are derived from them and can be rebuilt.
"""

from __future__ import annotations

from typing import Final

from memora.errors import Damaged, NewerFormat, UnsafeStore
from memora.storage.database import Database
from memora.storage.text_index import TEXT_INDEX_SCHEMA, TEXT_INDEX_TABLES

FORMAT: Final = 1
APPLICATION_ID: Final = 0x6D656D6F  # "memo"

_TRUTH: Final = (
    "CREATE TABLE objects(row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL, body BLOB NOT NULL)",
    "CREATE TABLE refs(name TEXT PRIMARY KEY, folded TEXT NOT NULL UNIQUE, target BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE workspaces(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, folded TEXT NOT NULL UNIQUE,"
    " head TEXT NOT NULL, tree BLOB NOT NULL)",
    "CREATE TABLE operations(number INTEGER PRIMARY KEY, at INTEGER NOT NULL, workspace TEXT NOT NULL,"
    " author TEXT NOT NULL, command TEXT NOT NULL, summary TEXT NOT NULL, position INTEGER NOT NULL,"
    " previous INTEGER NOT NULL, redoable TEXT NOT NULL, hash BLOB NOT NULL)",
    "CREATE TABLE moves(operation INTEGER NOT NULL, pointer TEXT NOT NULL, before BLOB, after BLOB,"
    " PRIMARY KEY(operation, pointer)) WITHOUT ROWID",
    "CREATE INDEX moves_by_pointer ON moves(pointer, operation)",
    "CREATE TABLE events(number INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL)",
)

DERIVED: Final = (
    "CREATE TABLE versions(row INTEGER PRIMARY KEY, node BLOB NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL,"
    " key TEXT, confidence REAL NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"
    " expires_at INTEGER, pinned INTEGER NOT NULL, tags TEXT NOT NULL, sources TEXT NOT NULL)",
    "CREATE INDEX versions_by_key ON versions(key) WHERE key IS NOT NULL",
    "CREATE INDEX versions_expiring ON versions(expires_at) WHERE expires_at IS NOT NULL",
    "CREATE INDEX versions_disputed ON versions(row) WHERE status = 'conflicted'",
    "CREATE TABLE view(workspace INTEGER NOT NULL, node BLOB NOT NULL, version INTEGER NOT NULL,"
    " PRIMARY KEY(workspace, node)) WITHOUT ROWID",
    "CREATE TABLE commits(row INTEGER PRIMARY KEY, generation INTEGER NOT NULL, at INTEGER NOT NULL,"
    " parents TEXT NOT NULL)",
    "CREATE TABLE accesses(node BLOB PRIMARY KEY, count INTEGER NOT NULL, last_at INTEGER NOT NULL) WITHOUT ROWID",
    *TEXT_INDEX_SCHEMA,
)
DERIVED_TABLES: Final = ("versions", "view", "commits", "accesses", *TEXT_INDEX_TABLES)

_STATEMENTS: Final = (*_TRUTH, *DERIVED)


def create_schema(database: Database) -> None:
    """Make the tables of the current format; the caller has begun a transaction."""
    for statement in _STATEMENTS:
        database.execute(statement)
    database.execute(f"PRAGMA application_id={APPLICATION_ID}")
    database.execute(f"PRAGMA user_version={FORMAT}")


def is_blank(database: Database) -> bool:
    """Whether the database has no tables at all, as one that ``init`` was killed on."""
    return database.one("SELECT 1 FROM sqlite_master LIMIT 1") is None


def check_schema(database: Database) -> None:
    """Raise unless the database is a store of this format and nothing else.

    NewerFormat for a later format; Damaged for an empty database; UnsafeStore for tables, triggers or
    views that memora did not make, because a trigger in a hostile store could rewrite refs.
    """
    row = database.one("SELECT application_id, user_version FROM pragma_application_id, pragma_user_version")
    application, version = row or (0, 0)
    if application == APPLICATION_ID and version > FORMAT:
        raise NewerFormat(version, FORMAT)
    found: dict[str, str] = dict(database.all("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    if not found:
        raise Damaged(f"the database {database.path} is empty")
    if application != APPLICATION_ID:
        raise UnsafeStore(database.path, "is not a database of memora")
    if any(found.get(_name_of(statement)) != statement for statement in _STATEMENTS):
        raise UnsafeStore(database.path, "has tables that differ from memora's")
    strangers = found.keys() - {_name_of(statement) for statement in _STATEMENTS}
    if any(not _is_shadow(name, found[name]) for name in strangers):
        raise UnsafeStore(database.path, f"holds {min(strangers)!r}, which memora did not make")


def _is_shadow(name: str, sql: str) -> bool:
    """Whether a table is one that the text index keeps for itself."""
    return sql.startswith("CREATE TABLE ") and any(name.startswith(f"{table}_") for table in TEXT_INDEX_TABLES)


def _name_of(statement: str) -> str:
    words = statement.split(None, 4)
    name = words[3] if words[1] == "VIRTUAL" else words[2]
    return name.partition("(")[0]
