"""The tables of a store (SPEC.md, "The database"), and the check that a store has these and no others.

``objects``, ``refs``, ``workspaces``, ``operations``, ``moves``, ``sessions`` and ``events`` are the truth.
``versions``, ``view``, ``links``, ``gone``, ``commits``, ``accesses`` and the text index are derived from them and can
be rebuilt.
"""

from __future__ import annotations

from typing import Final

from memora.errors import Damaged
from memora.errors.store import NewerFormat, UnsafeStore
from memora.storage.database import Database
from memora.storage.session_log import LOOKED_FOR_SQL
from memora.storage.text_index import TEXT_INDEX_SCHEMA, TEXT_INDEX_TABLES, set_up_text_index

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
    "CREATE INDEX operations_by_workspace ON operations(workspace, number)",
    "CREATE TABLE moves(operation INTEGER NOT NULL, pointer TEXT NOT NULL, before BLOB, after BLOB,"
    " PRIMARY KEY(operation, pointer)) WITHOUT ROWID",
    "CREATE INDEX moves_by_pointer ON moves(pointer, operation)",
    "CREATE TABLE sessions(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE COLLATE NOCASE, source TEXT NOT NULL,"
    " workspace TEXT NOT NULL, owner TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT)",
    "CREATE INDEX sessions_active ON sessions(workspace, number) WHERE ended_at IS NULL",
    "CREATE TABLE events(row INTEGER PRIMARY KEY, session INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,"
    " event TEXT NOT NULL, data TEXT NOT NULL, tree BLOB, hash BLOB NOT NULL, UNIQUE(session, seq))",
    f"CREATE INDEX events_looked_for ON events(event, row) WHERE {LOOKED_FOR_SQL}",
    "CREATE TABLE remotes(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, folded TEXT NOT NULL UNIQUE,"
    " address TEXT NOT NULL, shared INTEGER NOT NULL, identity TEXT, generation INTEGER NOT NULL, manifest BLOB,"
    " epoch INTEGER NOT NULL, fetched INTEGER NOT NULL)",
    "CREATE TABLE upstreams(branch TEXT PRIMARY KEY, remote TEXT NOT NULL, remote_branch TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE remote_tips(remote INTEGER NOT NULL, ref TEXT NOT NULL, target BLOB NOT NULL,"
    " PRIMARY KEY(remote, ref)) WITHOUT ROWID",
    "CREATE TABLE remote_packs(remote INTEGER NOT NULL, pack TEXT NOT NULL, PRIMARY KEY(remote, pack)) WITHOUT ROWID",
    "CREATE TABLE remote_objects(remote INTEGER NOT NULL, object INTEGER NOT NULL,"
    " PRIMARY KEY(remote, object)) WITHOUT ROWID",
    "CREATE TABLE arrivals(object INTEGER PRIMARY KEY, remote TEXT NOT NULL)",
    "CREATE TABLE purged(id BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE rewritten(old BLOB PRIMARY KEY, new BLOB NOT NULL) WITHOUT ROWID",
)

