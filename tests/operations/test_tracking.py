"""Branches of remotes as revisions, and branches here that follow them."""

from __future__ import annotations

from pathlib import Path

import pytest
from seats import Seat
from stores import problems

from memora.errors import BadUsage, NotFound, Uncommitted
from memora.errors.history import BranchExpected
from memora.history.graph import Distance
from memora.model.ids import CommitId
from memora.operations.care.prune import prune
from memora.operations.history.branch import (
    create_branch,
    delete_branch,
    describe_branches,
    list_branches,
    rename_branch,
)
from memora.operations.history.follow import follow_checkout
from memora.operations.history.merge import merge
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.undo import redo, undo
from memora.operations.history.upstream import set_upstream, unset_upstream
from memora.operations.revisions import resolve_commit
from memora.operations.share.remotes import add_remote
from memora.operations.start.status import status
from memora.storage.remotes import Upstream

FAR = 90 * 86_400_000_000


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """A store whose ``main`` has four commits, the newest of its own; ``origin`` has two others on top of the third."""
    seat = Seat(tmp_path)
    for number in ("one", "two", "three"):
        seat.remember(number)
        seat.commit(number)
    add_remote(seat.repository, "origin", "/srv/memory", directory="/")
    add_remote(seat.repository, "other", "/srv/other", directory="/")
    seat.do(switch_to_new, "elsewhere", None)
    for number in ("four", "five"):
        seat.remember(number)
        seat.commit(number)
    theirs = seat.head.commit
    seat.do(switch, "main")
    seat.do(delete_branch, "elsewhere", force=True)
    seat.remember("six")
    seat.commit("six")
    see(seat, "origin/main", theirs)
    return seat


def see(seat: Seat, name: str, commit: CommitId | None) -> None:
    """Let a remote's branch have been seen at a commit, as a fetch does it."""
    with seat.repository.transaction("fetch", author="ada", now=seat.now) as transaction:
        ref = f"refs/remotes/{name}"
        transaction.move_ref(ref, seat.repository.refs.find(ref), commit)


def commit_at(seat: Seat, revision: str) -> CommitId:
    return resolve_commit(seat.repository, revision, seat.now)


def upstream(seat: Seat, branch: str) -> Upstream | None:
    return seat.repository.refs.remotes.upstream(branch)


def test_a_branch_of_a_remote_is_a_revision(seat: Seat) -> None:
    tip = commit_at(seat, "origin/main")
    assert commit_at(seat, "origin/main~2") == commit_at(seat, "main~1")
    assert commit_at(seat, "origin/main^") == commit_at(seat, "origin/main~1")
    assert commit_at(seat, "remotes/origin/main") == commit_at(seat, "refs/remotes/origin/main") == tip
    see(seat, "origin/main", commit_at(seat, "main"))
    assert commit_at(seat, "origin/main@{1}") == tip
    for nowhere in ("origin", "origin/nothing", "remotes/main", "heads/origin/main"):
        with pytest.raises(NotFound):
            commit_at(seat, nowhere)


def test_a_branch_here_comes_before_one_of_a_remote(seat: Seat) -> None:
    tip = commit_at(seat, "origin/main")
    seat.do(create_branch, "origin/main", "main~2")
    assert commit_at(seat, "origin/main") == commit_at(seat, "heads/origin/main") == commit_at(seat, "main~2")
    assert commit_at(seat, "remotes/origin/main") == tip
    assert upstream(seat, "origin/main") is None
    with seat.repository.snapshot():
        names = [(branch.name, branch.remote) for branch in list_branches(seat.repository, remotes=True)]
    assert names == [("main", None), ("origin/main", None), ("origin/main", "origin")]


def test_a_branch_that_begins_at_a_remotes_follows_it(seat: Seat) -> None:
    made = seat.do(create_branch, "theirs", "origin/main")
    assert made.tracked == ("origin", "main", Distance(0, 0))
    switched = seat.do(switch_to_new, "theirs.too", "remotes/origin/main")
    assert switched.tracked == ("origin", "main", Distance(0, 0))
    for name, start in (("a", "origin/main~1"), ("b", "main"), ("c", "origin/main@{0}"), ("d", None)):
        assert seat.do(create_branch, name, start).tracked is None
        assert upstream(seat, name) is None


