"""The derived tables against what they are derived from: made once more beside the store's own, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import zip_longest
from typing import Final

from memora.operations.care.problems import Problem, damage
from memora.storage.database import Database
from memora.storage.schema import DERIVED_TABLES

_TEXT: Final = "text"

# The column that names the row of an object. What is derived from an object that is damaged cannot be judged.
_ROW_COLUMNS: Final = {"versions": "row", "links": "version", "commits": "row", "text_docsize": "id"}

# What follows from objects that no column names: where one is damaged, nothing of it can be judged.
_REST_ON_ALL: Final = frozenset({"gone"})

# The tables in which the text index keeps what is not words: sizes for the ranking, and how it is set up.
_TEXT_TABLES: Final = ("text_docsize", "text_config")

# What else is in this table tells when a row was written, and differs between equals.
_COLUMNS: Final = {"text_docsize": "id, sz"}

_LEARNT_FROM: Final = {"accesses": "events", "view": "the working trees", "gone": "the working trees"}


def inspect_index(database: Database, damaged_rows: list[int]) -> Iterator[Problem]:
    """Derived tables that differ from temporary ones of the same names, which the caller has filled from the truth."""
    database.execute("CREATE TEMP TABLE unjudged(row INTEGER PRIMARY KEY)")
    database.execute_many("INSERT INTO temp.unjudged(row) VALUES(?)", ((row,) for row in damaged_rows))
    try:
        for table in (*DERIVED_TABLES, *_TEXT_TABLES):
            if table != _TEXT and not (damaged_rows and table in _REST_ON_ALL):
                yield from _compare(database, table)
        if not _same_words(database, whole=not damaged_rows):
            yield _differs(_TEXT, "has other words than the memories")
    finally:
        database.execute("DROP TABLE temp.unjudged")


def _compare(database: Database, table: str) -> Iterator[Problem]:
    column = _ROW_COLUMNS.get(table)
    judged = f" WHERE {column} NOT IN (SELECT row FROM temp.unjudged)" if column else ""
    columns = _COLUMNS.get(table, "*")
    stored, expected = f"SELECT {columns} FROM main.{table}{judged}", f"SELECT {columns} FROM temp.{table}{judged}"
    wrong = _count(database, f"{stored} EXCEPT {expected}")
    missing = _count(database, f"{expected} EXCEPT {stored}")
    if wrong or missing:
        yield _differs(table, f"has {_rows(wrong)} too many, and {_rows(missing)} too few")


def _differs(table: str, how: str) -> Problem:
    source = _LEARNT_FROM.get(table, "the objects")
    return damage("index", f"the derived table {table} does not agree with {source}: it {how}")


def _same_words(database: Database, *, whole: bool) -> bool:
    """Whether both text indexes have the same words in the same memories."""
    for schema in ("main", "temp"):
        database.execute(f"CREATE VIRTUAL TABLE temp.words_{schema} USING fts5vocab({schema}, {_TEXT}, instance)")
    judged = "" if whole else " WHERE doc NOT IN (SELECT row FROM temp.unjudged)"
    try:
        stored = database.stream(f"SELECT term, doc, col, offset FROM temp.words_main{judged}")
        expected = database.stream(f"SELECT term, doc, col, offset FROM temp.words_temp{judged}")
        with closing(stored), closing(expected):  # a table that is still being read cannot be dropped
            if not all(ours == theirs for ours, theirs in zip_longest(stored, expected)):
                return False
        return not whole or _totals(database, "main") == _totals(database, "temp")
    finally:
        for schema in ("main", "temp"):
            database.execute(f"DROP TABLE temp.words_{schema}")


def _totals(database: Database, schema: str) -> bytes:
    """How many memories and words a text index counts, as it writes that down; the ranking rests on it."""
    row = database.one(f"SELECT block FROM {schema}.text_data WHERE id = 1")
    block = row[0] if row else b""
    # One from which all was taken out again holds zeros; one that is new holds nothing.
    return block if any(block) else b""


def _count(database: Database, query: str) -> int:
    row = database.one(f"SELECT count(*) FROM ({query})")
    return int(row[0]) if row else 0


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
