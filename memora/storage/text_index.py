"""The full-text index: which versions hold which words. Derived; ``docs/recall.md`` tells why it is as it is.

It keeps no text, only for each word where it is: version, column and place. Places are kept because a term that the
tokenizer cuts in two, such as a letter newer than its Unicode tables, is a phrase, and phrases need them.
Rows are those of ``versions`` and are only ever added, until a prune or a purge takes some out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from memora.storage.database import Database
from memora.storage.node_index import filter_sql

if TYPE_CHECKING:
    from memora.model.matches import Clause, Match
    from memora.model.selection import NodeFilter

TEXT_INDEX_TABLES: Final = ("text",)
TEXT_INDEX_SCHEMA: Final = (
    "CREATE VIRTUAL TABLE text USING fts5(content, names, places, content='', contentless_delete=1,"
    " tokenize='porter unicode61 remove_diacritics 2')",
)

# Bytes of a page of the index: four fit a page of the database, and a word is looked for by reading half of one.
_PAGE: Final = 1_000

# So many versions in one transaction, if they are as many as were there before, are put in order once, at its end.
_BULK: Final = 2_000
# How many pieces FTS5 lets be before it merges some: its own numbers, and those that keep it from merging.
_MERGING: Final = (("automerge", 4), ("crisismerge", 16))
_GATHERING: Final = (("automerge", 0), ("crisismerge", 1_000_000))

_SET: Final = "INSERT INTO text(text, rank) VALUES(?, ?)"

_CLAUSE: Final = "SELECT rowid AS row, ? AS weight, ? AS bit FROM text WHERE text MATCH ?"

# LIMIT keeps the order of the inner query: the joins outside of it then run row by row, as the caller asks.
_MATCHES: Final = (
    "SELECT m.row, m.weight, m.bits, v.node, v.type, v.status, v.confidence, v.updated_at, v.pinned,"
    " coalesce(a.count, 0), v.length"
    " FROM (SELECT row, sum(weight) AS weight, sum(bit) AS bits FROM ({clauses})"
    " GROUP BY row ORDER BY 2 DESC, row DESC LIMIT -1) AS m"
    " CROSS JOIN versions v ON v.row = m.row"
    "{view} LEFT JOIN accesses a ON a.node = v.node WHERE 1{filter}"
)
_VIEW: Final = " CROSS JOIN view w ON w.workspace = ? AND w.node = v.node AND w.version = v.row"


def set_up_text_index(database: Database) -> None:
    """Settle how a text index that was just made keeps its words; a temporary one where there is such."""
    database.execute_many(_SET, (("pgsz", _PAGE), *_MERGING))


class TextIndex:
    """Words of all versions. Writes need a transaction that somebody else has begun."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counted: dict[tuple[str, int], int] = {}
        self._counted_at = b""
        self._added = 0
        self._gathers = False

    def begin(self) -> None:
        """Count anew what is added: a transaction begins, or another table stands under the name of the index."""
        self._added = 0
        self._gathers = False

    def settle(self) -> None:
        """Put in order what the transaction added that is about to be committed."""
        if self._gathers:
            self.compact()

    def add(self, versions: Sequence[tuple[int, str, str, str]]) -> None:
        """Index versions that are not indexed yet: row, what it says, what names it and where it points."""
        self._added += len(versions)
        if not self._gathers and self._added >= _BULK and self._added >= self.size():
            self._gathers = True
            self._database.execute_many(_SET, _GATHERING)
        self._database.execute_many("INSERT INTO text(rowid, content, names, places) VALUES(?, ?, ?, ?)", versions)

    def remove(self, rows: Iterable[int]) -> None:
        """Take versions out of every answer; their words stay in the file until ``compact``."""
        self._database.execute_many("DELETE FROM text WHERE rowid = ?", ((row,) for row in rows))

    def compact(self) -> None:
        """Write the index anew in one piece, which answers soonest, without the words of removed versions.

        Cost follows its size: about two microseconds a version. Due after a purge and when everything was indexed
        again; ``settle`` does it after a batch that doubled the store. Single adds keep it in a dozen pieces.
        """
        self._database.execute("INSERT INTO text(text) VALUES('optimize')")
        if self._gathers:
            self._gathers = False
            self._database.execute_many(_SET, _MERGING)

    def clear(self) -> None:
        """Forget everything, so that it can be indexed again."""
        self._database.execute("INSERT INTO text(text) VALUES('delete-all')")

    def unindexed_rows(self) -> list[int]:
        """Rows of versions that are not indexed. Cost follows the number of versions."""
        rows = self._database.all("SELECT row FROM versions EXCEPT SELECT id FROM text_docsize ORDER BY 1")
        return [row for (row,) in rows]

    def stray_rows(self) -> list[int]:
        """Rows that are indexed and are no versions. Cost follows the number of versions."""
        rows = self._database.all("SELECT id FROM text_docsize EXCEPT SELECT row FROM versions ORDER BY 1")
        return [row for (row,) in rows]

    def check(self) -> None:
        """Raise Damaged unless the index agrees with itself. Cost follows its size."""
        self._database.execute("INSERT INTO text(text) VALUES('integrity-check')")

    def size(self) -> int:
        """How many versions are indexed, as of the last commit."""
        return _varint(self._totals())

    def frequencies(self, terms: Sequence[str], ceiling: int) -> list[int]:
        """In how many versions each term is, counted no further than ``ceiling``.

        Counts are remembered until the index changes.
        """
        totals = self._totals()
        if totals != self._counted_at:
            self._counted.clear()
            self._counted_at = totals
        return [self._frequency(term, ceiling) for term in terms]

    def matches(
        self, clauses: Sequence[Clause], *, workspace: int | None, wanted: NodeFilter, now: int
    ) -> Iterator[Match]:
        """The versions that at least one clause takes and the filter passes, heaviest first, then newest first."""
        from memora.model.matches import Match

        condition, values = filter_sql(wanted, now)
        sql = _MATCHES.format(
            clauses=" UNION ALL ".join([_CLAUSE] * len(clauses)),
            view="" if workspace is None else _VIEW,
            filter=condition,
        )
        asked = [value for clause in clauses for value in (clause.weight, clause.bit, _expression(clause))]
        place = () if workspace is None else (workspace,)
        yield from map(Match._make, self._database.stream(sql, (*asked, *place, *values)))

    def _frequency(self, term: str, ceiling: int) -> int:
        count = self._counted.get((term, ceiling))
        if count is None:
            row = self._database.one(
                "SELECT count(*) FROM (SELECT 1 FROM text WHERE text MATCH ? LIMIT ?)", (_quoted(term), ceiling)
            )
            count = self._counted[term, ceiling] = int(row[0]) if row else 0
        return count

    def _totals(self) -> bytes:
        """FTS5's record of how many rows and, by column, words it holds. Every write changes it."""
        row = self._database.one("SELECT block FROM text_data WHERE id = 1")
        return row[0] if row else b""


def _expression(clause: Clause) -> str:
    column = "names : " if clause.named else ""
    beside = f" AND ({' OR '.join(map(_quoted, clause.beside))})" if clause.beside else ""
    return f"{column}{_quoted(clause.term)}{beside}"


def _quoted(term: str) -> str:
    """A term in FTS5's query language, in which a star outside of the quotes asks for all words that begin so."""
    word = term.removesuffix("*")
    quoted = '"' + word.replace('"', '""') + '"'
    return quoted if word == term else quoted + "*"


def _varint(record: bytes) -> int:
    """The first number of a record in SQLite's variable-length form: seven bits a byte, high ones first."""
    number = 0
    for byte in record:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return number
