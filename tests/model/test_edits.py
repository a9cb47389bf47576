"""What an edit makes of a node."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from node_samples import AT, PLAIN, seen

from memora.errors import BadInput, Refused
from memora.model.edits import apply_edit
from memora.model.node import Dispute, Node
from memora.model.times import DAY

LATER = AT + 5


def edited(node: Node, **fields: Any) -> Node:
    return apply_edit(node, fields, author="ada", now=LATER)


def test_only_what_is_named_changes() -> None:
    node = edited(PLAIN, add_tags=["b", "a"])
    assert node == PLAIN._replace(tags=("a", "b"), updated_at=LATER)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"content": PLAIN.content},
        {"content": f"  {PLAIN.content}\n"},
        {"type": PLAIN.type, "status": PLAIN.status, "confidence": PLAIN.confidence},
        {"remove_tags": ["nowhere"]},
        {"key": None, "expires_at": None, "valid_from": None},
    ],
)
def test_what_changes_nothing_gives_the_same_node(fields: dict[str, Any]) -> None:
    assert edited(PLAIN, **fields) is PLAIN


def test_other_words_lose_what_supported_the_old_ones() -> None:
    node = PLAIN._replace(status="stable", observations=(seen("manual", "ada", AT), seen("cursor", "bob", AT)))
    found = edited(node, content="Auth uses PASETO", source="code_read", evidence=["src/a.rs:L1"])
    assert (found.id, found.content, found.created_at) == (node.id, "Auth uses PASETO", node.created_at)
    assert (found.confidence, found.status, found.updated_at) == (1.0, "ephemeral", LATER)
    [item] = found.observations
    assert (item.source, item.author, item.at, item.evidence) == ("code_read", "ada", LATER, ("src/a.rs:L1",))


def test_other_words_without_a_source_are_the_editors_own() -> None:
    found = edited(PLAIN, content="Auth uses PASETO")
    assert [item.observer for item in found.observations] == [("manual", "ada")]
    assert found.confidence == 0.8


def test_a_stated_confidence_and_status_hold_for_other_words() -> None:
    found = edited(PLAIN, content="Auth uses PASETO", confidence="0.3", status="stable")
    assert (found.confidence, found.status) == (0.3, "stable")


def test_other_white_space_is_the_same_words() -> None:
    node = PLAIN._replace(content="Auth uses JWT", observations=(seen("cursor", "bob", AT),))
    found = edited(node, content="Auth uses\nJWT")
    assert (found.content, found.observations) == ("Auth uses\nJWT", node.observations)


def test_a_source_for_the_same_words_supports_them() -> None:
    node = PLAIN._replace(confidence=0.5, observations=(seen("cursor", "bob", AT),), expires_at=AT + DAY)
    found = edited(node, source="manual")
    assert (found.confidence, found.status, found.expires_at) == (0.9, "stable", None)
    assert len(found.observations) == 2


def test_evidence_alone_is_a_sighting_by_hand() -> None:
    found = edited(PLAIN, evidence="src/a.rs:L1")
    assert found.observations[-1].source == "manual"
    assert found.observations[-1].evidence == ("src/a.rs:L1",)


def test_sets_are_replaced_or_changed() -> None:
    node = PLAIN._replace(tags=("a", "b"), applies_to=("docs/**", "src/**"))
    assert edited(node, tags=["c"]).tags == ("c",)
    assert edited(node, add_tags=["C"], remove_tags=["a"]).tags == ("b", "c")
    assert edited(node, remove_applies_to=["src/**"], add_applies_to=["test/**"]).applies_to == ("docs/**", "test/**")
    assert edited(node, applies_to=[]).applies_to == ()


def test_key_expiry_and_validity_can_be_taken_away() -> None:
    node = PLAIN._replace(key="k", expires_at=AT + DAY, valid_from=AT, valid_to=AT + DAY)
    found = edited(node, key=None, expires_at=None, valid_from=None, valid_to=None)
    assert (found.key, found.expires_at, found.valid_from, found.valid_to) == (None, None, None, None)


def test_times_are_read_from_now() -> None:
    found = edited(PLAIN, ttl="2d", valid_from="now")
    assert (found.expires_at, found.valid_from) == (LATER + 2 * DAY, LATER)


def test_a_bound_of_validity_is_checked_against_the_other() -> None:
    node = PLAIN._replace(valid_from=AT)
    with pytest.raises(BadInput, match="before valid_from"):
        edited(node, valid_to="1999-01-01")


def test_to_settle_takes_the_end_away() -> None:
    found = edited(PLAIN._replace(expires_at=AT + DAY), status="stable")
    assert (found.status, found.expires_at) == ("stable", None)
    assert edited(PLAIN, status="stable", ttl="1d").expires_at == LATER + DAY


def test_a_new_type_brings_its_own_lifetime() -> None:
    assert edited(PLAIN, type="assumption").expires_at == LATER + 14 * DAY
    node = PLAIN._replace(type="assumption", expires_at=AT + DAY)
    assert edited(node, type="semantic").expires_at is None
    assert edited(node, type="episodic", ttl="1d").expires_at == LATER + DAY
    assert edited(node._replace(status="stable", expires_at=None), type="episodic").expires_at is None


def test_what_is_unsettled_gets_the_lifetime_of_its_type() -> None:
    node = PLAIN._replace(type="assumption", status="stable")
    assert edited(node, status="ephemeral").expires_at == LATER + 14 * DAY
    assert edited(node, content="something else").expires_at == LATER + 14 * DAY
    assert edited(node, status="deprecated").expires_at is None
    assert edited(node._replace(expires_at=AT + DAY), status="ephemeral").expires_at == AT + DAY


def test_other_words_keep_a_lifetime_that_runs_and_renew_one_that_is_over() -> None:
    node = PLAIN._replace(type="assumption", expires_at=AT + DAY)
    assert edited(node, content="something else").expires_at == AT + DAY
    assert edited(node._replace(expires_at=AT + 1), content="something else").expires_at == LATER + 14 * DAY
    assert edited(PLAIN._replace(type="episodic"), content="something else").expires_at is None


def test_a_dispute_is_resolved_and_not_edited_away() -> None:
    node = PLAIN._replace(status="conflicted", dispute=Dispute(None, ()))
    for status in ("stable", "ephemeral", "deprecated"):
        with pytest.raises(Refused, match="must be resolved"):
            edited(node, status=status)
    assert edited(node, status="conflicted") is node
    assert edited(node, content="something else").dispute is None
    assert edited(node, add_tags=["a"]).dispute == node.dispute


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"content": ""}, "content"),
        ({"content": None}, "content"),
        ({"content": "a\udc80"}, "content"),
        ({"type": "fact"}, "type"),
        ({"type": None}, "type"),
        ({"status": "certain"}, "status"),
        ({"status": "conflicted"}, "status"),
        ({"source": "hearsay"}, "source"),
        ({"confidence": "nan"}, "confidence"),
        ({"confidence": 2}, "confidence"),
        ({"confidence": None}, "confidence"),
        ({"key": "a b"}, "key"),
        ({"tags": ["a b"]}, "tag"),
        ({"add_tags": ["a b"]}, "tag"),
        ({"add_applies_to": ["/etc"]}, "applies_to"),
        ({"ttl": "soon"}, "ttl"),
        ({"ttl": "1d", "expires_at": "2030-01-01"}, "ttl"),
        ({"expires_at": "never"}, "expires_at"),
        ({"pinned": True}, "field 'pinned'"),
    ],
)
def test_bad_fields_are_named(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        edited(PLAIN, **fields)
    assert caught.value.field == field


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "content": st.sampled_from(["one", "two"]),
            "type": st.sampled_from(["episodic", "assumption", "semantic"]),
            "status": st.sampled_from(["stable", "deprecated", "ephemeral"]),
            "source": st.sampled_from(["manual", "cursor"]),
            "confidence": st.sampled_from([0, 0.5, 1]),
            "key": st.sampled_from(["k", None]),
            "tags": st.lists(st.sampled_from("ab"), unique=True),
            "expires_at": st.sampled_from([None, AT + DAY, AT]),
        },
    )
)
def test_the_same_edit_again_changes_nothing(fields: dict[str, Any]) -> None:
    once = apply_edit(PLAIN, fields, author="ada", now=LATER)
    assert apply_edit(once, fields, author="ada", now=LATER) == once
    assert (once.id, once.created_at) == (PLAIN.id, PLAIN.created_at)
