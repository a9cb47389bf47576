"""Adding a value to JSON text and taking it out again, without touching another byte.

What is added looks like its neighbours. ``remove`` gives the text of before, to the byte, as long as nobody has
rewritten the file. So that it can, every container that ``add`` writes has white space behind its opening bracket,
and a container that was there and empty gets none.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from memora.harnesses.json_text import Piece, skip

_UNIT: Final = "  "
_SPACE: Final = " \t\r\n"
_INDENTED: Final = re.compile(r"\n([ \t]+)[^ \t\r\n]")


def add(text: str, container: Piece, value: Any, key: str | None = None) -> str:
    """The text with a value at the end of an object, under a key, or of an array."""
    name = "" if key is None else json.dumps(key, ensure_ascii=False) + ": "
    parts = container.parts
    if not parts:
        line = text[text.rfind("\n", 0, container.start) + 1 : container.start]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        at = container.start + 1
        return text[:at] + name + _format(value, _unit(text), _line_end(text), indent) + text[at:]
    last = parts[-1]
    gap = text[len(text[: last.outer_start].rstrip(_SPACE)) : last.outer_start]
    indent = gap.rpartition("\n")[2]
    body = name + _format(value, _unit(text), _line_end(text) if "\n" in gap else "", indent)
    comma = skip(text, last.end)
    if text[comma] == ",":  # a trailing one: it stays, and the new last part gets its own
        return text[: comma + 1] + gap + body + text[comma : comma + 1] + text[comma + 1 :]
    return text[: last.end] + "," + gap + body + text[last.end :]


def remove(text: str, container: Piece, part: Piece) -> str:
    """The text without one part of a container."""
    parts = container.parts
    index = next(place for place, other in enumerate(parts) if other.start == part.start)
    comma = skip(text, part.end)
    end = comma + 1 if text[comma] == "," else part.end
    if index + 1 < len(parts):
        behind = parts[index + 1].outer_start
        return text[: part.outer_start] + text[behind if not text[end:behind].strip() else end :]
    if not index:
        return text[: part.outer_start] + text[end:]
    before = parts[index - 1].end
    if end > part.end:
        return text[: part.outer_start].rstrip(_SPACE) + text[end:]
    between = text[before : part.outer_start]
    kept = "" if not between.strip(_SPACE + ",") else between.replace(",", "", 1).rstrip(_SPACE)
    return text[:before] + kept + text[part.end :]


def is_added(text: str, container: Piece) -> bool:
    """Whether a container can be one that ``add`` has written."""
    return text[container.start + 1] in _SPACE


def format_new(value: Any) -> str:
    """A value as the text of a new file."""
    return _format(value, _UNIT, "\n", "") + "\n"


def _format(value: Any, unit: str, line_end: str, indent: str) -> str:
    """A value with a line for each part, or in one line where there is no line end."""
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = indent + unit
    if isinstance(value, dict):
        brackets = "{}"
        parts = [f"{json.dumps(key)}: {_format(item, unit, line_end, inner)}" for key, item in value.items()]
    else:
        brackets = "[]"
        parts = [_format(item, unit, line_end, inner) for item in value]
    if not line_end:
        return f"{brackets[0]} {', '.join(parts)} {brackets[1]}"
    body = f",{line_end}{inner}".join(parts)
    return f"{brackets[0]}{line_end}{inner}{body}{line_end}{indent}{brackets[1]}"


def _unit(text: str) -> str:
    found = _INDENTED.search(text)
    return found[1] if found else _UNIT


def _line_end(text: str) -> str:
    """The line end of a text; that of a text in one line is "", unless it is hardly anything."""
    at = text.rstrip(_SPACE).find("\n")
    if at < 0:
        return "\n" if len(text.strip(_SPACE)) <= len("{}") else ""
    return "\r\n" if text[at - 1 : at] == "\r" else "\n"
