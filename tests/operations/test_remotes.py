"""Naming remotes, and what is known of them without asking."""

from __future__ import annotations

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import AlreadyExists, BadInput, BadName, LooksAlike, NotFound
from memora.errors.history import MovedSince
from memora.model.ids import CommitId
from memora.operations.history.op import op_log
from memora.operations.history.undo import redo, undo
from memora.operations.history.upstream import set_upstream
from memora.operations.revisions import resolve_commit
from memora.operations.share.remotes import (
    add_remote,
    list_remotes,
    remove_remote,
    rename_remote,
    set_remote_address,
    show_remote,
)
from memora.remotes.address import Address
from memora.storage.remotes import Upstream


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    for number in ("one", "two", "three"):
        seat.remember(number)
        seat.commit(number)
    return seat


def add(seat: Seat, name: str = "origin", address: str = "/srv/memory", **options: object) -> None:
    add_remote(seat.repository, name, address, directory="/srv/ada", **options)  # type: ignore[arg-type]


def see(seat: Seat, **branches: CommitId | None) -> None:
    """Let ``REMOTE__BRANCH`` have been seen at a commit, as a fetch does it; None takes it away."""
    with seat.repository.transaction("fetch", author="ada", now=seat.now) as transaction:
        for name, commit in branches.items():
            ref = f"refs/remotes/{name.replace('__', '/')}"
            transaction.move_ref(ref, seat.repository.refs.find(ref), commit)


def tracked(seat: Seat) -> dict[str, bytes]:
    return dict(seat.repository.refs.list("refs/remotes/"))


def test_a_relative_path_is_kept_whole_and_all_else_as_it_is(seat: Seat) -> None:
    add(seat, "a", "../memory")
    add(seat, "b", "git+https://example.org/team/code.git")
    add(seat, "c", "file:///srv/my%20memory", shared=True)
    found = [(remote.name, remote.address, remote.shared) for remote in list_remotes(seat.repository)]
    assert found == [
        ("a", "/srv/memory", False),
        ("b", "git+https://example.org/team/code.git", False),
        ("c", "/srv/my memory", True),
    ]


@pytest.mark.parametrize("name", ["", "a/b", "-x", "a..b", "con", "HEAD", "a b", "a.lock", ".a", "refs/x"])
def test_a_name_that_is_none(seat: Seat, name: str) -> None:
    with pytest.raises(BadName):
        add(seat, name)
    assert list_remotes(seat.repository) == []


def test_a_name_that_is_taken(seat: Seat) -> None:
    add(seat)
    add(seat, "team")
    for name, error in (("origin", AlreadyExists), ("Origin", LooksAlike)):
        with pytest.raises(error):
            add(seat, name)
        with pytest.raises(error):
            seat.do(rename_remote, "team", name)
    assert [remote.name for remote in list_remotes(seat.repository)] == ["origin", "team"]
    assert seat.do(rename_remote, "team", "TEAM").name == "TEAM"


def test_what_is_not_there_is_named_with_what_is_like_it(seat: Seat) -> None:
    add(seat)
    for call in (
        lambda: show_remote(seat.repository, "orign"),
        lambda: set_remote_address(seat.repository, "orign", "/x", directory="/"),
        lambda: seat.do(rename_remote, "orign", "new"),
        lambda: seat.do(remove_remote, "orign"),
    ):
        with pytest.raises(NotFound) as caught:
            call()
        assert caught.value.similar == ("origin",)


def test_an_address_that_is_none_changes_nothing(seat: Seat) -> None:
    with pytest.raises(BadInput):
        add(seat, address="https://example.org")
    add(seat)
    with pytest.raises(BadInput):
        set_remote_address(seat.repository, "origin", "--upload-pack=x", directory="/")
    assert list_remotes(seat.repository)[0].address == "/srv/memory"


def test_a_place_that_a_probe_refuses_is_not_named(seat: Seat) -> None:
    asked = []

    def probe(address: Address) -> None:
        asked.append(address)
        raise BadInput("address", "is not to my taste")

    with pytest.raises(BadInput):
        add(seat, probe=probe)
    assert asked == [Address("folder", "/srv/memory")]
    assert list_remotes(seat.repository) == []


