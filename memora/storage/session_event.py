"""An event of a session as a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

# An event to be appended: when, its type, what it says (canonical already, ``memora.sessions.events``), and the id of
# the working tree after it.
NewEvent = tuple[int, str, Mapping[str, Any], bytes | None]


class Event(NamedTuple):
    """One thing that happened, at a time in microseconds; in each session they count from 1.

    ``tree`` is the id of the working tree after it, None outside of sessions. ``session`` is None there, too.
    """

    session: str | None
    seq: int
    at: int
    event: str
    data: dict[str, Any]
    tree: bytes | None
