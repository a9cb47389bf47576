"""Markdown that people and agents keep as context: one memory for each item of a list and each paragraph.

Headings become tags and hint at the type. Fenced code belongs to the text above it. What is between the markers of
memora or of another tool is that tool's and passed over (docs/import.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from memora.importers.found import Found, as_tags
from memora.importers.inference import infer_type

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*")
_BULLET = re.compile(r"([-*+]|\d{1,3}[.)])[ \t]+(?=\S)")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_BLOCK_BEGIN = re.compile(r"<!--\s*(?:memora:begin|(?:BEGIN|START)\b|[\w-]+[ :](?:BEGIN|START)\b)", re.IGNORECASE)
_BLOCK_END = re.compile(r"<!--\s*(?:memora:end|END\b|[\w-]+[ :]END\b)", re.IGNORECASE)
_RULE = re.compile(r"[ \t]*(?:[-*_=][ \t]*){3,}")
_IMPORT = re.compile(r"@(?P<path>[\w./~-]+)[ \t]*")
_CHECKBOX = re.compile(r"\[[ xX]\][ \t]+")
_NOT_A_WORD: Final = re.compile(r"[\W_]+")
_FEWEST_LETTERS: Final = 3


class Piece(NamedTuple):
    """An item or a paragraph: its first line, from 1, its text, the heading over it, and whether it is of a list."""

    line: int
    text: str
    heading: str
    listed: bool


def read_markdown(text: str, *, first_line: int = 1, scope: tuple[str, ...] = ()) -> list[Found]:
    """The memories of a text that has no front matter."""
    return [
        Found(
            piece.line,
            piece.text,
            infer_type(piece.text, piece.heading),
            tags=as_tags(piece.heading),
            applies_to=scope,
        )
        for piece in pieces_of(text, first_line)
    ]


def imports_of(text: str) -> list[tuple[int, str]]:
    """Files that a text takes in by ``@path`` on a line of its own, with the lines."""
    found = []
    for number, line, fenced in _lines(text):
        match = None if fenced else _IMPORT.fullmatch(line)
        if match and ("/" in match["path"] or "." in match["path"]):
            found.append((number, match["path"]))
    return found


def pieces_of(text: str, first_line: int = 1) -> Iterator[Piece]:
    """Items of lists and paragraphs in order, with the code that belongs to them."""
    heading = ""
    piece: list[str] = []
    start = 0
    listed = False
    blank = True

    def close() -> Iterator[Piece]:
        words = "\n".join(piece).strip()
        piece.clear()
        # A task is no belief, whether it is done or not.
        if len(_NOT_A_WORD.sub("", words)) >= _FEWEST_LETTERS and not (listed and _CHECKBOX.match(words)):
            yield Piece(start, words, heading, listed)

    for number, line, fenced in _lines(text, first_line):
        title = None if fenced else _HEADING.fullmatch(line.rstrip())
        bullet = None if fenced or line[:1].isspace() else _BULLET.match(line)
        if fenced:
            if not piece:
                start, listed = number, False
            piece.append(line[2:] if listed and line.startswith("  ") else line)
            blank = False
        elif title or _RULE.fullmatch(line) or _IMPORT.fullmatch(line):
            yield from close()
            heading, listed = (title[2] if title else heading), False
            blank = True
        elif bullet:
            # A line that only leads to the list is a heading in all but name.
            if piece and not listed and len(piece) == 1 and piece[0].rstrip().endswith(":"):
                heading = piece[0].strip().rstrip(":").strip("*_ ")
                piece.clear()
            yield from close()
            start, listed, blank = number, True, False
            piece.append(line[bullet.end() :])
        elif not line.strip():
            blank = True
            if piece:
                piece.append("")
        else:
            inside = listed and line[:1].isspace()
            if blank and piece and not inside:
                yield from close()
                listed = False
            if not piece:
                start = number
            piece.append(line[2:] if inside and line.startswith("  ") else line.strip() if listed else line)
            blank = False
    yield from close()


def _lines(text: str, first_line: int = 1) -> Iterator[tuple[int, str, bool]]:
    """Lines with their numbers, and whether they are code; without comments and without the blocks of tools."""
    fence: str | None = None
    block = comment = False
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), first_line):
        match = _FENCE.match(line)
        if fence is not None or (match and not block and not comment):
            if fence is None:
                assert match is not None
                fence = match[1]
            elif match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = None
            yield number, line, True
            continue
        if block or _BLOCK_BEGIN.match(line.strip()):
            block = not _BLOCK_END.search(line)
            yield number, "", False
            continue
        if comment or line.lstrip().startswith("<!--"):
            comment = "-->" not in line
            yield number, "", False
            continue
        yield number, line, False
