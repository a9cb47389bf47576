"""Identities: what goes into a digest, byte by byte."""

from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from memora.model.ids import NODE_ID_BYTES, OBJECT_ID_BYTES, hash_node_identity, hash_object

KINDS = ("node", "tree", "commit", "tag", "session")


@given(st.sampled_from(KINDS), st.binary(max_size=50))
def test_an_object_id_covers_kind_length_and_body(kind, body):
    header = b"memora1 " + kind.encode() + b" " + str(len(body)).encode() + b"\0"
    assert hash_object(kind, body) == blake3(header + body).digest()
    assert len(hash_object(kind, body)) == OBJECT_ID_BYTES


def test_the_same_body_of_two_kinds_has_two_ids():
    assert len({hash_object(kind, b"{}") for kind in KINDS}) == len(KINDS)


def test_a_node_id_covers_type_basis_and_text():
    assert hash_node_identity("semantic", "key", "a.b") == blake3(b"memora1 node-id\0semantic\0key\0a.b").digest(16)
    assert len(hash_node_identity("semantic", "key", "a.b")) == NODE_ID_BYTES


def test_a_counter_comes_last_and_only_when_it_counts():
    seed = b"memora1 node-id\0semantic\0content\0x"
    assert hash_node_identity("semantic", "content", "x", 0) == blake3(seed).digest(16)
    assert hash_node_identity("semantic", "content", "x", 2) == blake3(seed + b"\x002").digest(16)


births = st.tuples(
    st.sampled_from(["semantic", "project"]),
    st.sampled_from(["key", "content"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4),
    st.integers(0, 12),
)


@given(births, births)
def test_two_births_share_an_id_only_when_they_are_the_same(one, other):
    assert (hash_node_identity(*one) == hash_node_identity(*other)) == (one == other)
