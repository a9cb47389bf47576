"""Revision names: what they spell, and which commit that is."""

import pytest
from commit_samples import DictNames, Graph, commit_id
from hypothesis import given
from hypothesis import strategies as st

from memora.errors import Ambiguous, BadInput, NoCommits, NotFound
from memora.history.revisions import Revision, SessionMoment, parse_revision, resolve
from memora.model.times import DAY, SECOND

NOW = 1_800_000_000_000_000  # 2027-01-15 08:00:00 UTC

GRAPH = Graph("a", "b a", "c b", "x a", "m c x")
NAMES = DictNames(
    {
        "refs/heads/main": "m",
        "refs/heads/side": "x",
        "refs/heads/cafe": "c",
        "refs/heads/both": "b",
        "refs/tags/both": "a",
        "refs/tags/v1": "c",
        "refs/remotes/origin/main": "b",
    },
    head="m",
    moves={
        "refs/heads/main": [
            (NOW - DAY, "c", "m"),
            (NOW - 3 * DAY, "b", "c"),
            (NOW - 5 * DAY, None, "b"),
        ],
        "refs/heads/gone": [(NOW - DAY, "x", None), (NOW - 2 * DAY, None, "x")],
        "refs/heads/pruned": [(NOW - DAY, "b", "c")],
        "HEAD": [(NOW - SECOND, "x", "m"), (NOW - DAY, "c", "x")],
    },
    prefixed={"cafe": ["a"], "beef": ["b"], "dead": ["a", "b"]},
)


def found(text: str) -> str:
    return resolve(parse_revision(text), NAMES, GRAPH, NOW).decode()


@pytest.mark.parametrize(
    ("text", "commit"),
    [
        ("HEAD", "m"),
        ("@", "m"),
        ("main", "m"),
        ("side", "x"),
        ("v1", "c"),
        ("origin/main", "b"),
        ("refs/heads/side", "x"),
        ("HEAD~", "c"),
        ("HEAD~1", "c"),
        ("HEAD~2", "b"),
        ("HEAD~0", "m"),
        ("main^", "c"),
        ("main^1", "c"),
        ("main^2", "x"),
        ("main^0", "m"),
        ("HEAD^2^", "a"),
        ("HEAD~2^1", "a"),
        ("@^^~", "a"),
        ("main@{0}", "m"),
        ("main@{1}", "c"),
        ("main@{2}", "b"),
        ("@{1}", "c"),
        ("@{1}~1", "b"),
        ("HEAD@{1}", "x"),
        ("HEAD@{2}", "c"),
        ("@{2.days.ago}", "c"),
        ("@{2 days ago}", "c"),
        ("main@{4.days.ago}", "b"),
        ("main@{now}", "m"),
        ("main@{2027-01-13}", "c"),
        ("main@{2027-01-14T08:00:00Z}", "m"),
        ("gone@{1}", "x"),
        ("pruned@{5.days.ago}", "b"),
        ("beef", "b"),
        ("BEEF", "b"),
        ("beef~", "a"),
    ],
)
def test_a_name_means_a_commit(text: str, commit: str) -> None:
    assert found(text) == commit


def test_a_branch_goes_before_a_tag_and_both_before_an_id() -> None:
    assert found("both") == "b"
    assert found("refs/tags/both") == "a"
    assert found("cafe") == "c"


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "HEAD~4",
        "main^3",
        "a^",
        "main@{3}",
        "main@{2020-01-01}",
        "gone",
        "gone@{0}",
        "nothing@{1}",
        "refs/heads/nothing",
        "abc",
        "0123456",
        "v1@{1}",
        "f" * 65,
    ],
)
def test_what_is_not_there_is_not_found(text: str) -> None:
    with pytest.raises(NotFound) as caught:
        found(text)
    assert (caught.value.what, caught.value.name) == ("revision", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "^",
        "~2",
        "a..b",
        "main~x",
        "main^{tree}",
        "main@{}",
        "main@{1",
        "@{1}@{2}",
        "a b",
        "a:b",
        "wild*",
        "tab\t",
        "\x1b[31m",
        "\udcff",
        "main~1234567890",
        "session:id",
        "session:@3",
    ],
)
def test_what_is_no_revision_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_revision(text)
    assert caught.value.field == "revision"


def test_a_time_that_is_none_is_bad_input() -> None:
    with pytest.raises(BadInput, match="is not a time"):
        found("main@{next.tuesday}")


def test_a_prefix_of_several_commits_is_ambiguous() -> None:
    with pytest.raises(Ambiguous) as caught:
        found("dead")
    assert caught.value.candidates == (commit_id("a").hex(), commit_id("b").hex())


def test_a_name_that_is_nearly_right_comes_with_the_right_one() -> None:
    with pytest.raises(NotFound) as caught:
        found("mian")
    assert caught.value.similar[0] == "main"


def test_head_before_the_first_commit() -> None:
    with pytest.raises(NoCommits):
        resolve(parse_revision("HEAD~1"), DictNames({}), Graph(), NOW)


def test_on_a_detached_head_its_own_past_is_asked_for() -> None:
    names = DictNames({}, branch=None, head="m", moves=NAMES.moves)
    assert resolve(parse_revision("@{1}"), names, GRAPH, NOW) == commit_id("x")


def test_a_session_is_named_with_its_event() -> None:
    assert parse_revision("session:run-7@12") == SessionMoment("run-7", 12)
    with pytest.raises(NotFound, match="session"):
        found("session:run-7@12")


def test_a_branch_may_hold_an_at_sign() -> None:
    assert parse_revision("user@host~2") == Revision("user@host~2", "user@host", None, (("~", 2),))


@given(st.text(max_size=20))
def test_any_text_parses_or_is_bad_input(text: str) -> None:
    try:
        revision = parse_revision(text)
    except BadInput:
        return
    assert isinstance(revision, SessionMoment) or revision.text == text
