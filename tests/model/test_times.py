"""Times: microseconds since the epoch, and the words for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.errors import BadInput
from memora.model.times import (
    DAY,
    EARLIEST,
    HOUR,
    LATEST,
    MINUTE,
    SECOND,
    WEEK,
    format_age,
    format_iso,
    format_time,
    parse_duration,
    parse_time,
)

NOW = 1_800_000_000_123_456  # 2027-01-15 08:00:00.123456 UTC
MIDNIGHT = 1_799_971_200_000_000


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1s", SECOND),
        ("30m", 30 * MINUTE),
        ("12h", 12 * HOUR),
        ("7d", 7 * DAY),
        ("4w", 4 * WEEK),
        (" 7 D ", 7 * DAY),
        ("007d", 7 * DAY),
    ],
)
def test_a_lifetime(text, microseconds):
    assert parse_duration("ttl", text) == microseconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "d",
        "0d",
        "-1d",
        "1.5d",
        "7y",
        "7 days",
        "1d2h",
        "7dd",
        "٣d",
        "7d\n7d",
        "9999999999s",
        "999999999w",
        "1e3s",
    ],
)
def test_no_lifetime(text):
    with pytest.raises(BadInput, match=r"^ttl "):
        parse_duration("ttl", text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1970-01-01", 0),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2027-01-15", MIDNIGHT),
        ("2027-01-15T08:00", MIDNIGHT + 8 * HOUR),
        ("2027-01-15 08:00:00", MIDNIGHT + 8 * HOUR),
        ("2027-01-15T08:00Z", MIDNIGHT + 8 * HOUR),
        ("2027-01-15T10:00+02:00", MIDNIGHT + 8 * HOUR),
        ("2027-01-15T08:00:00.123456Z", NOW),
        (" 20270115 ", MIDNIGHT),
        ("now", NOW),
        ("Today", MIDNIGHT),
        ("yesterday", MIDNIGHT - DAY),
        ("2.days.ago", NOW - 2 * DAY),
        ("2 days ago", NOW - 2 * DAY),
        ("1.day.ago", NOW - DAY),
        ("1 Hour Ago", NOW - HOUR),
        ("90.minutes.ago", NOW - 90 * MINUTE),
        ("5 seconds ago", NOW - 5 * SECOND),
        ("3.weeks.ago", NOW - 3 * WEEK),
        ("1.month.ago", NOW - 30 * DAY),
        ("1.year.ago", NOW - 365 * DAY),
        ("0.days.ago", NOW),
    ],
)
def test_a_moment(text, at):
    assert parse_time("since", text, NOW) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "tomorrow",
        "2.days",
        "ago",
        "-2.days.ago",
        "٢.days.ago",
        "2027-13-01",
        "2027-02-30",
        "2027-01-15T25:00",
        "15.01.2027",
        "1234567890",
        "2027-01-15T08:00+25:00",
    ],
)
def test_no_moment(text):
    with pytest.raises(BadInput, match=r"^since .* is not a time"):
        parse_time("since", text, NOW)


@pytest.mark.parametrize("text", ["0001-01-01", "1600-01-01", "2256-01-01", "9999-12-31", "999999999.years.ago"])
def test_a_moment_that_no_object_can_hold(text):
    with pytest.raises(BadInput, match="years 1684 to 2255"):
        parse_time("since", text, NOW)


@given(st.integers(EARLIEST, LATEST))
def test_what_programs_read_comes_back_exactly(at):
    text = format_iso(at)
    assert parse_time("at", text, NOW) == at
    assert len(text) == len("2027-01-15T08:00:00.123456Z")


@given(st.integers(EARLIEST + SECOND, LATEST))
def test_what_people_read_is_the_second_it_was_in(at):
    assert parse_time("at", format_time(at).removesuffix(" UTC"), NOW) == at - at % SECOND


def test_the_two_forms():
    assert format_time(NOW) == "2027-01-15 08:00:00 UTC"
    assert format_iso(NOW) == "2027-01-15T08:00:00.123456Z"


@pytest.mark.parametrize(
    ("microseconds", "age"),
    [
        (-5, "0 seconds"),
        (0, "0 seconds"),
        (SECOND, "1 second"),
        (59 * SECOND, "59 seconds"),
        (MINUTE, "1 minute"),
        (HOUR - 1, "59 minutes"),
        (HOUR, "1 hour"),
        (DAY, "1 day"),
        (3 * DAY + 5, "3 days"),
        (365 * DAY, "1 year"),
        (800 * DAY, "2 years"),
    ],
)
def test_an_age(microseconds, age):
    assert format_age(microseconds) == age
