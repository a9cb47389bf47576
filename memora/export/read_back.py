"""What a block says, read back: its items with the ids they end in, and what a person wrote between them.

A block is read as it was written: ``memora.export.entry`` makes the items, ``memora.export.context`` the titles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from memora.export.context import SCOPE_TITLE, TITLES
from memora.export.neutral import restore

_BULLET = re.compile(r"[-*+] +(?=\S)")
_NOTE = re.compile(r"\s*\((?:[^()\n]*; )?([0-9a-f]{8,32})\)[ \t]*$")
_HEADING = re.compile(r"#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*")
_QUOTED = re.compile(r"`([^`]+)`")
_TYPES: Final = {title.casefold(): name for name, title in TITLES.items()}
_DEFAULT_TYPE: Final = "semantic"
# From which likeness on a line without an id is an item that lost its own.
_LIKE: Final = 0.6
_MOST_COMPARED: Final = 100


class Item(NamedTuple):
    """One thing that a block says.

    ``line`` counts from 0 within the block, ``raw`` is the text as it stands, ``content`` what it means; ``prose`` says
    that it is no item of a list. ``digits`` are the first of the id of the memory it was, None without one.
    """

    line: int
    raw: str
    content: str
    digits: str | None
    type: str
    scope: tuple[str, ...]
    prose: bool = False


class Pairing(NamedTuple):
    """How the items of an edited block stand to those of the block as it was written.

    ``changed`` are pairs of before and after, ``removed`` comes with the line where it would stand now.
    """

    changed: tuple[tuple[Item, Item], ...]
    added: tuple[Item, ...]
    removed: tuple[tuple[Item, int], ...]


def read_items(body: str, scope: Sequence[str] = ()) -> list[Item]:
    """The items and paragraphs of a block in order. ``scope`` is that of the whole file."""
    lines = body.replace("\r\n", "\n").split("\n")
    found = []
    type_name, here = _DEFAULT_TYPE, tuple(scope)
    at = 0
    while at < len(lines):
        line = lines[at]
        heading = _HEADING.fullmatch(line)
        if not line.strip():
            at += 1
        elif heading:
            type_name, here = _under(heading[1], tuple(scope), type_name)
            at += 1
        else:
            bullet = _BULLET.match(line)
            end = _end_of_item(lines, at) if bullet else _end_of_prose(lines, at)
            found.append(_read_item(lines[at:end], at, bullet, type_name, here))
            at = end
    return found


def pair(written: Sequence[Item], edited: Sequence[Item]) -> Pairing:
    """What changed between two readings of a block: by ids first, then by likeness for what lost its id."""
    untouched = {item.raw for item in written}
    by_digits = {item.digits: item for item in written if item.digits is not None}
    kept: set[int] = set()
    changed: list[tuple[Item, Item]] = []
    loose: list[Item] = []
    seen: set[str] = set()
    for item in edited:
        if item.raw in untouched and item.raw not in seen:
            seen.add(item.raw)
            kept |= {original.line for original in written if original.raw == item.raw}
    for item in edited:
        if item.raw in untouched:
            continue
        before = None if item.digits is None else by_digits.get(item.digits)
        if before is None or before.line in kept:
            loose.append(item)
            continue
        kept.add(before.line)
        changed.append((before, item))
    missing = [item for item in written if item.line not in kept and not item.prose]
    for item in list(loose):
        alike = _most_alike(item, missing[:_MOST_COMPARED])
        if alike is not None and not item.prose:
            missing.remove(alike)
            loose.remove(item)
            changed.append((alike, item))
    removed = tuple((item, _line_for(item, written, edited)) for item in missing)
    changed.sort(key=lambda both: both[1].line)
    return Pairing(tuple(changed), tuple(item for item in loose if item.content), removed)


def _under(title: str, scope: tuple[str, ...], before: str) -> tuple[str, tuple[str, ...]]:
    """The type and scope of what stands under a heading."""
    if title.startswith(SCOPE_TITLE):
        return _DEFAULT_TYPE, tuple(restore(glob) for glob in _QUOTED.findall(title)) or scope
    return _TYPES.get(title.casefold(), _DEFAULT_TYPE), scope


def _end_of_item(lines: list[str], start: int) -> int:
    """The line behind an item: before the next bullet or heading, or before text at the margin after an empty line."""
    at = start + 1
    while at < len(lines):
        line = lines[at]
        at_margin = bool(line.strip()) and not line[0].isspace()
        if at_margin and (_BULLET.match(line) or _HEADING.fullmatch(line) or not lines[at - 1].strip()):
            break
        at += 1
    while not lines[at - 1].strip():
        at -= 1
    return at


def _end_of_prose(lines: list[str], start: int) -> int:
    at = start + 1
    while at < len(lines) and lines[at].strip() and not _BULLET.match(lines[at]) and not _HEADING.fullmatch(lines[at]):
        at += 1
    return at


def _read_item(lines: list[str], at: int, bullet: re.Match[str] | None, type_name: str, scope: tuple[str, ...]) -> Item:
    raw = "\n".join(line.rstrip() for line in lines)
    if bullet is None:
        return Item(at, raw, restore(raw), None, type_name, scope, prose=True)
    first, *rest = lines
    text = "\n".join([first[bullet.end() :], *(_outdented(line, bullet.end()) for line in rest)]).rstrip()
    note = _NOTE.search(text) or _NOTE.search(text.partition("\n")[0])
    if note is None:
        return Item(at, raw, restore(text), None, type_name, scope)
    text = text[: note.start()] + text[note.end() :]
    return Item(at, raw, restore(text), note[1], type_name, scope)


def _outdented(line: str, columns: int) -> str:
    margin = len(line) - len(line.lstrip(" "))
    return line[min(margin, columns) :].rstrip()


def _most_alike(item: Item, missing: Sequence[Item]) -> Item | None:
    best, score = None, _LIKE
    for candidate in missing:
        matcher = SequenceMatcher(None, candidate.content, item.content, autojunk=False)
        if matcher.quick_ratio() >= score and matcher.ratio() >= score:
            best, score = candidate, matcher.ratio()
    return best


def _line_for(item: Item, written: Sequence[Item], edited: Sequence[Item]) -> int:
    """Where a removed item would stand now: behind the nearest one above it that is still there."""
    present = {other.digits or other.raw: other.line + other.raw.count("\n") + 1 for other in edited}
    for other in reversed([other for other in written if other.line < item.line]):
        line = present.get(other.digits or other.raw)
        if line is not None:
            return line
    return 0
