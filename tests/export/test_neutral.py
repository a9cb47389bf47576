"""Text of a memory says in Markdown what it says, and nothing else; and it can be read back."""

from __future__ import annotations

import re

import pytest
from export_samples import HOSTILE, entry
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from memora.errors import BadInput
from memora.export.block import Origin, find_block, format_block
from memora.export.entry import format_item
from memora.export.neutral import neutral_word, neutralise, restore
from memora.export.read_back import read_items
from memora.model.text import clean_content

PIECES = (
    "` `` ``` ~~~ @ @a @scope/pkg < <b> <!-- --> &lt; &amp; &amp;lt; &#64; # memora:end memora:begin - = * _ ![x](y)"
    " [d]: (0.8;deadbeef) \\ . , 1. > & `@a` ``@a`` #[[ ! [ word é"
).split()
text = st.lists(st.sampled_from([*PIECES, " ", "\n", "\n\n", "  "]), min_size=1, max_size=12).map("".join)


def tokens(markdown: str) -> list[str]:
    """The kinds of everything a Markdown reader finds in a text, inline things too."""
    found = []
    for token in MarkdownIt("commonmark").parse(markdown):
        found += [token.type, *(child.type for child in token.children or ())]
    return found


@given(text)
@example("_\n@a``@a``memora:end")
def test_what_was_made_harmless_reads_back_as_it_was(written):
    try:
        content = clean_content(written)
    except BadInput:
        return
    assert restore(neutralise(content)) == content


@given(text)
def test_an_item_reads_back_as_its_content(written):
    try:
        content = clean_content(written)
    except BadInput:
        return
    made = entry(content)
    [item] = read_items(format_item(made))
    assert clean_content(item.content) == content
    assert item.digits == made.node.id.hex()[:8]


LEADS = ("", "", "  ", "    ", "     ", "\t", "- ", "1. ", "> ", "- - ")
LINES = ("```", "~~~", "````", "``` py", "# head", "@here", "<b>x</b>", "![i](u)", "word", "")
lines = st.lists(st.tuples(st.sampled_from(LEADS), st.sampled_from(LINES)).map("".join), min_size=2, max_size=7)


@given(lines.map("\n".join))
@example("- ```\n  ```\n# head\n```")
@example("```\n     ```\n```\n# head\n```")
@example("word\n      ```\n\n# head\n@here\n      ```")
@example("- word\n  ```\n# head\n  ```")
def test_no_fence_hides_anything_that_another_reader_sees(written):
    try:
        content = clean_content(written)
    except BadInput:
        return
    assert restore(neutralise(content)) == content
    item = format_item(entry(content))
    assert not {"heading_open", "html_block", "html_inline", "image", "hr"} & set(tokens(f"{item}\nthe end\n"))
    spoken = [token.content for token in MarkdownIt("commonmark").parse(item) if token.type == "inline"]
    assert not any(re.search(r"(?:^|\s)@here", said) for said in spoken)


@given(text)
def test_no_text_becomes_a_heading_html_or_an_import(written):
    try:
        content = clean_content(written)
    except BadInput:
        return
    item = format_item(entry(content))
    found = tokens(f"{item}\nthe end\n")
    assert not {"heading_open", "html_block", "html_inline", "image", "hr"} & set(found)
    assert "memora:end" not in item
    assert "memora:begin" not in item
    assert found[-3:] == ["paragraph_open", "inline", "text"] or found[-1] in ("text", "paragraph_close")


@pytest.mark.parametrize("content", HOSTILE)
def test_a_hostile_memory_stays_one_item(content):
    item = format_item(entry(clean_content(content)))
    markdown = f"{item}- next\n\nafter\n"
    parsed = MarkdownIt("commonmark").parse(markdown)
    top = [token.type for token in parsed if token.level <= 1]
    assert top.count("list_item_open") == 2
    assert top.count("bullet_list_open") == 1
    assert top[-3:] == ["paragraph_open", "inline", "paragraph_close"]
    assert not {"heading_open", "html_block", "html_inline", "image"} & set(tokens(markdown))


@pytest.mark.parametrize("content", HOSTILE)
def test_a_hostile_memory_does_not_end_the_block(content):
    body = format_item(entry(clean_content(content)))
    text = f"# Mine\n\n{format_block(body, Origin('x', 'abc'))}\nand mine\n"
    block = find_block(text, "CLAUDE.md")
    assert block is not None
    assert block.body == body
    assert not block.is_edited


@pytest.mark.parametrize("content", HOSTILE)
def test_no_tool_finds_an_import(content):
    """What Claude Code and Gemini CLI look for: an @ behind white space, outside of code."""
    item = format_item(entry(clean_content(content)))
    without_code = re.sub(r"(`+)[^`]+\1", "", item)
    assert not re.search(r"(?:^|\s|\()@\S", without_code)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("install @scope/pkg, then run", "install `@scope/pkg`, then run"),
        ("Vec<T> and a < b", "Vec&lt;T> and a < b"),
        ("`Vec<T>` stays", "`Vec<T>` stays"),
        ("#42 is closed", "#42 is closed"),
        ("# Title", "&#35; Title"),
        ("plain words", "plain words"),
        ("snake_case and 2 * 3", "snake_case and 2 * 3"),
    ],
)
def test_ordinary_text_stays_readable(content, shown):
    assert neutralise(content) == shown


def test_evidence_cannot_end_the_note_it_stands_in():
    assert neutral_word("src/a.py; deadbeef) (x `code`") == "src/a.py deadbeef x code"
