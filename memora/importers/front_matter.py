"""The lines between ``---`` at the head of a file: names, texts, lists, and one level of names below names.

Not YAML: Cursor's and Windsurf's front matter is none, and what YAML makes of ``no`` and ``0123`` is what nobody meant.
Every value is text.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from memora.importers.found import Problem

Value = str | list[str] | dict[str, str]

_FENCE: Final = "---"
_FIELD = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(.*)|)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_BELOW = re.compile(r"[ \t]+([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(.*)|)")


class FrontMatter(NamedTuple):
    """The fields of a file, and its text below them, which begins at ``line``, from 1."""

    fields: dict[str, Value]
    text: str
    line: int

    def word(self, name: str) -> str:
        """A field that is one text; empty where it is not there, or a list."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""

    def words(self, name: str) -> list[str]:
        """A field that is a list, or one text with commas; commas in braces belong to a glob."""
        value = self.fields.get(name, "")
        if isinstance(value, list):
            return value
        return [] if isinstance(value, dict) else [part for part in split_commas(value) if part]


def read_front_matter(text: str) -> FrontMatter:
    """The front matter of a text; no fields where it has none. Raises Problem for a line that cannot be read."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != _FENCE:
        return FrontMatter({}, "\n".join(lines), 1)
    end = next((at for at in range(1, len(lines)) if lines[at].rstrip() == _FENCE), None)
    if end is None:
        raise Problem(1, "the front matter is not closed by a line of ---")
    fields: dict[str, Value] = {}
    name = ""
    for at in range(1, end):
        line = lines[at].rstrip()
        if not line or line.lstrip().startswith("#"):
            continue
        field, item, below = _FIELD.fullmatch(line), _ITEM.fullmatch(line), _BELOW.fullmatch(line)
        if field:
            name = field[1]
            if name in fields:
                raise Problem(at + 1, f"the field {name!r} stands twice in the front matter")
            fields[name] = _read_value(field[2] or "", at + 1)
        elif name and item and (fields[name] == "" or isinstance(fields[name], list)):
            listed = fields[name]
            fields[name] = [*(listed if isinstance(listed, list) else []), _unquoted(item[1])]
        elif name and below and (fields[name] == "" or isinstance(fields[name], dict)):
            known = fields[name]
            fields[name] = {**(known if isinstance(known, dict) else {}), below[1]: _unquoted(below[2] or "")}
        elif name and line[0].isspace() and isinstance(fields[name], str):
            fields[name] = f"{fields[name]} {line.strip()}".strip().removeprefix("> ").removeprefix("| ")
        else:
            raise Problem(at + 1, f"{line.strip()!r} is no field of a front matter")
    return FrontMatter(fields, "\n".join(lines[end + 1 :]), end + 2)


def split_commas(text: str) -> list[str]:
    """The parts of a text between commas, those in braces aside."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "," and depth <= 0:
            parts.append(text[start:at])
            start = at + 1
    return [_unquoted(part) for part in (*parts, text[start:])]


def _read_value(text: str, line: int) -> str | list[str]:
    value = text.strip()
    if value.startswith("[") and not value.startswith("[["):
        if not value.endswith("]"):
            raise Problem(line, "a list in the front matter is not closed")
        return [part for part in split_commas(value[1:-1]) if part]
    return "" if value in ("", ">", "|", ">-", "|-") else _unquoted(value)


def _unquoted(text: str) -> str:
    value = text.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
