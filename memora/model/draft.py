"""What somebody wants remembered, checked but not yet a node.

The command line, batches and programs all hand over the same fields, so the rules for them stand here once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from memora.errors import BadInput
from memora.model import vocabulary
from memora.model.clock import EARLIEST, LATEST
from memora.model.names import OWN_TAGS, clean_author, clean_key, clean_tag
from memora.model.text import clean_content, clean_line
from memora.model.times import DAY, parse_duration, parse_time

EVIDENCE_CHARACTERS: Final = 2000
GLOB_CHARACTERS: Final = 500
MOST_ITEMS: Final = 256

_DRIVE = re.compile(r"[A-Za-z]:")

FIELDS: Final = frozenset(
    {
        "type",
        "content",
        "key",
        "source",
        "evidence",
        "confidence",
        "tags",
        "links",
        "applies_to",
        "ttl",
        "expires_at",
        "valid_from",
        "valid_to",
        "pinned",
        "author",
    }
)


_TIMES: Final = frozenset({"ttl", "expires_at", "valid_from", "valid_to"})


class Draft(NamedTuple):
    """A checked wish to remember. ``links`` name their nodes as the author did; None means "not said".

    ``type`` and ``expires_at`` always have a value, for a new node; ``says_type`` and ``says_end`` tell whether it was
    said.
    """

    type: str
    content: str
    author: str
    source: str
    confidence: float
    key: str | None = None
    evidence: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    applies_to: tuple[str, ...] = ()
    pinned: bool = False
    expires_at: int | None = None
    valid_from: int | None = None
    valid_to: int | None = None
    says_type: bool = False
    says_end: bool = False
    note: str | None = None


def read_draft(fields: Mapping[str, Any], *, author: str, now: int) -> Draft:
    """Check the fields of one memory. ``author`` is used where the fields name none.

    Raises BadInput that names the first field that is wrong, also for a field that is not known.
    """
    if not fields.keys() <= FIELDS:
        raise BadInput(f"field {min(fields.keys() - FIELDS)!r}", f"is not known; known are {', '.join(sorted(FIELDS))}")
    get = fields.get
    type_name = vocabulary.parse_type(read_text("type", get("type"), vocabulary.DEFAULT_TYPE))
    source = vocabulary.parse_source(read_text("source", get("source"), vocabulary.DEFAULT_SOURCE))
    confidence = get("confidence")
    key = get("key")
    ends = valid_from = valid_to = None
    if not fields.keys().isdisjoint(_TIMES):  # few memories say one
        valid_from, valid_to = read_span(get("valid_from"), get("valid_to"), now)
        ends = read_expiry(get("ttl"), get("expires_at"), now)
    pinned = get("pinned")
    if pinned is not None and not isinstance(pinned, bool):
        raise BadInput("pinned", "is not true or false")
    return Draft(
        type=type_name,
        content=clean_content(read_text("content", get("content"), "")),
        author=clean_author(read_text("author", get("author"), author)),
        source=source,
        confidence=vocabulary.source_confidence(source) if confidence is None else read_confidence(confidence),
        key=None if key is None else clean_key(read_text("key", key)),
        evidence=read_evidence(get("evidence")),
        tags=read_tags(get("tags")),
        links=_read_links(get("links")),
        applies_to=read_globs(get("applies_to")),
        pinned=pinned is True,
        expires_at=default_expiry(type_name, now) if ends is None else ends,
        valid_from=valid_from,
        valid_to=valid_to,
        says_type=get("type") is not None,
        says_end=ends is not None,
    )


def read_text(field: str, value: object, default: str | None = None) -> str:
    """A text; ``default`` stands for None. Raises BadInput for anything else."""
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise BadInput(field, "is not text")
    return value


def read_confidence(value: object) -> float:
    """A confidence from 0 to 1, kept to four decimals. Takes numbers and their text. Raises BadInput."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise BadInput("confidence", f"{value!r} is not a number from 0 to 1") from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadInput("confidence", f"{value} is not a number from 0 to 1")
    return round(float(value), 4)


