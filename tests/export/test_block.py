"""memora's part of a file: found, replaced, and refused where its markers are damaged."""

from __future__ import annotations

import pytest

from memora.errors.files import DamagedBlock
from memora.export.block import END, Origin, find_block, format_block, remove_block, replace_block

ORIGIN = Origin("cursor", "0123456789ab", ("src/**", "a,b -->"), (("tag", "a b"), ("top", "5")), 120)
BLOCK = format_block("## Project memory\n", ORIGIN)
BEGIN = BLOCK.splitlines()[0]


def test_a_block_says_what_it_was_made_from():
    block = find_block(f"before\n{BLOCK}after\n", "x.md")
    assert block is not None
    assert block.origin == ORIGIN
    assert block.body == "## Project memory\n"
    assert block.line == 3
    assert not block.is_edited


def test_an_edit_shows():
    block = find_block(BLOCK.replace("Project", "My"), "x.md")
    assert block is not None
    assert block.is_edited


@pytest.mark.parametrize("text", ["", "nothing here\n", "`<!-- memora:begin -->` in a line\n"])
def test_a_file_without_a_block_has_none(text):
    assert find_block(text, "x.md") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{BEGIN}\nx\n", "not closed"),
        (f"x\n{END}\n", "never began"),
        (f"{END}\n{BEGIN}\n", "closed before it begins"),
        (BLOCK + BLOCK, "two blocks"),
        (f"{BEGIN}\n{BLOCK}{END}\n", "two blocks"),
        (BLOCK + END, "closed twice"),
        (BLOCK.replace("rev=", "rev"), "cannot be read"),
        (BLOCK.replace("v=1 ", ""), "cannot be read"),
        (BLOCK.replace("v=1 ", "v=9 "), "another memora"),
        (BLOCK.replace("room=120", "room=all"), "cannot be read"),
        (BLOCK.replace("memora:end -->", "memora:end"), "not whole"),
    ],
)
def test_damaged_markers_are_named(text, problem):
    with pytest.raises(DamagedBlock, match=problem):
        find_block(text, "x.md")


@pytest.mark.parametrize("before", ["", "mine", "mine\n", "mine\r\nstill\r\n", "\ufeff", "mine\n\n\n"])
def test_what_stands_outside_stays_to_the_byte(before):
    written = replace_block(before, None, BLOCK)
    assert written.startswith(before)
    block = find_block(written, "x.md")
    assert block is not None
    assert not block.is_edited
    again = replace_block(written, block, format_block("new\n", ORIGIN))
    assert again.startswith(written[: block.start])
    assert again[: block.start] + again[again.index("memora:end -->") + len("memora:end -->") :] == (
        written[: block.start] + written[written.index("memora:end -->") + len("memora:end -->") :]
    )


def test_text_around_a_block_stays_when_it_goes():
    text = f"one\n\n{BLOCK}two\n"
    block = find_block(text, "x.md")
    assert block is not None
    assert remove_block(text, block) == "one\n\ntwo\n"


def test_a_file_with_windows_line_ends_keeps_them():
    written = replace_block("mine\r\n", None, BLOCK)
    assert "\n" not in written.replace("\r\n", "")
    block = find_block(written, "x.md")
    assert block is not None
    assert not block.is_edited