def test_a_branch_that_one_remote_has_is_made_by_going_there(seat: Seat) -> None:
    see(seat, "origin/feature/x", commit_at(seat, "main~1"))
    switched = seat.do(switch, "feature/x")
    assert (switched.outcome, switched.head) == ("created", ("feature/x", commit_at(seat, "main~1")))
    assert upstream(seat, "feature/x") == Upstream("origin", "feature/x")
    assert seat.memories == {"one", "two", "three"}
    seat.do(undo)
    assert seat.head.branch == "main"
    assert "feature/x" not in seat.branches
    seat.do(redo)
    assert seat.head.branch == "feature/x"
    assert upstream(seat, "feature/x") == Upstream("origin", "feature/x")


def test_a_name_that_two_remotes_have_or_that_means_something_else_is_not_guessed(seat: Seat) -> None:
    from memora.operations.history.tag import create_tag

    for name in ("origin/both", "other/both", "origin/v1", "gone/x"):
        see(seat, name, commit_at(seat, "main"))
    seat.do(create_tag, "v1")
    with pytest.raises(NotFound) as caught:
        seat.do(switch, "both")
    assert caught.value.similar == ("origin/both", "other/both")
    for name, error in (("v1", BranchExpected), ("origin/both", BranchExpected), ("x", NotFound)):
        with pytest.raises(error):
            seat.do(switch, name)
    assert set(seat.branches) == {"main"}


def test_what_is_not_committed_stays_where_a_branch_would_be_made(seat: Seat) -> None:
    see(seat, "origin/feature", commit_at(seat, "main~1"))
    seat.remember("seven")
    with pytest.raises(Uncommitted):
        seat.do(switch, "feature")
    assert set(seat.branches) == {"main"}
    assert upstream(seat, "feature") is None
    assert seat.do(switch, "feature", carry=True).carried == 1


def test_following_and_leaving(seat: Seat) -> None:
    followed = set_upstream(seat.repository, "origin/main")
    assert (followed.name, followed.current, followed.tracked) == ("main", True, ("origin", "main", Distance(1, 2)))
    seat.do(create_branch, "topic", "main~2")
    assert set_upstream(seat.repository, "origin/main", "topic").tracked == ("origin", "main", Distance(0, 3))
    assert unset_upstream(seat.repository).tracked is None
    assert upstream(seat, "main") is None
    assert upstream(seat, "topic") == Upstream("origin", "main")
    with pytest.raises(NotFound, match="upstream"):
        unset_upstream(seat.repository, "main")


@pytest.mark.parametrize(
    ("followed", "branch", "what", "similar"),
    [
        ("orign/main", None, "remote", ("origin",)),
        ("origin", None, "remote branch", ()),
        ("origin/mian", None, "remote branch", ("origin/main",)),
        ("origin/main", "nowhere", "branch", ()),
        ("origin/main", "-x", "branch", ()),
        ("", None, "remote", ()),
    ],
)
def test_what_cannot_be_followed(
    seat: Seat, followed: str, branch: str | None, what: str, similar: tuple[str, ...]
) -> None:
    with pytest.raises(NotFound) as caught:
        set_upstream(seat.repository, followed, branch)
    assert caught.value.what == what
    assert caught.value.similar[: len(similar)] == similar
    assert upstream(seat, "main") is None


def test_no_branch_can_follow_nothing_by_itself(seat: Seat) -> None:
    from memora.operations.history.switch import switch_to_commit

    seat.do(switch_to_commit, "HEAD")
    for call in (lambda: set_upstream(seat.repository, "origin/main"), lambda: unset_upstream(seat.repository)):
        with pytest.raises(BadUsage):
            call()


def test_a_branch_without_a_commit_can_follow(tmp_path: Path) -> None:
    seat = Seat(tmp_path)
    add_remote(seat.repository, "origin", "/srv/memory", directory="/")
    with seat.repository.exclusive():
        seat.repository.refs.remotes.set_upstream("main", Upstream("origin", "main"))
    assert status(seat.repository, now=seat.now).upstream == ("origin", "main", None)
    seat.remember("one")
    seat.commit("one")
    assert upstream(seat, "main") == Upstream("origin", "main")


