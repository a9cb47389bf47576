"""Bytes on disk: one SQLite database, the writer lock and the witness beside it."""
