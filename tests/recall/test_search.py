"""Recall over a real index: what is left out, what comes first, and that nothing is starved."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recall_samples import DAY, NOW, Shelf, node_id

from memora.model.matches import Match
from memora.model.selection import NodeFilter
from memora.recall.search import MOST_MATCHES


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf.db")


@pytest.fixture
def new_shelf(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Shelf]:
    return lambda: Shelf(tmp_path_factory.mktemp("shelf") / "shelf.db")


def test_nothing_fits(shelf: Shelf) -> None:
    shelf.put("login", "Login tokens expire after an hour")
    assert shelf.ask("kubernetes") == []
    assert shelf.ask("?!") == []
    assert shelf.ask("") == []
    assert shelf.ask("login", limit=0) == []


def test_an_empty_store_answers_nothing(shelf: Shelf) -> None:
    assert shelf.ask("login") == []


def test_expired_and_removed_memories_are_out(shelf: Shelf) -> None:
    shelf.put("now", "The login page is down", expires_at=NOW)
    shelf.put("gone", "The login page moved")
    shelf.drop("gone")
    shelf.put("pinned", "The login page matters", expires_at=NOW - DAY, pinned=True)
    shelf.put("later", "The login page is slow", expires_at=NOW + 1)
    assert set(shelf.ask("login page")) == {"pinned", "later"}


def test_only_the_present_version_of_a_node_answers(shelf: Shelf) -> None:
    shelf.put("engine", "The database is MySQL")
    row = shelf.put("engine", "The database is PostgreSQL")
    assert [hit.row for hit in shelf.hits("database")] == [row]
    assert shelf.ask("mysql") == []


def test_another_revision_is_searched_through_what_it_holds(shelf: Shelf) -> None:
    old = shelf.put("engine", "The database is MySQL")
    shelf.put("engine", "The database is PostgreSQL")
    shelf.put("cache", "The cache is Redis")
    past = {old}
    hits = shelf.hits("database mysql cache", workspace=None, holds=lambda match: match.row in past)
    assert [hit.row for hit in hits] == [old]


def test_holds_is_asked_about_few(shelf: Shelf) -> None:
    for number in range(300):
        shelf.put(f"n{number}", f"Node {number} talks about retries", confidence=0.5)
    shelf.put("best", "Webhook retries: see the webhook retries page", key="webhook.retries")
    asked: list[Match] = []

    def holds(match: Match) -> bool:
        asked.append(match)
        return True

    assert shelf.ask("webhook retries", limit=1, holds=holds, workspace=None) == ["best"]
    assert len(asked) < 10


FILTERS = [
    NodeFilter(types=("procedural",)),
    NodeFilter(statuses=("ephemeral",)),
    NodeFilter(tags=("rare",)),
    NodeFilter(sources=("code_read",)),
    NodeFilter(key="deep.down"),
    NodeFilter(min_confidence=0.4),
]


@pytest.mark.parametrize("wanted", FILTERS, ids=lambda wanted: next(n for n, v in wanted._asdict().items() if v))
def test_a_filter_never_starves_an_answer(shelf: Shelf, wanted: NodeFilter) -> None:
    """The one that passes is the worst match and the oldest of far more than are looked at once there are enough."""
    shelf.put(
        "passes",
        "After a very long introduction that says little " * 8 + "there is one retry",
        type="procedural",
        status="ephemeral",
        confidence=0.4,
        tags=("rare",),
        key="deep.down.here",
        source="code_read",
        updated_at=0,
    )
    for number in range(MOST_MATCHES + 50):
        shelf.put(f"n{number}", f"retry {number}", key=f"retry.n{number}", confidence=0.39, tags=("retry",))
    assert "passes" not in shelf.ask("retry")
    assert shelf.ask("retry", wanted=wanted) == ["passes"]
    assert shelf.ask("retry", wanted=NodeFilter(tags=("nowhere",))) == []


def test_removed_memories_starve_nobody(shelf: Shelf) -> None:
    shelf.put("kept", "The retry budget is nine, for all of the services that we run here and elsewhere")
    for number in range(MOST_MATCHES + 50):
        shelf.put(f"n{number}", "retry retry", key=f"retry.n{number}")
        shelf.drop(f"n{number}")
    assert shelf.ask("retry") == ["kept"]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"confidence": 0.9}, {"confidence": 0.4}),
        ({"status": "stable"}, {"status": "ephemeral"}),
        ({"status": "ephemeral"}, {"status": "conflicted"}),
        ({"status": "conflicted"}, {"status": "deprecated"}),
        ({"updated_at": NOW}, {"updated_at": NOW - 900 * DAY}),
        ({"pinned": True}, {}),
        ({"type": "semantic", "updated_at": NOW - 60 * DAY}, {"type": "assumption", "updated_at": NOW - 60 * DAY}),
    ],
)
@pytest.mark.parametrize("swap", [False, True])
def test_equal_texts_are_ordered_by_belief(
    shelf: Shelf, better: dict[str, object], worse: dict[str, object], swap: bool
) -> None:
    sides = {"better": better, "worse": worse}
    for label in sorted(sides, reverse=swap):
        shelf.put(label, "Deploys need two approvals", **sides[label])
    assert shelf.ask("who approves deploys") == ["better", "worse"]


def test_what_was_asked_for_often_comes_first(shelf: Shelf) -> None:
    shelf.put("rarely", "Deploys need two approvals")
    shelf.put("often", "Deploys need two approvals")
    for _ in range(5):
        shelf.nodes.add_access([node_id("often")], NOW)
    assert shelf.ask("approvals") == ["often", "rarely"]
    for _ in range(20):
        shelf.nodes.add_access([node_id("rarely")], NOW)
    assert shelf.ask("approvals") == ["rarely", "often"]


def test_a_better_text_beats_a_stronger_belief(shelf: Shelf) -> None:
    shelf.put("fits", "The webhook signature is checked with HMAC", confidence=0.5, status="ephemeral")
    shelf.put("sure", "The webhook page is blue", confidence=1.0, pinned=True)
    assert shelf.ask("webhook signature") == ["fits", "sure"]


def test_a_key_or_tag_beats_a_mention(shelf: Shelf) -> None:
    shelf.put("mention", "Unlike the pagination of pages, this is about colours")
    shelf.put("key", "Lists are cut at a hundred by cursors", key="api.pagination")
    shelf.put("other", "Unlike the retries of pages, this is about colours too")
    shelf.put("tag", "Eight times, then mail", tags=("retries",))
    assert shelf.ask("pagination") == ["key", "mention"]
    assert shelf.ask("retries") == ["tag", "other"]


def test_equal_scores_are_ordered_by_node_id(shelf: Shelf) -> None:
    labels = [f"n{number}" for number in range(20)]
    for label in labels:
        shelf.put(label, "Deploys need two approvals")
    assert shelf.ask("approvals", limit=30) == sorted(labels, key=node_id)


def test_a_longer_list_begins_with_the_shorter(shelf: Shelf) -> None:
    for number in range(40):
        shelf.put(f"n{number}", f"retry {'budget' if number % 3 else 'limit'} {number}", confidence=number % 7 / 7)
    longest = shelf.ask("retry budget", limit=40)
    assert len(longest) == 40
    assert all(shelf.ask("retry budget", limit=limit) == longest[:limit] for limit in (1, 2, 5, 13))


def test_a_common_word_alone_fills_up_when_too_little_is_found_with_others(shelf: Shelf) -> None:
    """160 mentions of "service" are more than may come in on their own, and "gateway" is in one memory only."""
    for number in range(160):
        shelf.put(f"n{number}", f"service {number}")
    shelf.put("gateway", "The gateway")
    assert shelf.ask("gateway service", limit=3)[0] == "gateway"
    assert len(shelf.ask("gateway service", limit=3)) == 3


def test_a_hit_explains_itself(shelf: Shelf) -> None:
    shelf.put("jwt", "Tokens are signed with RS256", key="auth.jwt.algorithm", tags=("auth",))
    shelf.put("more", "Other tokens are opaque")
    hit = shelf.hits("which algorithm signs tokens")[0]
    assert hit.node == node_id("jwt")
    assert set(hit.matched) == {"algorithm", "signs", "tokens"} and hit.matched[-1] == "tokens"
    assert hit.named == ("algorithm",)
    assert hit.score.text > 1.0


def test_an_answer_that_has_all_that_is_asked_and_is_certain_scores_near_1(shelf: Shelf) -> None:
    shelf.put("all", "Webhook retries", confidence=1.0, updated_at=NOW)
    assert 0.95 < shelf.hits("webhook retries")[0].score.total <= 1.0


def test_abbreviations_and_accents(shelf: Shelf) -> None:
    shelf.put("engine", "We run PostgreSQL")
    shelf.put("resume", "The résumé parser is slow")
    shelf.put("chinese", "部署前运行数据库迁移")
    assert shelf.ask("postgres") == ["engine"]
    assert shelf.ask("resume") == shelf.ask("re\u0301sume\u0301") == ["resume"]
    assert shelf.ask("数据库") == ["chinese"]


def test_letters_that_the_tokenizer_does_not_know_are_no_error(shelf: Shelf) -> None:
    """It cuts words at them, and so makes a phrase of a single term."""
    shelf.put("newer", "The \u19b0\u1cf2 font and a\u19b0b are missing")
    shelf.put("thai", "ที่ทำงาน")
    assert shelf.ask("a\u19b0b") == ["newer"]
    assert shelf.ask("ทำงาน") == ["thai"]


HOSTILE = [
    '"',
    '""',
    "'; DROP TABLE text; --",
    "a AND",
    "NEAR(a b, 5)",
    "^login",
    "login*",
    "{names} : login",
    "names:login",
    "- login",
    "login\x00login",
    "\ud800 login",
    "(" * 5_000 + "login",
    "login " * 50_000,
    " ".join(f"word{number}" for number in range(5_000)) + " login",
    "x" * 100_000 + " login",
]


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_question_is_only_words(shelf: Shelf, question: str) -> None:
    shelf.put("login", "Login tokens expire")
    assert shelf.ask(question) == (["login"] if "login" in question else [])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(), max_size=3), st.text())
def test_any_text_can_be_stored_and_asked(new_shelf: Callable[[], Shelf], contents: list[str], question: str) -> None:
    shelf = new_shelf()
    for number, content in enumerate(contents):
        shelf.put(f"n{number}", content)
    assert len(shelf.ask(question)) <= len(contents)


VOCABULARY = ["retry", "token", "webhook", "cache", "deploy", "login"]
CONTENTS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=4),
        st.lists(st.sampled_from(VOCABULARY), max_size=1),
        st.sampled_from([0.1, 0.5, 1.0]),
        st.sampled_from(["stable", "ephemeral", "deprecated", "conflicted"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONTENTS, st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3, unique=True))
def test_the_best_are_the_best_of_all(
    new_shelf: Callable[[], Shelf], contents: list[tuple[list[str], list[str], float, str]], question: list[str]
) -> None:
    """Stopping early gives the same as ranking every memory that holds any word of the question."""
    shelf = new_shelf()
    for number, (content, tags, confidence, status) in enumerate(contents):
        shelf.put(f"n{number}", " ".join(content), tags=tuple(tags), confidence=confidence, status=status)
    hits = shelf.hits(" ".join(question), limit=len(contents))
    holding = [n for n, (content, tags, _, _) in enumerate(contents) if set(question) & {*content, *tags}]
    assert {hit.node for hit in hits} == {node_id(f"n{number}") for number in holding}
    assert hits == sorted(hits, key=lambda hit: (-hit.score.total, hit.node))
    assert shelf.hits(" ".join(question), limit=2) == hits[:2]
    assert {hit.node for hit in shelf.hits(" ".join(question), workspace=None, limit=99)} == {h.node for h in hits}
