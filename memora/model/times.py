"""Times are integer microseconds since the epoch, UTC; here they meet text."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from memora.errors import BadInput
from memora.model.clock import EARLIEST, LATEST

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY

_UNITS: Final = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": WEEK}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DURATION = re.compile(r"([0-9]{1,9})\s*([smhdw])")
_AGO = re.compile(r"([0-9]{1,9})[ .](second|minute|hour|day|week|month|year)s?[ .]ago")
_AGO_UNITS: Final = {
    "second": SECOND,
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
    "week": WEEK,
    "month": 30 * DAY,
    "year": 365 * DAY,
}


def parse_duration(field: str, text: str) -> int:
    """Microseconds in a lifetime such as ``30m``, ``12h``, ``7d`` or ``4w``. Raises BadInput."""
    match = _DURATION.fullmatch(text.strip().lower())
    if not match or not int(match[1]):
        raise BadInput(field, f"{text!r} is not a lifetime such as 30m, 12h, 7d or 4w")
    duration = int(match[1]) * _UNITS[match[2]]
    if duration > LATEST:
        raise BadInput(field, f"{text!r} ends after the year 2255")
    return duration


def parse_time(field: str, text: str, now: int) -> int:
    """The moment a person means: ISO 8601, ``2.days.ago``, ``yesterday``, ``today`` or ``now``.

    A date alone is its first moment; a time without an offset is UTC. Raises BadInput.
    """
    word = text.strip().lower()
    ago = _AGO.fullmatch(word)
    if ago:
        return _bounded(field, text, now - int(ago[1]) * _AGO_UNITS[ago[2]])
    if word == "now":
        return now
    if word in ("today", "yesterday"):
        midnight = now - now % DAY
        return midnight if word == "today" else midnight - DAY
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(field, f"{text!r} is not a time such as 2026-11-01, 2026-11-01T09:30Z or 2.days.ago") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    return _bounded(field, text, since.days * DAY + since.seconds * SECOND + since.microseconds)


def format_time(at: int) -> str:
    """A time for people: ``2026-11-01 09:30:00 UTC``."""
    return f"{_calendar(at).isoformat(' ', 'seconds')} UTC"


def format_iso(at: int) -> str:
    """A time for programs: ``2026-11-01T09:30:00.000000Z``."""
    return f"{_calendar(at).isoformat('T', 'microseconds')}Z"


def format_age(microseconds: int) -> str:
    """How long ago, in one unit: ``3 days``. A time that lies ahead is ``0 seconds``."""
    left = max(microseconds, 0)
    for name, unit in (("year", 365 * DAY), ("day", DAY), ("hour", HOUR), ("minute", MINUTE)):
        if left >= unit:
            count = left // unit
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    count = left // SECOND
    return "1 second" if count == 1 else f"{count} seconds"


def _bounded(field: str, text: str, at: int) -> int:
    if not EARLIEST <= at <= LATEST:
        raise BadInput(field, f"{text!r} lies outside the years 1684 to 2255")
    return at


def _calendar(at: int) -> datetime:
    return _EPOCH.replace(tzinfo=None) + timedelta(microseconds=at)
