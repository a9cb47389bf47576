"""Canonical JSON: one value has one form, and only that form is read."""

import json
import math
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memora.errors import BadInput
from memora.model.canonical import DEEPEST, LARGEST_INTEGER, decode, encode, encode_checked, parse, parse_verified

ALLOWED_NUMBERS = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | st.floats(
    1e-4, LARGEST_INTEGER, allow_nan=False
).flatmap(lambda number: st.sampled_from([number, -number]))
TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: normalize("NFC", text))
KEYS = TEXTS.filter(lambda text: max(text, default="") <= "\uffff")
VALUES = st.recursive(
    st.none() | st.booleans() | ALLOWED_NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)


@given(OBJECTS)
def test_what_was_encoded_decodes_to_itself(value):
    assert decode(encode(value)) == value


@given(OBJECTS)
def test_encoding_is_blind_to_the_order_of_keys(value):
    assert encode(dict(reversed(value.items()))) == encode(value)


@given(OBJECTS)
def test_checked_values_need_no_check(value):
    assert encode_checked(decode(encode(value))) == encode(value)


@given(OBJECTS, st.integers(0, 400), st.binary(max_size=3))
def test_bytes_are_read_only_in_the_one_form(value, position, noise):
    body = encode(value)
    changed = body[:position] + noise + body[position + len(noise) :]
    try:
        found = decode(changed)
    except BadInput:
        return
    assert encode(found) == changed


@pytest.mark.parametrize(
    ("value", "body"),
    [
        # RFC 8785, section 3.2.3, with a ligature for its letter that is not NFC: keys are sorted by UTF-16
        # units, which in the basic plane is by code point.
        ({"€": 1, "\r": 2, "ﬀ": 3, "1": 4, "\x80": 6, "ö": 7}, '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"ﬀ":3}'),
        # RFC 8785, section 3.2.2: literals, and the seven escapes; every other control character in four digits.
        ({"literals": [None, True, False]}, '{"literals":[null,true,false]}'),
        ({"string": '€$\x0f\nA\'B"\\\\"/'}, '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'),
        ({"string": "\b\t\n\f\r\x00\x1f\x7f"}, '{"string":"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"}'),
        # RFC 8785, appendix B, where the shortest form has no exponent.
        ({"number": 0.0}, '{"number":0}'),
        ({"number": -0.0}, '{"number":0}'),
        ({"number": 4.5}, '{"number":4.5}'),
        ({"number": 9007199254740991.0}, '{"number":9007199254740991}'),
        ({"number": -333333333.33333329}, '{"number":-333333333.3333333}'),
        ({"number": 0.0001}, '{"number":0.0001}'),
        ({}, "{}"),
        ({"a": {"c": [], "b": {}}}, '{"a":{"b":{},"c":[]}}'),
        ({"emoji": "😀"}, '{"emoji":"😀"}'),
    ],
)
def test_the_canonical_form(value, body):
    assert encode(value) == body.encode()
    assert decode(body.encode()) == json.loads(body)


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        LARGEST_INTEGER + 1,
        -LARGEST_INTEGER - 1,
        float(LARGEST_INTEGER + 1),
        5e15 * 2,
        1e16,
        1e300,
        0.00009,
        5e-324,
        "\ud800",
        "a\udfffb",
        "e\u0301",
        {1: 2},
        {"\U0001f600": 1},
        {"e\u0301": 1},
        {"\udc00": 1},
        b"bytes",
        object(),
        {"set"},
    ],
)
def test_what_canonical_json_cannot_hold(value):
    with pytest.raises(BadInput):
        encode({"value": value})
    with pytest.raises(BadInput):
        encode({"value": ["deeper", {"down": value}]})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"{",
        b"{}{}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        '{"a":1}'.encode("utf-16"),
        '{"a":1}'.encode("utf-16-le"),
        '{"a":1}'.encode("utf-32-be"),
        b'\xef\xbb\xbf{"a":1}',
        b"{'a':1}",
        b'{"a":1,}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_what_is_no_json_object(body):
    with pytest.raises(BadInput):
        parse(body)
    with pytest.raises(BadInput):
        decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{ "a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"b":1,"a":2}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":0.10}',
        b'{"a":1e999}',
        b'{"a":9007199254740992}',
        b'{"a":9007199254740992.0}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u000F"}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\ud83d\\ude00"}',
        b'{"a":"\\ud800"}',
        '{"a":"e\u0301"}'.encode(),
    ],
)
def test_json_that_is_not_canonical(body):
    parse(body)
    with pytest.raises(BadInput):
        decode(body)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"1", '{"a":1}'.encode("utf-16"), b"[" * 100_000])
def test_verified_bytes_that_are_no_object_are_refused_too(body):
    with pytest.raises(BadInput):
        parse_verified(body)


def nested(depth: int) -> dict:
    value: dict = {}
    for _ in range(depth):
        value = {"a": value}
    return value


def test_nesting_ends_somewhere():
    assert decode(encode(nested(DEEPEST))) == nested(DEEPEST)
    with pytest.raises(BadInput, match="nested"):
        encode(nested(DEEPEST + 1))
    endless: list = []
    endless.append(endless)
    with pytest.raises(BadInput, match="nested"):
        encode({"a": endless})


@given(st.floats(allow_nan=True))
@example(float(2**53))
@example(1e15 + 0.5)
@example(9e15 + 0.5)
def test_a_number_is_kept_exactly_or_refused(number):
    try:
        body = encode({"n": number})
    except BadInput:
        return
    assert b"e" not in body
    assert decode(body)["n"] == number
