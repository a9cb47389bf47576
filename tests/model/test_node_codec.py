"""Versions of nodes as bytes: one body for each value, and no other body is read."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_samples import disputes, links, nodes
from node_samples import AT, PLAIN, node_id, seen, version

from memora.errors import BadInput
from memora.model import canonical
from memora.model.node import Dispute, Link, Node, Observation
from memora.model.node_codec import canonical_confidence, decode_node, encode_node, peek_texts

FULL = PLAIN._replace(
    confidence=0.95,
    status="conflicted",
    observations=(seen("code_read", "ada", AT, "src/auth.rs:L42", "https://example.org"), seen("manual", "bob")),
    key="auth.jwt.algorithm",
    tags=("auth", "security"),
    links=(Link("part_of", node_id(2)), Link("supports", node_id(3))),
    applies_to=("src/auth/**",),
    pinned=True,
    expires_at=AT + 1,
    valid_from=AT - 1,
    valid_to=AT + 2,
    dispute=Dispute(version(1), (version(2), version(3))),
)


@given(nodes)
def test_a_node_comes_back_from_its_body(node):
    body = encode_node(node)
    assert decode_node(body) == node
    assert encode_node(decode_node(body)) == body


@given(nodes)
def test_the_body_is_canonical(node):
    canonical.decode(encode_node(node))


@given(nodes)
def test_a_peek_at_the_content_sees_what_is_read(node):
    found = peek_texts(encode_node(node))
    assert (found and found[0]) == (None if node.dispute else node.content.encode())


@given(nodes)
def test_a_peek_leaves_out_nothing_that_is_said_besides(node):
    found = peek_texts(encode_node(node))
    for text in (node.key or "", *node.tags, *node.applies_to, *(item.author for item in node.observations)):
        assert found is None or canonical.quote(text)[1:-1].encode() in found[1]


def test_a_peek_at_the_content_is_not_led_astray():
    node = PLAIN._replace(content='Say "content":"no","created_at":1 \\', applies_to=('"content":"x","created_at":',))
    found = peek_texts(encode_node(node))
    assert found is not None
    assert found[0] == node.content.encode()
    assert peek_texts(b"") is None
    assert peek_texts(b'{"content":"no such \\escape","created_at":1') is None


@given(nodes, nodes)
def test_two_nodes_share_a_body_only_when_they_are_equal(one, other):
    assert (encode_node(one) == encode_node(other)) == (one == other)


def test_a_plain_node_has_only_the_fields_it_needs():
    assert set(json.loads(encode_node(PLAIN))) == {
        "confidence",
        "content",
        "created_at",
        "id",
        "observations",
        "status",
        "type",
        "updated_at",
    }
    assert set(json.loads(encode_node(PLAIN))["observations"][0]) == {"at", "author", "source"}


def test_every_field_is_in_the_body_of_a_full_node():
    body = json.loads(encode_node(FULL))
    assert set(body) == {"conflict" if name == "dispute" else name for name in Node._fields}
    assert body["links"] == [{"rel": "part_of", "to": "02" * 16}, {"rel": "supports", "to": "03" * 16}]
    assert body["conflict"] == {"base": "01" * 32, "sides": ["02" * 32, "03" * 32]}
    assert body["pinned"] is True


def test_an_observation_says_its_stance_only_against_its_node():
    said = Observation("code_read", "eve", AT, None, (), "the code says otherwise", contradicts=True)
    body = json.loads(encode_node(PLAIN._replace(observations=(seen(), said))))
    assert "stance" not in body["observations"][0]
    assert body["observations"][1]["stance"] == "contradicts"
    assert body["observations"][1]["note"] == "the code says otherwise"


@pytest.mark.parametrize(
    ("confidence", "kept"),
    [(0.0, "0"), (1.0, "1"), (0.7, "0.7"), (0.00004, "0"), (0.00006, "0.0001"), (0.99996, "1"), (0.123456, "0.1235")],
)
def test_confidence_has_four_decimals_at_most(confidence, kept):
    assert json.dumps(canonical_confidence(confidence)) == kept


def without(name: str) -> dict:
    fields = json.loads(encode_node(FULL))
    del fields[name]
    return fields


@pytest.mark.parametrize(
    "name", ["confidence", "content", "created_at", "id", "observations", "status", "type", "updated_at"]
)
def test_a_body_without_a_field_it_needs(name):
    with pytest.raises(BadInput, match=name):
        decode_node(canonical.encode(without(name)))


@pytest.mark.parametrize(
    "name", ["key", "tags", "links", "applies_to", "pinned", "expires_at", "valid_from", "valid_to", "conflict"]
)
def test_a_body_without_a_field_it_can_do_without(name):
    assert decode_node(canonical.encode(without(name))) != FULL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "01" * 15),
        ("id", "01" * 32),
        ("id", "AB" * 16),
        ("id", "01 " * 16),
        ("id", "xy" * 16),
        ("id", 7),
        ("type", 7),
        ("type", ["semantic"]),
        ("type", "belief"),
        ("status", "true"),
        ("content", 7),
        ("content", {"text": "x"}),
        ("status", True),
        ("confidence", "0.5"),
        ("confidence", True),
        ("confidence", 1.5),
        ("confidence", -1),
        ("confidence", [1]),
        ("created_at", "2026"),
        ("created_at", 1.5),
        ("updated_at", False),
        ("expires_at", "never"),
        ("valid_from", []),
        ("valid_to", 0.5),
        ("key", 7),
        ("tags", "auth"),
        ("tags", []),
        ("tags", {"auth": 1}),
        ("tags", ["auth", 7]),
        ("applies_to", "src/**"),
        ("applies_to", []),
        ("pinned", False),
        ("pinned", 1),
        ("pinned", "yes"),
        ("observations", []),
        ("observations", {}),
        ("observations", ["manual"]),
        ("observations", [{"at": 1, "author": "ada"}]),
        ("observations", [{"at": "1", "author": "ada", "source": "manual"}]),
        ("observations", [{"at": 1, "author": None, "source": "manual"}]),
        ("observations", [{"at": 1, "author": "ada", "source": "manual", "evidence": []}]),
        ("observations", [{"at": 1, "author": "ada", "source": "manual", "evidence": "x"}]),
        ("observations", [{"at": 1, "author": "ada", "source": "manual", "session": 3}]),
        ("observations", [{"at": 1, "author": "ada", "source": "manual", "mood": "good"}]),
        ("observations", [{"at": 1, "author": "ada", "source": "manual", "note": 7}]),
        ("observations", [{"at": 1, "author": "ada", "source": "manual", "contradicts": True}]),
        ("observations", [{"at": 1, "author": "ada", "source": "manual", "stance": True}]),
        ("observations", [{"at": 1, "author": "ada", "source": "manual", "stance": "supports"}]),
        ("links", []),
        ("links", [{"rel": "supports"}]),
        ("links", [{"rel": "supports", "to": "01" * 32}]),
        ("links", [{"rel": 1, "to": "01" * 16}]),
        ("links", [{"rel": "supports", "to": "01" * 16, "why": "so"}]),
        ("conflict", {}),
        ("conflict", {"sides": []}),
        ("conflict", {"sides": ["01" * 16]}),
        ("conflict", {"sides": ["01" * 32], "base": "01"}),
        ("conflict", {"sides": ["01" * 32], "winner": "01" * 32}),
        ("mood", "good"),
    ],
)
def test_a_field_of_another_shape(name, value):
    fields = {**json.loads(encode_node(FULL)), name: value}
    with pytest.raises(BadInput, match=r"^node "):
        decode_node(canonical.encode(fields))


@pytest.mark.parametrize("name", ["key", "tags", "pinned", "expires_at", "conflict"])
def test_null_is_no_way_to_leave_a_field_out(name):
    body = canonical.encode({**json.loads(encode_node(FULL)), name: None})
    with suppress(BadInput):
        assert encode_node(decode_node(body)) != body


@pytest.mark.parametrize("name", ["created_at", "updated_at", "expires_at"])
def test_a_time_that_no_calendar_has(name):
    body = json.dumps({**json.loads(encode_node(FULL)), name: 2**53}).encode()
    with pytest.raises(BadInput, match="not a time"):
        decode_node(body)


def test_a_number_that_is_none():
    with pytest.raises(BadInput):
        decode_node(encode_node(PLAIN).replace(b'"confidence":0.8', b'"confidence":NaN'))


@given(st.binary(max_size=60))
def test_bytes_that_are_no_node(body):
    with pytest.raises(BadInput):
        decode_node(body)


@given(nodes, st.data())
def test_a_node_with_one_value_swapped_for_another_is_refused_or_is_a_node(node, data):
    fields = json.loads(encode_node(node))
    name = data.draw(st.sampled_from(sorted(fields)))
    fields[name] = data.draw(st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.text()))
    try:
        found = decode_node(json.dumps(fields).encode())
    except BadInput:
        return
    assert isinstance(found.content, str)
    assert isinstance(found.created_at, int)
    assert all(isinstance(tag, str) for tag in found.tags)


@given(links, disputes)
def test_links_and_disputes_come_back(link, dispute):
    node = PLAIN._replace(links=(link,), dispute=dispute)
    found = decode_node(encode_node(node))
    assert (found.links, found.dispute) == ((link,), dispute)