def test_a_new_name_keeps_what_a_branch_follows_and_undo_brings_it_back(seat: Seat) -> None:
    set_upstream(seat.repository, "origin/main")
    seat.do(rename_branch, None, "trunk")
    assert upstream(seat, "trunk") == Upstream("origin", "main")
    seat.do(undo)
    assert upstream(seat, "main") == Upstream("origin", "main")
    seat.do(redo)
    seat.do(create_branch, "main", None)
    assert upstream(seat, "main") is None, "a new branch is not the old one of its name"
    assert upstream(seat, "trunk") == Upstream("origin", "main")


def test_a_deleted_branch_follows_nothing_until_undo_brings_it_back(seat: Seat) -> None:
    from memora.operations.share.remotes import show_remote

    seat.do(create_branch, "topic", "origin/main")
    seat.do(delete_branch, "topic", force=True)
    assert show_remote(seat.repository, "origin").followers == ()
    seat.do(undo)
    assert upstream(seat, "topic") == Upstream("origin", "main")
    seat.do(delete_branch, "topic", force=True)
    seat.do(create_branch, "topic", "main")
    assert upstream(seat, "topic") is None


def test_branches_in_detail_say_what_they_follow(seat: Seat) -> None:
    set_upstream(seat.repository, "origin/main")
    seat.do(create_branch, "topic", None)
    (main, topic) = describe_branches(seat.repository)
    assert main.branch.tracked == ("origin", "main", Distance(1, 2))
    assert topic.branch.tracked is None
    (theirs,) = describe_branches(seat.repository, here=False, remotes=True)
    assert (theirs.branch.name, theirs.branch.remote, theirs.subject) == ("origin/main", "origin", "five")
    assert theirs.distance == Distance(2, 1)


def test_status_counts_from_the_tip_of_the_branch(seat: Seat) -> None:
    assert status(seat.repository, now=seat.now).upstream is None
    set_upstream(seat.repository, "origin/main")
    assert status(seat.repository, now=seat.now).upstream == ("origin", "main", Distance(1, 2))
    other = seat.at("other")
    other.remember("seven")
    other.commit("seven")
    assert status(seat.repository, now=seat.now).upstream == ("origin", "main", Distance(2, 2))
    seat.do(switch, "main")
    seat.do(merge, "origin/main")
    assert status(seat.repository, now=seat.now).upstream == ("origin", "main", Distance(3, 0))
    see(seat, "origin/main", None)
    assert status(seat.repository, now=seat.now).upstream == ("origin", "main", None)


def test_memory_that_follows_git_begins_where_the_remote_is(seat: Seat) -> None:
    see(seat, "origin/feature", commit_at(seat, "main~1"))
    for name in ("origin/both", "other/both"):
        see(seat, name, commit_at(seat, "main~1"))
    followed = follow_checkout(seat.repository, "feature", author="ada", now=seat.now + 1)
    assert followed.problem is None
    assert seat.head == ("feature", commit_at(seat, "main~1"))
    assert upstream(seat, "feature") == Upstream("origin", "feature")
    for name in ("both", "new"):
        follow_checkout(seat.repository, name, author="ada", now=seat.now + 2)
        assert seat.head == (name, commit_at(seat, "main~1"))
        assert upstream(seat, name) is None


def test_prune_keeps_what_remotes_have_and_fsck_knows_it(seat: Seat) -> None:
    tip = commit_at(seat, "origin/main")
    prune(seat.repository, now=seat.now + FAR, older_than=1)
    assert commit_at(seat, "origin/main") == tip
    seat.sound()
    see(seat, "origin/main", None)
    prune(seat.repository, now=seat.now + 2 * FAR, older_than=1)
    assert not seat.repository.objects.has(tip)


def test_fsck_finds_a_remotes_branch_that_names_no_commit(seat: Seat) -> None:
    with seat.repository.transaction("fetch", author="ada", now=seat.now) as transaction:
        transaction.move_ref("refs/remotes/origin/bad", None, seat.repository.workspace.tree)
    assert [problem.rule for problem in problems(seat.repository)] == ["wrong-kind"]
