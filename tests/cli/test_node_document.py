"""A node as a document for an editor, and what a person made of it."""

from functools import partial
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.cli.node_document import changed_fields, format_document, parse_document
from memora.errors import BadInput
from memora.model.clock import EARLIEST, LATEST
from memora.model.edits import apply_edit
from memora.model.ids import NodeId
from memora.model.node import Node, Observation
from memora.model.text import clean_content

AT = 1_800_000_000_000_000
NODE = Node(
    id=NodeId(b"\x3f" * 16),
    type="semantic",
    content="Auth uses JWT RS256\n\n---\n# A heading: of the content\nlast",
    confidence=0.8,
    status="ephemeral",
    observations=(Observation("manual", "ada", AT),),
    created_at=AT,
    updated_at=AT,
    key="auth.jwt",
    tags=("auth", "jwt"),
    applies_to=("src/**", "src/*.{rs,toml}"),
    expires_at=AT,
)

DOCUMENT = """\
---
# Memory 3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f. What it says stands below the second '---'.
# New words begin anew, with the confidence of their source,
# unless you change a line here to say otherwise.
type: semantic
key: auth.jwt
status: ephemeral
confidence: 0.8
tags: auth, jwt
applies_to: src/**
applies_to: src/*.{rs,toml}
expires_at: 2027-01-15T08:00:00.000000Z
valid_from:
valid_to:
# How you know what you change:
source: manual
evidence:
---
Auth uses JWT RS256

---
# A heading: of the content
last
"""


def test_the_document_of_a_node() -> None:
    assert format_document(NODE) == DOCUMENT


def test_its_fields() -> None:
    assert parse_document(DOCUMENT) == {
        "type": "semantic",
        "key": "auth.jwt",
        "status": "ephemeral",
        "confidence": "0.8",
        "tags": ["auth", "jwt"],
        "applies_to": ["src/**", "src/*.{rs,toml}"],
        "expires_at": "2027-01-15T08:00:00.000000Z",
        "valid_from": None,
        "valid_to": None,
        "source": "manual",
        "evidence": [],
        "content": NODE.content,
    }


def is_content(text: str) -> bool:
    try:
        return clean_content(text) == text
    except BadInput:
        return False


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n-#:"), min_size=1).map(
    partial(normalize, "NFC")
)
words = st.from_regex(r"[a-z0-9_]{1,9}", fullmatch=True)
moments = st.none() | st.integers(EARLIEST, LATEST)
nodes = st.builds(
    NODE._replace,
    content=texts.filter(is_content),
    key=st.none() | words,
    confidence=st.integers(0, 10_000).map(lambda number: number / 10_000),
    tags=st.lists(words, unique=True).map(lambda some: tuple(sorted(some))),
    applies_to=st.lists(words.map("src/{}: #,*".format), unique=True).map(lambda some: tuple(sorted(some))),
    expires_at=st.none() | st.integers(AT + 1, LATEST),  # other words would renew a lifetime that is over
    valid_from=st.just(None),
    valid_to=moments,
)


@given(nodes)
def test_an_untouched_document_changes_nothing(node: Node) -> None:
    document = format_document(node)
    assert changed_fields(node, document) == {}
    assert changed_fields(node, document.replace("\n", "\r\n")) == {}
    assert changed_fields(node, document.rstrip("\n")) == {}


@given(nodes, nodes)
def test_a_document_says_everything_that_can_be_edited(before: Node, after: Node) -> None:
    fields = changed_fields(before, format_document(after))
    found = apply_edit(before, fields, author="ada", now=AT)
    same = ("content", "key", "tags", "applies_to", "expires_at", "valid_from", "valid_to")
    assert [getattr(found, name) for name in same] == [getattr(after, name) for name in same]
    if "confidence" in fields:
        assert found.confidence == after.confidence


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ("key: auth.jwt", "key: auth", {"key": "auth"}),
        ("key: auth.jwt", "key:", {"key": None}),
        ("key: auth.jwt\n", "", {"key": None}),
        ("tags: auth, jwt", "tags: jwt,,  auth, x", {"tags": ["auth", "jwt", "x"]}),
        ("tags: auth, jwt", "tags:", {"tags": []}),
        ("applies_to: src/**\n", "", {"applies_to": ["src/*.{rs,toml}"]}),
        ("evidence:", "evidence: a, b\nevidence: c", {"evidence": ["a, b", "c"]}),
        ("source: manual", "  source :  code_read ", {"source": "code_read"}),
        ("status: ephemeral", "# status: stable\nstatus: stable", {"status": "stable"}),
        ("last\n", "last", {}),
        ("last\n", "last\n\n\n", {}),
        ("last", "end", {"content": NODE.content.replace("last", "end")}),
    ],
)
def test_what_a_person_changes(old: str, new: str, fields: dict[str, Any]) -> None:
    assert old in DOCUMENT
    assert changed_fields(NODE, DOCUMENT.replace(old, new)) == fields


@pytest.mark.parametrize("document", ["", "\n", " \n\n"])
def test_nothing_left_changes_nothing(document: str) -> None:
    assert changed_fields(NODE, document) == {}


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("key: x\n", "line 1 is not '---'"),
        ("---\nkey: x\ncontent below", "line 3 does not begin with one of type, "),
        ("---\ntype: semantic\n", "the document has no second '---'"),
        (DOCUMENT.replace("key: ", "name: "), "line 6 does not begin with one of type, "),
        (DOCUMENT.replace("key: auth.jwt", "key auth"), "line 6 does not begin with one of type, "),
        (DOCUMENT.replace("tags:", "key:"), "line 9 gives key a second time"),
        (DOCUMENT.replace("type: semantic\n", ""), "type has no value"),
        (DOCUMENT.replace("status: ephemeral", "status:"), "status has no value"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(document: str, problem: str) -> None:
    with pytest.raises(BadInput) as caught:
        changed_fields(NODE, document)
    assert str(caught.value).startswith(problem)
