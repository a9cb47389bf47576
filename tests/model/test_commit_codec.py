"""Commits and tags as bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_samples import commits, tags
from node_samples import version

from memora.errors import BadInput
from memora.model import canonical
from memora.model.commit import (
    Commit,
    Decision,
    Tag,
    clean_message,
    decode_commit,
    decode_tag,
    encode_commit,
    encode_tag,
)
from memora.model.ids import CommitId, NodeId, TreeId

TREE, PARENT = TreeId(version(1)), CommitId(version(2))
COMMIT = Commit(
    TREE, (PARENT,), "ada", 1, "First beliefs\n\nMore.", (Decision(NodeId(b"\3" * 16), "newest", version(4)),)
)
TAG = Tag("v1", PARENT, "ada", 1, "A release")


@given(commits)
def test_a_commit_comes_back_from_its_body(commit):
    body = encode_commit(commit)
    assert decode_commit(body) == commit
    assert canonical.encode(canonical.decode(body)) == body


@given(tags)
def test_a_tag_comes_back_from_its_body(tag):
    body = encode_tag(tag)
    assert decode_tag(body) == tag
    assert canonical.encode(canonical.decode(body)) == body


def test_a_first_commit_has_no_parents_and_no_decisions():
    body = json.loads(encode_commit(COMMIT._replace(parents=(), decisions=())))
    assert set(body) == {"at", "author", "message", "tree"}


def test_the_subject_is_the_first_line():
    assert COMMIT.subject == "First beliefs"


@pytest.mark.parametrize("name", ["at", "author", "message", "tree"])
def test_a_commit_without_a_field_it_needs(name):
    fields = json.loads(encode_commit(COMMIT))
    del fields[name]
    with pytest.raises(BadInput, match=name):
        decode_commit(canonical.encode(fields))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", "1"),
        ("at", 1.5),
        ("author", None),
        ("message", ["x"]),
        ("tree", "01" * 16),
        ("tree", "0G" * 32),
        ("tree", None),
        ("parents", []),
        ("parents", ""),
        ("parents", "02" * 32),
        ("parents", ["02" * 31]),
        ("parents", [None]),
        ("decisions", []),
        ("decisions", [{}]),
        ("decisions", [{"node": "03" * 16}]),
        ("decisions", [{"node": "03" * 15, "rule": "newest"}]),
        ("decisions", [{"node": "03 " * 16, "rule": "newest"}]),
        ("decisions", [{"node": "0A" * 16, "rule": "newest"}]),
        ("decisions", [{"node": "03" * 16, "rule": 1}]),
        ("decisions", [{"node": "03" * 16, "rule": "newest", "overruled": "04"}]),
        ("decisions", [{"node": "03" * 16, "rule": "newest", "why": "so"}]),
        ("committer", "bob"),
    ],
)
def test_a_commit_with_a_field_of_another_shape(name, value):
    with pytest.raises(BadInput, match=r"^commit "):
        decode_commit(canonical.encode({**json.loads(encode_commit(COMMIT)), name: value}))


@pytest.mark.parametrize(
    ("name", "value"), [("name", 1), ("commit", "02"), ("author", None), ("at", None), ("message", 1), ("extra", "x")]
)
def test_a_tag_with_a_field_of_another_shape(name, value):
    with pytest.raises(BadInput, match=r"^tag "):
        decode_tag(canonical.encode({**json.loads(encode_tag(TAG)), name: value}))


@pytest.mark.parametrize("name", Tag._fields)
def test_a_tag_without_a_field(name):
    fields = json.loads(encode_tag(TAG))
    del fields[name]
    with pytest.raises(BadInput, match=name):
        decode_tag(canonical.encode(fields))


@given(st.binary(max_size=60))
def test_bytes_that_are_neither(body):
    for decode in (decode_commit, decode_tag):
        with pytest.raises(BadInput):
            decode(body)


def test_a_commit_is_no_tag():
    with pytest.raises(BadInput):
        decode_tag(encode_commit(COMMIT))
    with pytest.raises(BadInput):
        decode_commit(encode_tag(TAG))


@pytest.mark.parametrize(("text", "kept"), [("  Fix it \r\n\r\nBecause  \n", "Fix it\n\nBecause"), ("é", "é")])
def test_a_message_in_its_kept_form(text, kept):
    assert clean_message(text) == kept


@pytest.mark.parametrize("text", ["", " \n\t", "a\x00b", "a\x1b[31mb", "\u202eevil", "x" * 65_537])
def test_a_message_that_is_refused(text):
    with pytest.raises(BadInput, match=r"^message "):
        clean_message(text)
