"""How a belief is born, gains support and is promoted."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from model_samples import shares
from node_samples import AT, PLAIN, node_id, seen

from memora.model import vocabulary
from memora.model.belief import (
    INFERRED_CEILING,
    birth_id,
    born,
    combined_confidence,
    corroborated,
    observation_of,
    promoted,
    retracted,
    revised,
    says_the_same,
    supported,
)
from memora.model.draft import Draft
from memora.model.ids import hash_node_identity
from memora.model.node import Dispute, Link, Node, Observation, observers, sources
from memora.model.times import DAY

DRAFT = Draft("semantic", "Auth uses JWT RS256", "ada", "manual", 0.8)
INFERRING = sorted(set(vocabulary.SOURCES) - vocabulary.OBSERVING_SOURCES)
LINK = Link("supports", node_id(2))

drafts = st.builds(
    Draft,
    type=st.just("semantic"),
    content=st.just(PLAIN.content),
    author=st.sampled_from(["ada", "bob", "eve"]),
    source=st.sampled_from(["manual", "code_read", "cursor", "codex", "model_inference"]),
    confidence=shares,
    evidence=st.lists(st.sampled_from("abc"), unique=True).map(lambda some: tuple(sorted(some))),
    tags=st.lists(st.sampled_from("xyz"), unique=True).map(lambda some: tuple(sorted(some))),
    pinned=st.booleans(),
)


def test_a_node_with_a_key_is_known_by_type_and_key():
    assert birth_id("semantic", "auth.jwt", "one") == birth_id("semantic", "auth.jwt", "other")
    assert birth_id("semantic", "auth.jwt", "one") == hash_node_identity("semantic", "key", "auth.jwt")
    assert birth_id("project", "auth.jwt", "one") != birth_id("semantic", "auth.jwt", "one")


def test_a_node_without_a_key_is_known_by_type_and_content():
    assert birth_id("semantic", None, "Auth  uses\nJWT") == birth_id("semantic", None, "Auth uses JWT")
    assert birth_id("semantic", None, "Auth uses JWT") != birth_id("semantic", None, "auth uses JWT")
    assert birth_id("semantic", None, "a.b") != birth_id("semantic", "a.b", "a.b")


def test_a_counter_gives_another_id():
    assert len({birth_id("semantic", "k", "c", counter) for counter in range(20)}) == 20


def test_a_node_is_born_ephemeral_with_one_observation():
    draft = DRAFT._replace(key="auth", tags=("a",), expires_at=AT + DAY, evidence=("src/a.rs:L1",), pinned=True)
    node = born(draft, node_id(9), (LINK,), AT, "s1")
    assert (node.id, node.status, node.created_at, node.updated_at) == (node_id(9), "ephemeral", AT, AT)
    assert node.observations == (observation_of(draft, AT, "s1"),)
    assert node.observations[0] == Observation("manual", "ada", AT, "s1", ("src/a.rs:L1",))
    assert (node.key, node.tags, node.links, node.expires_at, node.pinned) == (
        "auth",
        ("a",),
        (LINK,),
        AT + DAY,
        True,
    )


def test_white_space_changes_nothing_that_is_said():
    assert says_the_same(PLAIN, "Auth  uses\nJWT RS256")
    assert not says_the_same(PLAIN, "Auth uses JWT HS256")


@pytest.mark.parametrize(
    ("a", "b", "sources", "together"),
    [
        (0.8, 0.8, {"manual"}, 0.96),
        (0.7, 0.6, {"cursor", "model_inference"}, 0.88),
        (0.95, 0.9, {"cursor", "codex"}, 0.99),
        (0.95, 0.9, {"cursor", "manual"}, 0.995),
        (1.0, 0.3, {"code_read", "unknown:vim"}, 1.0),
        (0.995, 0.5, {"cursor", "codex"}, 0.995),
        (0.0, 0.0, {"manual"}, 0.0),
        (0.3333, 0.3333, {"manual"}, 0.5555),
    ],
)
def test_what_two_sightings_are_worth_together(a, b, sources, together):
    assert combined_confidence(a, b, sources) == together


@given(shares, shares, st.sets(st.sampled_from(vocabulary.SOURCES), min_size=1))
def test_confidence_never_falls_and_order_does_not_matter(a, b, sources):
    together = combined_confidence(a, b, sources)
    assert max(a, b) <= together <= 1
    assert together == combined_confidence(b, a, sources)


@given(shares, shares, st.sets(st.sampled_from(INFERRING), min_size=1))
def test_inference_never_reaches_certainty(a, b, sources):
    assert combined_confidence(a, b, sources) <= max(INFERRED_CEILING, a, b)


@pytest.mark.parametrize(("source", "author"), [("manual", "bob"), ("code_read", "ada"), ("code_read", "bob")])
def test_another_source_or_author_is_independent(source, author):
    node = corroborated(PLAIN, DRAFT._replace(source=source, author=author), (), AT + 5)
    assert len(node.observations) == 2
    assert node.confidence == 0.96
    assert node.status == "stable"
    assert (node.created_at, node.updated_at) == (AT, AT + 5)


def test_the_same_observer_counts_once():
    assert corroborated(PLAIN, DRAFT, (), AT + 5) is PLAIN
    assert corroborated(PLAIN, DRAFT._replace(confidence=1.0), (), AT + 5) is PLAIN


def test_the_same_observer_may_bring_new_evidence():
    node = corroborated(PLAIN, DRAFT._replace(evidence=("src/a.rs:L1",)), (), AT + 5)
    assert len(node.observations) == 2
    assert observers(node) == observers(PLAIN)
    assert (node.confidence, node.status) == (PLAIN.confidence, "ephemeral")
    assert corroborated(node, DRAFT._replace(evidence=("src/a.rs:L1",)), (), AT + 9) is node


def test_tags_links_globs_and_pins_are_united():
    node = PLAIN._replace(tags=("b",), applies_to=("src/**",))
    found = corroborated(node, DRAFT._replace(tags=("a", "b"), applies_to=("docs/**",), pinned=True), (LINK,), AT)
    assert (found.tags, found.applies_to, found.links, found.pinned) == (
        ("a", "b"),
        ("docs/**", "src/**"),
        (LINK,),
        True,
    )
    assert corroborated(found, DRAFT, (), AT).pinned


def test_support_keeps_a_promoted_node_from_ending():
    node = PLAIN._replace(expires_at=AT + DAY)
    assert corroborated(node, DRAFT._replace(author="bob"), (), AT).expires_at is None


def test_an_expired_node_that_is_seen_again_lives_again():
    node = PLAIN._replace(expires_at=AT + 1)
    found = corroborated(node, DRAFT._replace(expires_at=AT + DAY), (), AT + 2)
    assert found.expires_at == AT + DAY
    assert corroborated(node, DRAFT._replace(expires_at=AT + DAY), (), AT) is node


@pytest.mark.parametrize("status", ["stable", "deprecated", "conflicted"])
def test_support_promotes_only_what_is_ephemeral(status):
    node = PLAIN._replace(status=status)
    assert corroborated(node, DRAFT._replace(author="bob"), (), AT).status == status


def test_a_clock_that_goes_back_does_not_take_the_node_along():
    assert corroborated(PLAIN, DRAFT._replace(author="bob"), (), AT - 5).updated_at == AT


@given(st.lists(drafts, max_size=5))
def test_a_batch_may_be_added_twice(batch):
    node = PLAIN
    for draft in batch:
        node = corroborated(node, draft, (LINK,), AT)
    for draft in batch:
        assert corroborated(node, draft, (LINK,), AT + 7) is node


@given(st.lists(drafts, min_size=1, max_size=5))
def test_support_takes_nothing_away(batch):
    node = PLAIN
    for draft in batch:
        found = corroborated(node, draft, (), AT)
        assert found.confidence >= node.confidence
        assert set(found.observations) >= set(node.observations)
        assert set(found.tags) >= set(node.tags)
        node = found
    assert (node.id, node.content, node.created_at) == (PLAIN.id, PLAIN.content, PLAIN.created_at)
    assert (node.status == "stable") == (len(observers(node)) >= 2)


@given(st.permutations([("manual", "bob", 0.5), ("cursor", "ada", 0.7), ("codex", "eve", 0.6)]))
def test_the_order_of_support_hardly_matters(sightings):
    node = PLAIN
    for source, author, confidence in sightings:
        node = supported(node, seen(source, author), confidence)
    expected = 1 - 0.2 * 0.5 * 0.3 * 0.4
    assert node.confidence == pytest.approx(expected, abs=0.0002)
    assert len(node.observations) == 4


@given(drafts, drafts)
def test_two_observers_make_it_stable(first, second):
    assume((first.source, first.author) != (second.source, second.author))
    node = born(first, PLAIN.id, (), AT)
    assert corroborated(node, second, (), AT).status == "stable"


def test_a_revision_starts_anew():
    node: Node = corroborated(PLAIN, DRAFT._replace(author="bob"), (), AT)._replace(
        dispute=Dispute(None, ()), tags=("a",)
    )
    found = revised(node, "Auth uses PASETO", seen("code_read", "eve", AT + 9), 1.0, AT + 9)
    assert (found.content, found.confidence, found.status) == ("Auth uses PASETO", 1.0, "ephemeral")
    assert found.observations == (seen("code_read", "eve", AT + 9),)
    assert found.dispute is None
    assert (found.id, found.tags, found.created_at, found.updated_at) == (node.id, ("a",), AT, AT + 9)


def test_promotion_settles_and_can_be_repeated():
    node = promoted(PLAIN._replace(expires_at=AT))
    assert (node.status, node.expires_at) == ("stable", None)
    assert promoted(node) == node


CONTRADICTION = Observation("code_read", "eve", AT + 1, None, ("src/a.rs:L9",), "the code says otherwise")


def test_a_retracted_node_is_out_of_service_and_keeps_the_word_against_it():
    node = retracted(PLAIN, CONTRADICTION)
    assert node.status == "deprecated"
    assert node.is_retracted
    assert node.confidence == PLAIN.confidence
    assert node.observations[-1] == CONTRADICTION._replace(contradicts=True)
    assert node.support == PLAIN.observations


def test_who_contradicts_supports_nothing():
    node = retracted(PLAIN, CONTRADICTION)
    assert observers(node) == observers(PLAIN)
    assert sources(node) == ["manual"]
    later = supported(node, seen("code_read", "eve", AT + 2), 0.5)
    assert later.confidence == combined_confidence(0.8, 0.5, {"manual", "code_read"})


def test_retracting_twice_is_retracting_once_unless_there_is_more_to_say():
    node = retracted(PLAIN, CONTRADICTION)
    assert retracted(node, CONTRADICTION) is node
    assert retracted(node, CONTRADICTION._replace(at=AT + 9, note=None)) is node
    assert len(retracted(node, CONTRADICTION._replace(note="and so does the test")).observations) == 3
    assert len(retracted(node, CONTRADICTION._replace(author="bob")).observations) == 3


def test_a_deprecated_node_is_not_retracted_by_that():
    assert not PLAIN._replace(status="deprecated").is_retracted
    assert not retracted(PLAIN, CONTRADICTION)._replace(status="stable").is_retracted
