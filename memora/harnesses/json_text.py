"""JSON as text: where in it each value stands.

Comments and trailing commas are read over, because some tools' settings allow them. What is not JSON in this wide
sense, is nested too deeply, or says a key twice is refused: nobody can tell what it means.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

_DEEPEST: Final = 64
_SPACE: Final = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_SCALAR: Final = re.compile(r"(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])")


class NotJson(ValueError):
    """A text that cannot be read; its argument says where and why."""


class Piece(NamedTuple):
    """A value in a text: from where to where it goes, and what it is.

    ``members`` are those of an object by key, ``items`` those of an array; None in whatever is neither.
    ``outer_start`` is where the value begins with its key, where it has one.
    """

    outer_start: int
    start: int
    end: int
    value: Any
    members: dict[str, Piece] | None = None
    items: list[Piece] | None = None

    @property
    def parts(self) -> list[Piece]:
        """The values inside, in order."""
        return list((self.members or {}).values()) if self.items is None else self.items


def parse(text: str) -> Piece:
    """The one value of a text. Raises NotJson."""
    start = skip(text, 1 if text.startswith("\ufeff") else 0)
    piece = _value(text, start, start, 0)
    end = skip(text, piece.end)
    if end != len(text):
        raise _not_json(text, end, "something follows the value")
    return piece


def skip(text: str, at: int) -> int:
    """The place behind the white space and comments at a place."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _value(text: str, outer: int, at: int, depth: int) -> Piece:
    if depth > _DEEPEST:
        raise _not_json(text, at, "it is nested too deeply")
    sign = text[at : at + 1]
    if sign == "{":
        return _object(text, outer, at, depth)
    if sign == "[":
        return _array(text, outer, at, depth)
    if sign == '"':
        end, value = _string(text, at)
        return Piece(outer, at, end, value)
    scalar = _SCALAR.match(text, at)
    if scalar is None:
        raise _not_json(text, at, "a value is missing")
    return Piece(outer, at, scalar.end(), json.loads(scalar[0]))


def _object(text: str, outer: int, start: int, depth: int) -> Piece:
    members: dict[str, Piece] = {}
    at = skip(text, start + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise _not_json(text, at, "a key is missing")
        end, key = _string(text, at)
        colon = skip(text, end)
        if text[colon : colon + 1] != ":":
            raise _not_json(text, colon, "a colon is missing")
        if key in members:
            raise _not_json(text, at, f"the key {key!r} stands twice")
        members[key] = _value(text, at, skip(text, colon + 1), depth + 1)
        at = _next(text, members[key].end, "}")
    return Piece(outer, start, at + 1, {key: piece.value for key, piece in members.items()}, members)


def _array(text: str, outer: int, start: int, depth: int) -> Piece:
    items: list[Piece] = []
    at = skip(text, start + 1)
    while text[at : at + 1] != "]":
        items.append(_value(text, at, at, depth + 1))
        at = _next(text, items[-1].end, "]")
    return Piece(outer, start, at + 1, [piece.value for piece in items], None, items)


def _next(text: str, end: int, closing: str) -> int:
    """Where the next part begins, or the closing bracket stands."""
    at = skip(text, end)
    if text[at : at + 1] == ",":
        return skip(text, at + 1)
    if text[at : at + 1] != closing:
        raise _not_json(text, at, f"a comma or {closing!r} is missing")
    return at


def _string(text: str, at: int) -> tuple[int, str]:
    found = _STRING.match(text, at)
    try:
        if found is not None:
            return found.end(), json.loads(found[0])
    except ValueError:
        pass
    raise _not_json(text, at, "a text is not closed")


def _not_json(text: str, at: int, problem: str) -> NotJson:
    return NotJson(f"{problem} in line {text.count(chr(10), 0, at) + 1}")
