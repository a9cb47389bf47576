"""Architecture decision records, as Nygard's tools and MADR write them: one memory for each that is in force."""

from __future__ import annotations

import re
from typing import Final

from memora.importers.found import Found, as_tags
from memora.importers.front_matter import read_front_matter

_NUMBER = re.compile(r"(?:adr[-_])?(\d{3,6})[-_.]")
_TITLE = re.compile(r"#[ \t]+(?:(?:adr[- ]?)?\d+[.:]?[ \t]+)?(.+?)[ \t]*", re.IGNORECASE)
_SECTION = re.compile(r"##[ \t]+(.+?)[ \t]*")
_STATUS_LINE = re.compile(r"[*-][ \t]+status[ \t]*:[ \t]*(.+)", re.IGNORECASE)
_OUT_OF_FORCE: Final = ("superseded", "deprecated", "rejected", "withdrawn")
_DECIDING: Final = ("decision", "decision outcome")


def decision_number(name: str) -> str | None:
    """The number of a record by the name of its file, or None."""
    match = _NUMBER.match(name.lower())
    return match[1] if match else None


def read_decision(text: str, name: str) -> list[Found]:
    """The decision of a record under ``adr.NUMBER``; none of one that is superseded, deprecated or rejected."""
    front = read_front_matter(text)
    lines = front.text.split("\n")
    title, status, decided, line = "", front.word("status"), [], front.line
    section = ""
    for number, written in enumerate(lines, front.line):
        heading = _SECTION.fullmatch(written)
        if not title and (match := _TITLE.fullmatch(written)):
            title, line = match[1], number
        elif heading:
            section = heading[1].lower()
        elif section in _DECIDING:
            decided.append(written)
        elif section == "status" and written.strip() and not status:
            status = written.strip()
        elif not section and not status and (match := _STATUS_LINE.fullmatch(written.strip())):
            status = match[1]
    last = status.lower()
    if not title or any(word in last for word in _OUT_OF_FORCE):
        return []
    number_text = decision_number(name)
    said = "\n".join(decided).strip()
    content = f"{title}\n\n{said}" if said else title
    tags = as_tags("adr", last.split()[0] if last.split() else None)
    mark = number_text or name
    return [Found(line, content, "project", f"adr.{number_text}" if number_text else None, tags, mark=mark)]
