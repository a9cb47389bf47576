"""The page about the commands shows what they take and print today."""

from __future__ import annotations

import re

import pytest
from documented_commands import PAGE, section_name, split_page, write_anew

PAGE_TEXT = PAGE.read_text(encoding="utf-8")
PIECES = split_page(PAGE_TEXT)

# How many bytes a database takes is for SQLite to say, and may change with it.
_SIZE = re.compile(r"\d[\d.,]* (bytes|KB|MB)")


@pytest.mark.parametrize("piece", PIECES, ids=section_name)
def test_a_section_is_true(piece, tmp_path):
    """Where it is not: ``python tests/structure/documented_commands.py`` writes it anew."""
    found = write_anew(piece, PAGE_TEXT, tmp_path)
    assert _SIZE.sub(r"… \1", found).splitlines() == _SIZE.sub(r"… \1", piece).splitlines()


def test_the_pieces_are_the_page():
    assert "".join(PIECES) == PAGE_TEXT
    assert len(PIECES) > 25