def read_evidence(value: object) -> tuple[str, ...]:
    """Sorted evidence from a text or a list of texts. Raises BadInput."""
    if value is None:
        return ()
    items = [value] if isinstance(value, str) else _items("evidence", value)
    return tuple(sorted({clean_line("evidence", read_text("evidence", item), EVIDENCE_CHARACTERS) for item in items}))


def read_tags(value: object) -> tuple[str, ...]:
    """Sorted tags from a list, or from one text with commas. Raises BadInput."""
    if value is None:
        return ()
    items = _items("tags", value.split(",") if isinstance(value, str) else value)
    tags = {clean_tag(read_text("tag", item)) for item in items}
    if any(tag.startswith(OWN_TAGS) for tag in tags):
        raise BadInput("tag", f"begins with {OWN_TAGS!r}, as memora's own do")
    return tuple(sorted(tags))


def read_globs(value: object) -> tuple[str, ...]:
    """Sorted globs of paths in the code; always with '/' and relative to the project. Raises BadInput."""
    if value is None:
        return ()
    items = [value] if isinstance(value, str) else _items("applies_to", value)
    return tuple(sorted({_read_glob(read_text("applies_to", item)) for item in items}))


def read_moment(field: str, value: object, now: int) -> int | None:
    """A time as microseconds, from microseconds or from text. None stays None. Raises BadInput."""
    if value is None:
        return None
    if isinstance(value, str):
        return parse_time(field, value, now)
    if isinstance(value, bool) or not isinstance(value, int) or not EARLIEST <= value <= LATEST:
        raise BadInput(field, f"{value} is not a time in microseconds since 1970")
    return value


def read_span(valid_from: object, valid_to: object, now: int) -> tuple[int | None, int | None]:
    """The times between which a memory is true. Raises BadInput where they are the wrong way round."""
    start, end = read_moment("valid_from", valid_from, now), read_moment("valid_to", valid_to, now)
    if start is not None and end is not None and start > end:
        raise BadInput("valid_to", "lies before valid_from")
    return start, end


def default_expiry(type_name: str, now: int) -> int | None:
    """When a memory of that type ends if nobody says; None for types that last."""
    days = vocabulary.DEFAULT_LIFETIME_DAYS.get(type_name)
    return None if days is None else min(now + days * DAY, LATEST)


def read_expiry(ttl: object, expires_at: object, now: int) -> int | None:
    """When a memory ends, from a lifetime or a time, of which one may be given. Raises BadInput."""
    if ttl is None:
        return read_moment("expires_at", expires_at, now)
    if expires_at is not None:
        raise BadInput("ttl", "and expires_at exclude each other")
    end = now + parse_duration("ttl", read_text("ttl", ttl))
    if end > LATEST:
        raise BadInput("ttl", f"{ttl!r} ends after the year 2255")
    return end


def _read_links(value: object) -> tuple[tuple[str, str], ...]:
    return () if value is None else tuple(_read_link(item) for item in _items("links", value))


def _read_link(item: object) -> tuple[str, str]:
    """A link as ``REL:NODE`` or as ``{"rel": REL, "to": NODE}``."""
    if isinstance(item, Mapping) and item.keys() == {"rel", "to"}:
        return vocabulary.parse_relation(read_text("link", item["rel"])), read_text("link", item["to"])
    if isinstance(item, str):
        relation, colon, node = item.partition(":")
        if colon and node.strip():
            return vocabulary.parse_relation(relation), node.strip()
    raise BadInput("link", f"{item!r} is not REL:NODE")


def _read_glob(text: str) -> str:
    glob = clean_line("applies_to", text, GLOB_CHARACTERS).replace("\\", "/").removeprefix("./")
    if not glob:
        raise BadInput("applies_to", "is empty")
    if glob.startswith("/") or _DRIVE.match(glob) or ".." in glob.split("/"):
        raise BadInput("applies_to", f"{text!r} leaves the project")
    return glob


def _items(field: str, value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise BadInput(field, "is not a list")
    if len(value) > MOST_ITEMS:
        raise BadInput(field, f"has more than {MOST_ITEMS} items")
    return list(value)
