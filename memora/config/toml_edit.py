"""Changing one value in the text of a settings file, and not one other byte.

A file is cut into statements by asking the parser: a statement is the fewest lines that parse alone. So brackets,
quotes and hashes inside of values need no rules of their own here, and what cannot be cut is left to a person.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final, NamedTuple

from memora.config.settings import Value

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+$")


class CannotEdit(Exception):
    """A text that is not cut into statements, or sets the value in a form that is not edited here."""


class _Statement(NamedTuple):
    """Lines of a file that belong together: a key and its value, a table's header, or what says nothing."""

    text: str
    header: bool
    names: tuple[str, ...]


def set_value(text: str, name: str, value: Value) -> str:
    """The text with a setting at a value: in its place where it is set, else in its table, else before all tables.

    Raises CannotEdit.
    """
    statements = _cut(text)
    places = [index for index, statement in enumerate(statements) if name in statement.names]
    if places:
        if len(places) > 1 or statements[places[0]].names != (name,):
            raise CannotEdit(f"{name} is set together with other settings")
        index = places[0]
        statements[index] = statements[index]._replace(text=_replace_value(statements[index].text, value))
    else:
        _insert(statements, name, value, "\r\n" if "\r\n" in text else "\n")
    return "".join(statement.text for statement in statements)


def format_value(value: Value) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_quoted(item) for item in value)}]"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _cut(text: str) -> list[_Statement]:
    lines = _LINE.findall(text)
    statements: list[_Statement] = []
    table = ""
    start = 0
    while start < len(lines):
        stripped = lines[start].strip()
        end = start + 1
        if not stripped or stripped.startswith("#"):
            statements.append(_Statement(lines[start], False, ()))
        elif stripped.startswith("["):
            table = ".".join(_path(_parse(lines[start]))) + "."
            statements.append(_Statement(lines[start], True, (table,)))
        else:
            while (parsed := _try("".join(lines[start:end]))) is None:
                end += 1
                if end > len(lines):
                    raise CannotEdit(f"line {start + 1} cannot be read")
            names = tuple(table + leaf for leaf in _leaves(parsed))
            statements.append(_Statement("".join(lines[start:end]), False, names))
        start = end
    return statements


def _insert(statements: list[_Statement], name: str, value: Value, line_end: str) -> None:
    """Add a setting after the last one of its table, or where it has no table before the first of all."""
    table, _, key = name.rpartition(".")
    headers = [index for index, statement in enumerate(statements) if statement.header]
    own = [index for index in headers if statements[index].names == (f"{table}.",)]
    first = own[0] if own else -1
    after = next((index for index in headers if index > first), len(statements))
    place = after
    while place > first + 1 and not statements[place - 1].names:
        place -= 1  # comments and empty lines before the next table belong to that
    if not own and not any(statement.names for statement in statements[:after]):
        place = after  # at the top there is nothing but comments: they are the file's own
    if place and not statements[place - 1].text.endswith("\n"):
        statements[place - 1] = statements[place - 1]._replace(text=statements[place - 1].text + line_end)
    line = f"{key if own else name} = {format_value(value)}{line_end}"
    statements.insert(place, _Statement(line, False, (name,)))


def _replace_value(text: str, value: Value) -> str:
    """A statement with another value; key, spaces and the comment behind it stay."""
    equals = next(at for at in _places(text, "=") if _try(text[:at] + "= 0\n") is not None)
    before = text[: equals + 1]
    rest = text[equals + 1 :]
    space = rest[: len(rest) - len(rest.lstrip(" \t"))]
    old = _parse(text)
    end = len(text.rstrip("\r\n"))
    for at in _places(text, "#"):
        if at > equals and _try(text[:at]) == old:
            end = at
            break
    kept = text[len(text[:end].rstrip(" \t")) :]
    return f"{before}{space}{format_value(value)}{kept}"


def _places(text: str, character: str) -> list[int]:
    return [at for at, found in enumerate(text) if found == character]


def _parse(text: str) -> dict[str, Any]:
    parsed = _try(text)
    if parsed is None:
        raise CannotEdit(f"{text.strip()!r} cannot be read")
    return parsed


def _try(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _path(parsed: dict[str, Any]) -> list[str]:
    """The names in a table's header."""
    path = []
    while parsed:
        if len(parsed) != 1:
            raise CannotEdit("a line of several tables cannot be read")
        name, below = next(iter(parsed.items()))
        path.append(name)
        if not isinstance(below, dict):
            raise CannotEdit("an array of tables holds no settings")
        parsed = below
    return path


def _leaves(parsed: dict[str, Any], prefix: str = "") -> list[str]:
    found = []
    for name, value in parsed.items():
        if isinstance(value, dict) and value:
            found += _leaves(value, f"{prefix}{name}.")
        else:
            found.append(prefix + name)
    return found


def _quoted(text: str) -> str:
    """A basic string; what it may not hold as it is, escaped."""
    out = []
    for character in text:
        if character in '"\\':
            out.append("\\" + character)
        elif character < " " or character == "\x7f":
            out.append(f"\\u{ord(character):04X}")
        else:
            out.append(character)
    return f'"{"".join(out)}"'
