"""What commands print: the order of the two streams, and text from outside made safe to show."""

from __future__ import annotations

import io

import pytest

from memora.cli.output import Output, escape
from memora.cli.world import Options


def test_data_stands_before_the_words_about_it() -> None:
    one_file = io.BytesIO()
    stdout = io.TextIOWrapper(one_file, encoding="utf-8")
    stderr = io.TextIOWrapper(one_file, encoding="utf-8", write_through=True)
    out = Output(stdout, stderr, {}, Options())
    out.line("data")
    out.note("words")
    out.line("more")
    out.flush()
    assert one_file.getvalue() == b"data\nwords\nmore\n"


@pytest.mark.parametrize(
    "text",
    [
        "a family: 👨\u200d👩\u200d👧",
        "a rainbow flag: 🏳\ufe0f\u200d🌈",
        "Scotland: 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "Persian: می\u200cخواهم",
        "Hindi: क्\u200dष",
    ],
)
def test_what_spells_a_text_is_shown_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200db", "a\\u{200d}b"),
        ("می\u202eخواهم", "می\\u{202e}خواهم"),
        ("👨\u200dx", "👨\\u{200d}x"),
        ("x\u2066y\u2069", "x\\u{2066}y\\u{2069}"),
        ("flag 🏴\U000e0067\U000e0062", "flag 🏴\\u{e0067}\\u{e0062}"),
        ("\x1b[31mred\r\n", "\\u{1b}[31mred\\u{d}\\u{a}"),
        ("bom \ufeff", "bom \\u{feff}"),
    ],
)
def test_what_hides_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown
