"""PLACEHOLDER: to be overwritten by the author of the text index."""

from memora.storage.database import Database

TEXT_INDEX_TABLES = ("text",)
TEXT_INDEX_SCHEMA = (
    "CREATE VIRTUAL TABLE text USING fts5(content, names, content='', contentless_delete=1, tokenize='porter unicode61')",
)


class TextIndex:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, row: int, *columns: str) -> None:
        self._database.execute("INSERT INTO text(rowid, content, names) VALUES(?, ?, ?)", (row, *columns))
