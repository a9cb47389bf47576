"""Drafts: the rules for what somebody wants remembered, from whatever side it comes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.errors import BadInput
from memora.model.clock import EARLIEST, LATEST
from memora.model.draft import (
    EVIDENCE_CHARACTERS,
    FIELDS,
    GLOB_CHARACTERS,
    MOST_ITEMS,
    Draft,
    read_confidence,
    read_draft,
    read_evidence,
    read_expiry,
    read_globs,
    read_moment,
    read_span,
    read_tags,
)
from memora.model.times import DAY

NOW = 1_800_000_000_000_000


def read(**fields: object) -> Draft:
    return read_draft({"content": "Auth uses JWT", **fields}, author="ada", now=NOW)


def test_content_is_all_it_takes():
    assert read() == Draft("semantic", "Auth uses JWT", "ada", "manual", 0.8)


def test_every_field():
    assert read(
        type="Procedural",
        key=" deploy.steps ",
        source="code-read",
        evidence=["b", "a", "b"],
        confidence="0.5",
        tags="CI, deploy",
        links=["derived-from: 3f2a", {"rel": "supports", "to": "auth.jwt"}],
        applies_to=["./src\\auth/**", "src/auth/**"],
        ttl="7d",
        valid_from="2027-01-01",
        valid_to="2027-02-01",
        pinned=True,
        author=" Bob ",
    ) == Draft(
        type="procedural",
        content="Auth uses JWT",
        author="Bob",
        source="code_read",
        confidence=0.5,
        key="deploy.steps",
        evidence=("a", "b"),
        tags=("ci", "deploy"),
        links=(("derived_from", "3f2a"), ("supports", "auth.jwt")),
        applies_to=("src/auth/**",),
        pinned=True,
        expires_at=NOW + 7 * DAY,
        valid_from=1_798_761_600_000_000,
        valid_to=1_801_440_000_000_000,
        says_type=True,
        says_end=True,
    )


def test_none_is_the_same_as_not_said():
    everything_unsaid = dict.fromkeys(FIELDS - {"content"})
    assert read(**everything_unsaid) == read()


@pytest.mark.parametrize(("source", "confidence"), [("code_read", 1.0), ("cursor", 0.7), ("unknown:vim", 0.3)])
def test_confidence_is_what_the_source_is_worth(source, confidence):
    assert read(source=source).confidence == confidence
    assert read(source=source, confidence=0).confidence == 0


@pytest.mark.parametrize(("type_name", "days"), [("episodic", 30), ("assumption", 14), ("semantic", None)])
def test_some_types_end_by_themselves(type_name, days):
    assert read(type=type_name).expires_at == (None if days is None else NOW + days * DAY)
    assert read(type=type_name, ttl="1d").expires_at == NOW + DAY


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"content": None}, "content is empty"),
        ({"content": ""}, "content is empty"),
        ({"content": 7}, "content is not text"),
        ({"content": ["a"]}, "content is not text"),
        ({"type": "belief"}, "type 'belief' is none of"),
        ({"type": ""}, "type '' is none of"),
        ({"type": 0}, "type is not text"),
        ({"source": "vim"}, "source 'vim' is none of"),
        ({"source": ""}, "source '' is none of"),
        ({"source": False}, "source is not text"),
        ({"key": ""}, "key"),
        ({"key": 7}, "key is not text"),
        ({"key": "a b"}, "key"),
        ({"author": ""}, "author is empty"),
        ({"author": "a\nb"}, "author holds"),
        ({"author": 7}, "author is not text"),
        ({"confidence": 2}, "confidence 2 is not"),
        ({"evidence": 7}, "evidence is not a list"),
        ({"evidence": [7]}, "evidence is not text"),
        ({"evidence": ""}, "evidence is empty"),
        ({"evidence": "x" * (EVIDENCE_CHARACTERS + 1)}, "evidence is longer"),
        ({"evidence": ["x"] * (MOST_ITEMS + 1)}, "evidence has more than"),
        ({"tags": {"a": 1}}, "tags is not a list"),
        ({"tags": "a,,b"}, "tag is empty"),
        ({"tags": ",".join("x" * (MOST_ITEMS + 1))}, "tags has more than"),
        ({"tags": ["a b"]}, "tag 'a b' holds a space"),
        ({"tags": [None]}, "tag is not text"),
        ({"links": "supports:x"}, "links is not a list"),
        ({"links": ["supports"]}, "link 'supports' is not REL:NODE"),
        ({"links": ["supports: "]}, "is not REL:NODE"),
        ({"links": [{"rel": "supports"}]}, "is not REL:NODE"),
        ({"links": [{"rel": "supports", "to": 7}]}, "link is not text"),
        ({"links": ["knows:x"]}, "relation 'knows' is none of"),
        ({"links": [7]}, "is not REL:NODE"),
        ({"applies_to": 7}, "applies_to is not a list"),
        ({"applies_to": "./"}, "applies_to is empty"),
        ({"applies_to": " "}, "applies_to is empty"),
        ({"applies_to": "/etc/*"}, "leaves the project"),
        ({"applies_to": "\\\\server\\share"}, "leaves the project"),
        ({"applies_to": "C:\\x"}, "leaves the project"),
        ({"applies_to": "src/../../x"}, "leaves the project"),
        ({"applies_to": ".."}, "leaves the project"),
        ({"applies_to": "x" * (GLOB_CHARACTERS + 1)}, "applies_to is longer"),
        ({"ttl": "1d", "expires_at": NOW}, "ttl and expires_at exclude each other"),
        ({"ttl": 7}, "ttl is not text"),
        ({"ttl": ""}, "ttl '' is not a lifetime"),
        ({"expires_at": True}, "expires_at True is not a time"),
        ({"expires_at": 1.5}, "expires_at 1.5 is not a time"),
        ({"expires_at": LATEST + 1}, "is not a time"),
        ({"expires_at": "soon"}, "is not a time"),
        ({"valid_from": EARLIEST - 1}, "is not a time"),
        ({"valid_from": 2, "valid_to": 1}, "valid_to lies before valid_from"),
        ({"pinned": "yes"}, "pinned is not true or false"),
        ({"pinned": 1}, "pinned is not true or false"),
        ({"pinned": 0}, "pinned is not true or false"),
        ({"contents": "x"}, "field 'contents' is not known; known are applies_to, author"),
        ({"id": "01" * 16}, "field 'id' is not known"),
        ({"status": "stable"}, "field 'status' is not known"),
    ],
)
def test_a_field_that_is_wrong(fields, problem):
    with pytest.raises(BadInput) as caught:
        read(**fields)
    assert problem in str(caught.value)


@pytest.mark.parametrize("author", ["", "a\nb", "a\u202eb", "x" * 201])
def test_the_author_that_a_program_gives_is_checked_too(author):
    with pytest.raises(BadInput, match=r"^author "):
        read_draft({"content": "x"}, author=author, now=NOW)


@pytest.mark.parametrize(
    ("value", "confidence"), [(0, 0.0), (1, 1.0), (0.12345, 0.1235), ("0.5", 0.5), (" 1 ", 1.0), ("1e-5", 0.0)]
)
def test_a_confidence(value, confidence):
    assert read_confidence(value) == confidence
    assert isinstance(read_confidence(value), float)


@pytest.mark.parametrize(
    "value", [-0.0001, 1.0001, math.nan, math.inf, "nan", "inf", "", "half", True, None, [0.5], "0,5", 10**400]
)
def test_no_confidence(value):
    with pytest.raises(BadInput, match=r"^confidence .* is not a number from 0 to 1$"):
        read_confidence(value)


@given(st.floats(0, 1))
def test_a_confidence_has_four_decimals_at_most(number):
    confidence = read_confidence(number)
    assert confidence == read_confidence(confidence)
    assert abs(confidence - number) <= 0.00005 + 1e-12
    assert len(repr(confidence)) <= 6


@given(st.lists(st.sampled_from(["a", "B", "b", "ä"]), max_size=6))
def test_tags_are_a_sorted_set(tags):
    found = read_tags(tags)
    assert list(found) == sorted({tag.lower() for tag in tags})
    assert read_tags(list(found)) == found


def test_lists_that_nobody_gave_are_empty():
    assert read_tags(None) == read_tags([]) == read_globs(None) == read_evidence(()) == ()


def test_one_text_is_a_list_of_one():
    assert read_evidence("src/a.rs:L1, L2") == ("src/a.rs:L1, L2",)
    assert read_globs("src/**, docs/**") == ("src/**, docs/**",)
    assert read_tags("a,b") == ("a", "b")


def test_moments_and_spans():
    assert read_moment("x", None, NOW) is None
    assert read_moment("x", LATEST, NOW) == LATEST
    assert read_moment("x", "1.day.ago", NOW) == NOW - DAY
    assert read_span(1, 1, NOW) == (1, 1)
    assert read_span(None, "now", NOW) == (None, NOW)


def test_an_end_is_a_lifetime_or_a_time():
    assert read_expiry(None, None, NOW) is None
    assert read_expiry("1d", None, NOW) == NOW + DAY
    assert read_expiry(None, "2027-01-15", NOW) == 1_799_971_200_000_000
    with pytest.raises(BadInput, match="after the year 2255"):
        read_expiry("10000w", None, LATEST - DAY)


@given(
    st.dictionaries(
        st.sampled_from(sorted(FIELDS)),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.text(max_size=5)),
    )
)
def test_any_fields_make_a_draft_or_bad_input(fields):
    try:
        draft = read_draft(fields, author="ada", now=NOW)
    except BadInput:
        return
    assert draft.content
    assert 0 <= draft.confidence <= 1
    assert draft.pinned in (True, False)
