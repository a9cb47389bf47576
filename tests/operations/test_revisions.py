"""Revision names in a real store: references, annotated tags, the log of moves, prefixes."""

from itertools import count
from pathlib import Path

import pytest
from seats import SECOND, Seat

from memora.errors import Ambiguous, NoCommits, NotFound
from memora.history.load import load_commit
from memora.model.commit import Commit, encode_commit
from memora.model.ids import hash_object
from memora.operations.history.branch import delete_branch
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.tag import create_tag
from memora.operations.history.undo import undo
from memora.operations.revisions import resolve_commit, resolve_tree


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """On main with the commits One, Two and Three, two seconds apart."""
    seat = Seat(tmp_path)
    for content in ("One", "Two", "Three"):
        seat.remember(content)
        seat.commit(content)
    return seat


def subject(seat: Seat, revision: str) -> str:
    commit = resolve_commit(seat.repository, revision, seat.now)
    return load_commit(seat.repository.objects, commit).subject


def test_the_head_and_steps_back(seat: Seat) -> None:
    assert [subject(seat, name) for name in ("HEAD", "@", "main", "HEAD~1", "main~2")] == [
        "Three",
        "Three",
        "Three",
        "Two",
        "One",
    ]


def test_the_head_is_what_the_working_tree_started_from(seat: Seat) -> None:
    other = seat.at("other")
    other.remember("Four")
    other.commit("Four")
    assert (subject(seat, "HEAD"), subject(seat, "main")) == ("Three", "Four")
    assert subject(other, "HEAD") == "Four"


def test_plain_and_annotated_tags(seat: Seat) -> None:
    seat.do(create_tag, "light", "HEAD~1")
    seat.do(create_tag, "heavy", "HEAD~2", message="kept")
    assert (subject(seat, "light"), subject(seat, "heavy"), subject(seat, "heavy~0")) == ("Two", "One", "One")


def test_an_id_and_its_first_digits(seat: Seat) -> None:
    full = resolve_commit(seat.repository, "HEAD~1", seat.now).hex()
    assert {subject(seat, full[:digits]) for digits in (8, 12, 64)} == {"Two"}
    assert subject(seat, full.upper()[:12] + "^") == "One"
    with pytest.raises(NotFound):
        subject(seat, full[:-1] + ("0" if full[-1] != "0" else "1"))


def test_a_prefix_of_several_commits_is_ambiguous(seat: Seat) -> None:
    head, tree = seat.head.commit, seat.repository.workspace.tree
    assert head is not None
    by_prefix: dict[str, Commit] = {}
    for number in count():
        commit = Commit(tree, (head,), "ada", seat.now, f"number {number}")
        prefix = hash_object("commit", encode_commit(commit)).hex()[:4]
        if prefix in by_prefix:
            break
        by_prefix[prefix] = commit
    with seat.repository.transaction("commit", author="ada", now=seat.now) as transaction:
        made = sorted(transaction.write_commit(twin) for twin in (by_prefix[prefix], commit))
    with pytest.raises(Ambiguous) as caught:
        subject(seat, prefix)
    assert caught.value.candidates == tuple(twin.hex()[:12] for twin in made)


def test_an_id_of_something_else_is_no_commit(seat: Seat) -> None:
    with pytest.raises(NotFound):
        subject(seat, seat.repository.workspace.tree.hex())


def test_where_a_branch_stood(seat: Seat) -> None:
    assert [subject(seat, f"main@{{{number}}}") for number in range(3)] == ["Three", "Two", "One"]
    assert subject(seat, "@{1}") == "Two"
    assert subject(seat, "main@{1.second.ago}") == "Two"
    assert subject(seat, "main@{3.seconds.ago}") == "One"
    assert subject(seat, "main@{2027-01-15T08:00:04}") == "Two"
    with pytest.raises(NotFound):
        subject(seat, "main@{1.hour.ago}")


def test_an_undo_moves_a_branch_too(seat: Seat) -> None:
    seat.do(undo)
    assert (subject(seat, "main"), subject(seat, "main@{1}")) == ("Two", "Three")


def test_where_the_head_stood(seat: Seat) -> None:
    seat.do(switch_to_new, "side", "HEAD~2")
    assert subject(seat, "HEAD") == "One"
    assert subject(seat, "HEAD@{1}") == "Three"
    assert subject(seat, "HEAD@{1.second.ago}") == "Three"


def test_a_deleted_branch_is_found_by_its_past(seat: Seat) -> None:
    seat.do(switch_to_new, "side", None)
    seat.remember("Side")
    seat.commit("Side")
    seat.do(switch, "main")
    seat.do(delete_branch, "side", force=True)
    with pytest.raises(NotFound):
        subject(seat, "side")
    assert subject(seat, "side@{1}") == "Side"


def test_a_misspelt_branch_is_guessed(seat: Seat) -> None:
    seat.do(switch_to_new, "feature/auth", None)
    with pytest.raises(NotFound) as caught:
        subject(seat, "feature/aut")
    assert caught.value.similar[0] == "feature/auth"


def test_trees_by_revision_or_id(seat: Seat) -> None:
    tree = seat.repository.workspace.tree
    seat.now += SECOND
    for name in ("HEAD", tree.hex(), tree.hex()[:10]):
        assert resolve_tree(seat.repository, name, seat.now) == tree
    for name in ("nothing", "0" * 64, "abc"):
        with pytest.raises(NotFound):
            resolve_tree(seat.repository, name, seat.now)


def test_before_the_first_commit(tmp_path: Path) -> None:
    with pytest.raises(NoCommits):
        subject(Seat(tmp_path), "HEAD")
