"""What an event may say, and its one form: laws that hold for whatever an agent reports."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memora.errors import BadInput
from memora.model import canonical
from memora.model.session_name import clean_session_id
from memora.sessions.events import (
    AGENT_TYPES,
    DATA_BYTES,
    DATA_DEPTH,
    OWN_TYPES,
    check_type,
    clean_agent_type,
    clean_data,
)
from memora.sessions.questions import QUESTION_CHARACTERS, Question, question_fields, read_question

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(st.text(max_size=8), anything, max_size=5)


@given(objects)
@example({"e\u0301": "e\u0301", "é": "both keys become one"})
@example({"\U0001f600": "a key beyond the plane", "\ud800": "half"})
@example({"n": -0.0, "big": 2**53, "small": 1e-300})
def test_what_is_taken_is_canonical_and_stays_as_it_is(value: dict[str, Any]) -> None:
    try:
        cleaned = clean_data(value)
    except BadInput as error:
        assert "finite" in error.problem
        return
    body = canonical.encode(cleaned)
    assert canonical.decode(body) == cleaned
    assert clean_data(cleaned) == cleaned
    assert json.loads(body) == cleaned


@given(st.integers(0, 40))
def test_depth_is_bounded(depth: int) -> None:
    value: Any = 1
    for _ in range(depth):
        value = {"in": value}
    wrapped = {"data": value}
    if depth < DATA_DEPTH:
        assert clean_data(wrapped) == wrapped
    else:
        with pytest.raises(BadInput, match="nested deeper"):
            clean_data(wrapped)


def test_length_is_bounded_in_bytes() -> None:
    room = DATA_BYTES - len('{"text":""}')
    assert clean_data({"text": "x" * room})
    for text in ("x" * (room + 1), "é" * (room // 2 + 1)):
        with pytest.raises(BadInput, match="more than 64 KiB"):
            clean_data({"text": text})
    assert clean_data({"text": "x" * (room + 1)}, most_bytes=None)


@pytest.mark.parametrize("value", [None, [], "text", 5, {1: "a"}, {"a": {1, 2}}, {"a": b"bytes"}, {"a": object()}])
def test_what_is_no_JSON_object_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        clean_data(value)


def test_secrets_are_masked_wherever_they_stand() -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    cleaned = clean_data({"output": [f"token {token} was used", {"deep": token}]})
    assert token not in json.dumps(cleaned)
    assert clean_data(cleaned) == cleaned


def test_a_secret_is_masked_where_only_its_field_says_so_and_as_the_name_of_a_field() -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    cleaned = clean_data({"env": {"DB_PASSWORD": "s3cr3tP4ss!", "path": "src/auth.py"}, token: 1})
    assert cleaned == {"env": {"DB_PASSWORD": "****", "path": "src/auth.py"}, "ghp_****": 1}
    assert clean_data(cleaned) == cleaned


@given(st.text(max_size=20))
def test_types_are_an_agents_or_memoras_and_never_both(name: str) -> None:
    assert not OWN_TYPES & set(AGENT_TYPES)
    try:
        found = clean_agent_type(name)
    except BadInput:
        return
    assert found in AGENT_TYPES or found.startswith("x_")
    assert check_type(found) == found


@given(st.text(max_size=140))
@example("2c1f0a9b77d04e55")
@example("a.lock")
def test_an_id_of_a_session_can_be_named_in_a_revision(text: str) -> None:
    from memora.history.revisions import SessionMoment, parse_revision

    try:
        session = clean_session_id(text)
    except BadInput:
        return
    assert parse_revision(f"session:{session}@3") == SessionMoment(session, 3)


@given(st.text(max_size=20), st.integers(1, 100), st.none() | st.text(max_size=5))
def test_a_question_comes_back_from_its_event(words: str, limit: int, revision: str | None) -> None:
    question = Question(words, limit, revision=revision)
    assert read_question(question_fields(question)) == question


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"question": "x"},
        {"question": 5, "limit": 5},
        {"question": "x", "limit": "5"},
        {"question": "x", "limit": 5, "revision": 5},
        {"question": "x", "limit": 5, "filter": {"later": True}},
        {"question": "x", "limit": 5, "filter": ["types"]},
        {"question": "x", "limit": 5, "filter": {"types": ["nonsense"]}},
    ],
)
def test_a_question_that_cannot_be_read_is_none(data: dict[str, Any]) -> None:
    assert read_question(data) is None


def test_a_long_question_is_cut_and_a_filter_kept() -> None:
    from memora.model.selection import NodeFilter

    question = Question("x" * 9000, 5, NodeFilter(types=("semantic",), tags=("auth",), min_confidence=0.5))
    read = read_question(question_fields(question))
    assert read == question._replace(question="x" * QUESTION_CHARACTERS)
