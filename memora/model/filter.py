"""A filter from what somebody typed, with the rules that the fields themselves have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from memora.errors import BadInput
from memora.model import vocabulary
from memora.model.draft import read_confidence
from memora.model.names import KEY_CHARACTERS, clean_tag
from memora.model.selection import NodeFilter
from memora.model.text import CONTENT_BYTES, clean_line

_KEY_PREFIX = re.compile(r"[A-Za-z0-9_.-]*")


def read_filter(
    *,
    types: Iterable[str] = (),
    statuses: Iterable[str] = (),
    tags: Iterable[str] = (),
    sources: Iterable[str] = (),
    key: str | None = None,
    min_confidence: object = None,
    text: str | None = None,
    expired: bool | None = None,
    quarantined: bool | None = None,
    stale: bool | None = None,
) -> NodeFilter:
    """A filter from what somebody typed. Raises BadInput that names the first part that is wrong."""
    if key is not None and not (_KEY_PREFIX.fullmatch(key) and len(key) <= KEY_CHARACTERS):
        raise BadInput("key", f"{key!r} begins no key")
    return NodeFilter(
        types=tuple(map(vocabulary.parse_type, types)),
        statuses=tuple(map(vocabulary.parse_status, statuses)),
        tags=tuple(map(clean_tag, tags)),
        sources=tuple(map(vocabulary.parse_source, sources)),
        key=key,
        min_confidence=None if min_confidence is None else read_confidence(min_confidence),
        text=None if text is None else clean_line("text", text, CONTENT_BYTES),
        expired=expired,
        quarantined=quarantined,
        stale=stale,
    )
