"""What is left of texts and memories once something is erased from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.errors import BadInput
from memora.model.belief import birth_id
from memora.model.erasure import TOKEN, erase_nodes, erase_text
from memora.model.node import Node, Observation
from memora.model.node_codec import decode_node, encode_node

TEXT = "Erika Mustermann"
HERS = erase_text(TEXT)


def node(content: str = "nothing of hers", **fields: object) -> Node:
    seen = Observation("manual", "ada", 1)
    return Node(birth_id("semantic", None, content, 0), "semantic", content, 0.8, "stable", (seen,), 1, 1)._replace(
        **fields  # type: ignore[arg-type]
    )


def test_a_text_is_replaced_wherever_it_stands() -> None:
    assert HERS.prose(f"call {TEXT}, {TEXT}!") == f"call {TOKEN}, {TOKEN}!"
    assert HERS.prose("call Erika, erika mustermann") == "call Erika, erika mustermann"
    assert HERS.name(f"feature/{TEXT.replace(' ', '')}") == "feature/ErikaMustermann"
    assert erase_text("ErikaMustermann").name("feature/ErikaMustermann/2") == "feature/purged/2"
    assert HERS.data({"who": [TEXT, 1, None], TEXT: {"deep": TEXT}}) == {
        "who": [TOKEN, 1, None],
        TOKEN: {"deep": TOKEN},
    }


def test_a_number_that_holds_the_text_goes() -> None:
    assert erase_text("4915112345").data({"phone": 49151123456, "at": 5, "so": True}) == {
        "phone": TOKEN,
        "at": 5,
        "so": True,
    }


def test_a_text_is_known_in_the_form_that_json_gives_it() -> None:
    quoted = erase_text('say "hello"\nto her')
    assert quoted.prose('{"said": "say \\"hello\\"\\nto her"}') == f'{{"said": "{TOKEN}"}}'
    accented = erase_text("Zoë Müller")
    assert accented.prose('{"who": "Zo\\u00eb M\\u00fcller"}') == f'{{"who": "{TOKEN}"}}'
    assert accented.prose("Zoë Müller") == TOKEN
    assert erase_text("Zoe\u0308 Mu\u0308ller").match == "Zoë Müller"


def test_what_was_left_of_a_text_where_it_was_cut_goes_too() -> None:
    assert HERS.prose("call Erika Muster…") == f"call {TOKEN}…"
    assert HERS.prose("call Erika Muster … and wait") == f"call {TOKEN} … and wait"
    assert HERS.prose("it began … Mustermann said so") == f"it began … {TOKEN} said so"
    assert HERS.prose("Erik … mann") == "Erik … mann"
    assert HERS.prose("Erika Muster and no more") == "Erika Muster and no more"


@pytest.mark.parametrize("text", ["", "seven77", "it was purged", "\ud800 half a character"])
def test_a_text_that_cannot_go_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="match"):
        erase_text(text)


@given(st.text("ab[]purged …", min_size=8, max_size=12), st.lists(st.text("ab[]purged …", max_size=12), max_size=5))
def test_no_text_survives_what_is_put_in_its_place(text: str, around: list[str]) -> None:
    try:
        erasure = erase_text(text)
    except BadInput:
        return
    left = erasure.prose(text.join(around))
    assert text not in left
    assert "…" in text.join(around) or len(left) <= len(text.join(around))
    assert text not in erasure.name(text.join(around))


def test_a_version_goes_where_what_it_says_or_is_found_by_has_the_text() -> None:
    assert HERS.node(node(f"call {TEXT}")) is None
    assert erase_text("contact.erika").node(node(key="contact.erika.phone")) is None
    assert erase_text("customer-erika").node(node(tags=("customer-erika", "z"))) is None
    plain = node()
    assert HERS.node(plain) is plain


def test_a_version_stays_without_the_text_where_it_was_only_seen_by_it() -> None:
    before = node(
        observations=(
            Observation("unknown:erikamustermann", "ErikaMustermann <e@x>", 1, evidence=("doc/ErikaMustermann.md",)),
            Observation("manual", "ada", 2, "run-ErikaMustermann", note="ErikaMustermann told me"),
            Observation("manual", "ada", 3, anchors=("aa bb - doc/ErikaMustermann.md",)),
        ),
        applies_to=("a/**", "people/ErikaMustermann/**"),
    )
    after = erase_text("ErikaMustermann").node(before)
    assert after is not None
    assert [item.author for item in after.observations] == ["[purged] <e@x>", "ada", "ada"]
    assert after.observations[0].evidence == ("doc/[purged].md",)
    assert (after.observations[1].session, after.observations[1].note) == ("run-purged", "[purged] told me")
    assert after.observations[2].anchors == ("aa bb - doc/[purged].md",)
    assert after.applies_to == ("a/**", "people/purged/**")
    assert b"ErikaMustermann" not in encode_node(after)
    assert decode_node(encode_node(after)) == after
    named = erase_text("erikamustermann").node(before)
    assert named is not None and named.observations[0].source == "unknown:purged"


def test_memories_are_erased_with_what_they_say() -> None:
    erasure = erase_nodes([node("the number of the vault is 1234"), node("x = 5")])
    assert erasure.prose("remember: the number of the vault is 1234.") == f"remember: {TOKEN}."
    assert erasure.prose("x = 5 stays, it is too short") == "x = 5 stays, it is too short"
    assert erasure.summary("[semantic] the number of the vault…") == TOKEN
    assert erasure.summary("2: add [semantic] x = 5") == TOKEN
    assert erasure.summary("[semantic] max = 50") == "[semantic] max = 50"
    assert erasure.name("the number of the vault is 1234") == "the number of the vault is 1234"