DERIVED: Final = (
    "CREATE TABLE versions(row INTEGER PRIMARY KEY, node BLOB NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL,"
    " key TEXT, confidence REAL NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"
    " expires_at INTEGER, pinned INTEGER NOT NULL, length INTEGER NOT NULL, tags TEXT NOT NULL,"
    " sources TEXT NOT NULL)",
    "CREATE INDEX versions_by_key ON versions(key) WHERE key IS NOT NULL",
    "CREATE INDEX versions_expiring ON versions(expires_at) WHERE expires_at IS NOT NULL",
    "CREATE INDEX versions_disputed ON versions(row) WHERE status = 'conflicted'",
    "CREATE INDEX versions_stale ON versions(row) WHERE instr(tags, ' memora:stale:')",
    "CREATE INDEX versions_held ON versions(row) WHERE instr(tags, ' memora:quarantine ')",
    "CREATE INDEX versions_deprecated ON versions(row) WHERE status = 'deprecated'",
    "CREATE TABLE view(workspace INTEGER NOT NULL, node BLOB NOT NULL, version INTEGER NOT NULL,"
    " PRIMARY KEY(workspace, node)) WITHOUT ROWID",
    "CREATE TABLE links(target BLOB NOT NULL, version INTEGER NOT NULL, relation TEXT NOT NULL,"
    " PRIMARY KEY(target, version, relation)) WITHOUT ROWID",
    "CREATE INDEX links_deriving ON links(version) WHERE relation = 'derived_from'",
    "CREATE TABLE gone(workspace INTEGER NOT NULL, node BLOB NOT NULL, PRIMARY KEY(workspace, node)) WITHOUT ROWID",
    "CREATE TABLE commits(row INTEGER PRIMARY KEY, generation INTEGER NOT NULL, at INTEGER NOT NULL,"
    " parents TEXT NOT NULL)",
    "CREATE TABLE accesses(node BLOB PRIMARY KEY, count INTEGER NOT NULL, last_at INTEGER NOT NULL) WITHOUT ROWID",
    *TEXT_INDEX_SCHEMA,
)
# What this store knows of remotes, and what was erased from it.
SHARED_TABLES: Final = (
    "remotes",
    "upstreams",
    "remote_tips",
    "remote_packs",
    "remote_objects",
    "arrivals",
    "purged",
    "rewritten",
)
TRUTH_TABLES: Final = ("objects", "refs", "workspaces", "operations", "moves", "sessions", "events", *SHARED_TABLES)
DERIVED_TABLES: Final = ("versions", "view", "links", "gone", "commits", "accesses", *TEXT_INDEX_TABLES)

_STATEMENTS: Final = (*_TRUTH, *DERIVED)


def create_schema(database: Database) -> None:
    """Make the tables of the current format; the caller has begun a transaction."""
    for statement in _STATEMENTS:
        database.execute(statement)
    set_up_text_index(database)
    database.execute(f"PRAGMA application_id={APPLICATION_ID}")
    database.execute(f"PRAGMA user_version={FORMAT}")


def create_derived(database: Database, *, temporary: bool = False) -> None:
    """Make the derived tables, empty.

    Temporary ones are this connection's own, without their indexes; they hide the tables of the store that have the
    same names, so that what reads and fills those does it to these. The store is not written.
    """
    for statement in DERIVED:
        if not temporary:
            database.execute(statement)
        elif not statement.startswith("CREATE INDEX "):
            name = _name_of(statement)
            database.execute(statement.replace(f" {name}", f" temp.{name}", 1))
    set_up_text_index(database)


def drop_derived(database: Database, *, temporary: bool = False) -> None:
    """Drop the derived tables that there are."""
    for table in DERIVED_TABLES:
        database.execute(f"DROP TABLE IF EXISTS {'temp' if temporary else 'main'}.{table}")


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
    found = database.all("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    if not found:
        raise Damaged(f"the database {database.path} is empty")
    if application != APPLICATION_ID:
        raise UnsafeStore(database.path, "is not a database of memora")
    if version != FORMAT:
        raise Damaged(f"the database {database.path} says that it has format {version}, which never was")
    missing = {_name_of(statement): statement for statement in _STATEMENTS}
    for kind, name, sql in found:
        # A trigger may have the name of a table, so each entry must be a statement of ours, and each only once.
        if kind in ("table", "index") and missing.get(name) == sql:
            del missing[name]
        elif not (kind == "table" and _is_shadow(name, sql)):
            raise UnsafeStore(database.path, f"holds {kind} {name!r}, which memora did not make so")
    if missing:
        raise UnsafeStore(database.path, f"has no {min(missing)!r}")


def _is_shadow(name: object, sql: object) -> bool:
    """Whether a table is one that the text index keeps for itself."""
    if not isinstance(name, str) or not isinstance(sql, str):
        return False
    return sql.startswith("CREATE TABLE ") and any(name.startswith(f"{table}_") for table in TEXT_INDEX_TABLES)


def _name_of(statement: str) -> str:
    words = statement.split(None, 4)
    name = words[3] if words[1] == "VIRTUAL" else words[2]
    return name.partition("(")[0]