def test_another_address_forgets_what_was_seen(seat: Seat) -> None:
    add(seat)
    remotes = seat.repository.refs.remotes
    head = seat.head.commit
    assert head is not None
    with seat.repository.exclusive():
        remotes.see(remotes.get("origin")._replace(identity="x", generation=7), {"refs/heads/main": head})
    assert show_remote(seat.repository, "origin").tips == {"refs/heads/main": head}
    changed = set_remote_address(seat.repository, "origin", "elsewhere", directory="/srv")
    assert (changed.address, changed.identity, changed.generation) == ("/srv/elsewhere", None, 0)
    assert show_remote(seat.repository, "origin").tips == {}


def test_show_tells_which_branches_follow_and_how_far_they_are(seat: Seat) -> None:
    add(seat)
    see(seat, origin__main=resolve_commit(seat.repository, "HEAD~2", seat.now))
    set_upstream(seat.repository, "origin/main")
    (follower,) = show_remote(seat.repository, "origin").followers
    assert (follower.branch, follower.tracked.name, follower.tracked.distance) == ("main", "origin/main", (2, 0))
    see(seat, origin__main=None)
    (follower,) = show_remote(seat.repository, "origin").followers
    assert follower.tracked.distance is None


def test_a_rename_takes_branches_and_followers_along_and_a_removal_drops_them(seat: Seat) -> None:
    head = seat.head.commit
    assert head is not None
    add(seat)
    see(seat, origin__main=head, **{"origin__feature/x": head})
    set_upstream(seat.repository, "origin/feature/x", "main")
    row = seat.repository.objects.row_of(head)
    with seat.repository.exclusive():
        seat.repository.refs.remotes.mark_arrivals([row], "origin")
    seat.do(rename_remote, "origin", "Origin")
    assert set(tracked(seat)) == {"Origin/main", "Origin/feature/x"}
    assert seat.repository.refs.remotes.upstream("main") == Upstream("Origin", "feature/x")
    assert seat.repository.refs.remotes.arrival_of(head) == "Origin"
    seat.do(remove_remote, "Origin")
    assert tracked(seat) == {}
    assert seat.repository.refs.remotes.upstream("main") is None
    assert seat.repository.refs.remotes.arrival_of(head) == "Origin", "provenance outlives the remote"
    seat.sound()


def test_undo_passes_over_a_rename_and_a_removal(seat: Seat) -> None:
    head = seat.head.commit
    assert head is not None
    seat.remember("four")
    before = seat.state
    add(seat)
    see(seat, origin__main=head)
    see(seat, other__main=head)
    seat.do(undo)
    assert set(tracked(seat)) == {"origin/main"}
    seat.do(rename_remote, "origin", "team")
    assert seat.do(redo).target.command == "fetch", "what was undone can still be done again"
    seat.do(undo)
    with pytest.raises(MovedSince, match="remote rename"):
        seat.do(undo)
    assert set(tracked(seat)) == {"team/main"}
    assert seat.state == before
    newest = next(iter(op_log(seat.repository)))
    assert newest.operation.command == "undo"
    seat.sound()


def test_undo_after_a_remote_was_removed_takes_back_what_came_before(seat: Seat) -> None:
    before = seat.memories
    add(seat)
    see(seat, origin__main=seat.head.commit)
    seat.remember("four")
    seat.do(remove_remote, "origin")
    seat.do(undo)
    assert seat.memories == before
    assert tracked(seat) == {}


def test_where_an_object_came_from_first_is_kept(seat: Seat) -> None:
    head = seat.head.commit
    assert head is not None
    remotes, row = seat.repository.refs.remotes, seat.repository.objects.row_of(head)
    assert remotes.arrival_of(head) is None
    with seat.repository.exclusive():
        remotes.mark_arrivals([row], "origin")
        remotes.mark_arrivals([row], "other")
    assert remotes.arrival_of(head) == "origin"
    assert (remotes.arrived_rows("origin"), remotes.arrived_rows("other")) == ({row}, set())
