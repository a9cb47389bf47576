"""What is erased in one store is erased at its remote, and in the stores that share it: nobody brings it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from git_hosts import ENVIRONMENT, bare_repository
from members import SECRET, Member, everything, holds, join, newest, share_a_secret, unpacked_manifests
from stores import NOON

from memora.errors.remotes import Purged, PurgedThere
from memora.operations.care.purge import Erased, NothingToPurge, purge
from memora.operations.history.branch import create_branch
from memora.operations.history.tag import create_tag
from memora.operations.remotes import places
from memora.operations.remotes.clone import clone
from memora.operations.remotes.erasing import Carried, carry_purges
from memora.operations.remotes.following import purge_from
from memora.operations.remotes.pull import sync
from memora.operations.remotes.push import Wish, push
from memora.remotes.folder import FolderFiles
from memora.remotes.git import GitFiles
from memora.remotes.packed import PackRemote
from memora.remotes.purge_list import read_purge_lists


@pytest.fixture
def ada(tmp_path: Path, remote: Path) -> Member:
    member = share_a_secret(tmp_path / "ada", remote)
    member.remember("Deploys run from main")
    member.commit("more of it")
    member.push()
    return member


def test_the_remote_says_nothing_of_it_any_more(ada: Member, remote: Path, tmp_path: Path) -> None:
    assert holds(remote)
    before = newest(remote).manifest
    carried = ada.erase("db.password")
    assert carried.problem is None
    assert [move.name for move in carried.moves] == ["refs/heads/main"]
    assert not holds(remote)
    after = newest(remote).manifest
    assert after.epoch == before.epoch + 1
    assert len(after.purges) == 1
    assert {pack.name for pack in before.packs} <= after.tombstones.keys()
    assert after.refs["refs/heads/main"] == ada.tip() == ada.tip("refs/remotes/origin/main")
    new = join(tmp_path, remote, "new")
    assert new.says() == {"Auth uses JWT RS256", "Deploys run from main"}
    new.sound()
    ada.sound()
    assert not ada.push().moves
    assert not ada.fetch().changes


def test_the_list_names_what_is_refused_and_what_stands_for_commits(ada: Member, remote: Path) -> None:
    old = ada.tip()
    ada.erase("db.password")
    listed = read_purge_lists(FolderFiles(str(remote)), newest(remote).manifest.purges)
    assert listed.commits[old] == ada.tip()
    assert listed.ids == {id for id, _ in ada.repository.refs.purges.list()}


def test_a_stale_store_hears_of_it_and_cannot_bring_it_back(ada: Member, remote: Path, tmp_path: Path) -> None:
    stale = join(tmp_path, remote, "stale")
    stale.remember("Tests run on two cores")
    stale.commit("of its own")
    ada.erase("db.password")
    with pytest.raises(PurgedThere):
        stale.push()
    fetched = stale.fetch()
    assert fetched.still_here is not None
    assert fetched.still_here.memories == 1
    with pytest.raises(PurgedThere):
        stale.pull()
    with pytest.raises(PurgedThere):
        stale.push(force_with_lease=True)
    assert not holds(remote)

    assert isinstance(stale.follow(), Erased)
    assert stale.says() == {"Auth uses JWT RS256", "Deploys run from main", "Tests run on two cores"}
    stale.sound()
    assert stale.fetch().still_here is None
    stale.pull()
    stale.push()
    ada.pull()
    assert ada.says() == stale.says()
    assert ada.tip() == stale.tip()
    assert isinstance(stale.follow(), NothingToPurge)


def test_without_commits_of_its_own_a_stale_store_gets_the_same_history(
    ada: Member, remote: Path, tmp_path: Path
) -> None:
    stale = join(tmp_path, remote, "stale")
    ada.erase(match=SECRET)
    stale.follow()
    assert stale.tip() == ada.tip()
    stale.sound()


def test_what_is_left_of_a_version_is_taken_over(ada: Member, remote: Path, tmp_path: Path) -> None:
    ada.remember("Builds are cached", evidence=[f"said beside {SECRET}"])
    ada.commit(f"and {SECRET} in words")
    ada.do(create_tag, "v1", message=f"with {SECRET}")
    ada.push()
    ada.push(tags=True)
    stale = join(tmp_path, remote, "stale")
    assert holds(remote, f"with {SECRET}")
    ada.erase(match=SECRET)
    assert not holds(remote)
    stale.follow()
    assert "Builds are cached" in stale.says()
    assert stale.tip() == ada.tip()
    assert stale.tip("refs/tags/v1") == ada.tip("refs/tags/v1") == newest(remote).manifest.refs["refs/tags/v1"]
    stale.sound()


def test_names_that_hold_the_text_go_with_it(ada: Member, remote: Path) -> None:
    ada.do(create_branch, f"try-{SECRET}", start="HEAD")
    ada.push(branches=(f"try-{SECRET}",))
    assert f"refs/heads/try-{SECRET}" in newest(remote).manifest.refs
    assert ada.erase(match=SECRET).renamed == ("refs/heads/try-purged",)
    assert newest(remote).manifest.refs.keys() == {"refs/heads/main", "refs/heads/try-purged"}
    assert not any(SECRET.encode() in body for body in unpacked_manifests(remote))
    ada.remember("Life goes on")
    ada.commit("later")
    assert ada.push().moves


def test_what_others_pushed_meanwhile_is_written_anew_and_stays(ada: Member, remote: Path, tmp_path: Path) -> None:
    other = join(tmp_path, remote, "other")
    other.remember("Linting comes first")
    other.commit("unknown to ada")
    other.push()
    other.do(create_branch, "side", start="HEAD")
    other.push(branches=("side",))
    carried = ada.erase("db.password")
    assert carried.problem is None
    assert not holds(remote)
    new = join(tmp_path, remote, "new")
    assert new.says() == {"Auth uses JWT RS256", "Deploys run from main", "Linting comes first"}
    new.sound()
    ada.sound()
    ada.pull()
    assert ada.says() == new.says()
    other.follow()
    assert other.tip() == new.tip()
    other.pull()
    other.remember("After the purge")
    other.commit("on the new history")
    other.push()


def test_the_first_branch_is_still_the_first_under_another_name(tmp_path: Path, remote: Path) -> None:
    member = Member(tmp_path / "ada")
    with member.repository.exclusive():
        member.repository.refs.remotes.add("origin", str(remote))
    member.remember("Auth uses JWT RS256")
    member.commit("what we know")
    member.do(create_branch, f"try-{SECRET}", start="HEAD")
    member.push(branches=(f"try-{SECRET}",))
    member.erase(match=SECRET)
    assert newest(remote).manifest.head == "try-purged"
    assert join(tmp_path, remote, "new").says() == {"Auth uses JWT RS256"}


def test_an_erased_memory_that_others_said_anew_goes_with_it(ada: Member, remote: Path, tmp_path: Path) -> None:
    other = join(tmp_path, remote, "other")
    other.revise("db.password", "The password is another one now")
    other.commit("unknown to ada")
    other.push()
    ada.erase("db.password")
    assert not holds(remote, "another one now")
    assert join(tmp_path, remote, "new").says() == {"Auth uses JWT RS256", "Deploys run from main"}


def test_tags_of_others_that_quote_it_stay_without_it(ada: Member, remote: Path, tmp_path: Path) -> None:
    other = join(tmp_path, remote, "other")
    other.do(create_tag, "v2", message=f"quotes {SECRET}")
    other.push(tags=True)
    ada.erase(match=SECRET)
    assert not holds(remote)
    new = join(tmp_path, remote, "new")
    assert new.tip("refs/tags/v2") is not None
    ada.fetch()
    assert ada.tip("refs/tags/v2") == new.tip("refs/tags/v2")


def test_messages_of_others_that_quote_it_go_where_nothing_else_of_their_commits_does(
    remote: Path, tmp_path: Path
) -> None:
    ada = Member(tmp_path / "ada")
    with ada.repository.exclusive():
        ada.repository.refs.remotes.add("origin", str(remote))
    ada.remember("Auth uses JWT RS256")
    ada.commit("what we know")
    ada.push()
    other = join(tmp_path, remote, "other")
    other.remember("Linting comes first")
    other.commit(f"as {SECRET} wished")
    other.push()
    assert isinstance(ada.do(purge, match=SECRET), NothingToPurge)
    assert ada.carry(match=SECRET).changed
    assert not holds(remote)
    other.follow()
    other.pull()
    other.push()
    assert not holds(remote)
    assert other.tip() == newest(remote).manifest.refs["refs/heads/main"]


@pytest.mark.parametrize("others", [(), ("Try-Purged",)])
def test_names_go_later_too_when_nobody_knows_the_text_any_more(
    ada: Member, remote: Path, tmp_path: Path, others: tuple[str, ...]
) -> None:
    for name in (f"try-{SECRET}", f"{SECRET}-2", "trying-something-else"):
        ada.do(create_branch, name, start="HEAD")
        ada.push(branches=(name,))
    ada.do(create_tag, f"v-{SECRET}", message="it is done")
    ada.push(tags=True)
    assert isinstance(ada.do(purge, match=SECRET), Erased)
    stranger = join(tmp_path, remote, "stranger")
    for name in others:
        stranger.do(create_branch, name, start="HEAD")
        stranger.push(branches=(name,))
    carried = ada.carry()
    assert carried.problem is None
    refs = {ref.split("/", 2)[2] for ref in newest(remote).manifest.refs}
    stays = {"main", "v-purged", "trying-something-else"}
    if others:  # that name is taken, so this one stays until somebody says the text again
        assert refs == {*stays, f"try-{SECRET}", f"{SECRET}-2", "Try-Purged"}
    else:
        assert refs == {*stays, "try-purged", f"{SECRET}-2"}  # of the last nothing is left that would tell
    assert ada.carry(match=SECRET).renamed
    assert not holds(remote)
    assert not any(SECRET.encode() in body for body in unpacked_manifests(remote))
    ada.fetch()
    ada.sound()


def test_two_purges_lead_a_stale_store_to_the_newest_history(ada: Member, remote: Path, tmp_path: Path) -> None:
    stale, once = join(tmp_path, remote, "stale"), join(tmp_path, remote, "once")
    ada.erase("db.password")
    once.follow()
    ada.erase("auth.jwt")
    assert len(newest(remote).manifest.purges) == 2
    assert not holds(remote, "JWT RS256")
    for member in (stale, once):
        member.follow()
        assert member.says() == {"Deploys run from main"}
        assert member.tip() == ada.tip()
        member.sound()


def test_a_remote_that_was_not_reached_is_named_and_purged_later(ada: Member, remote: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    remote.rename(away)
    (tmp_path / "shared").write_text("in the way")
    assert ada.erase("db.password").problem is not None
    remote.unlink()
    away.rename(remote)
    with pytest.raises(Purged):
        join_and_push(ada, remote, tmp_path)
    assert ada.carry().problem is None
    assert not holds(remote)
    ada.fetch()


def join_and_push(ada: Member, remote: Path, tmp_path: Path) -> None:
    """Somebody who has not heard of it pushes on top of it, and ada fetches that."""
    other = join(tmp_path, remote, "other")
    other.remember("In between")
    other.commit("on the old history")
    other.push()
    ada.fetch()


class Killed(BaseException):
    """The end of a process."""


class Dying(FolderFiles):
    """A folder whose user is killed when a file of some kind is to be written, or one is to be removed."""

    def __init__(self, folder: str, step: str) -> None:
        super().__init__(folder)
        self.step = step

    def create(self, name: str, body: bytes) -> bool:
        if name.startswith(self.step):
            raise Killed
        return super().create(name, body)

    def upload(self, name: str, chunks: Any) -> int:
        if name.startswith(self.step):
            raise Killed
        return super().upload(name, chunks)

    def remove(self, *names: str) -> None:
        if self.step == "remove":
            raise Killed
        super().remove(*names)


@pytest.mark.parametrize("step", ["packs/", "purges/", "manifests/", "remove"])
def test_killed_anywhere_nothing_is_lost_and_it_goes_on(
    ada: Member, remote: Path, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(ada.do(purge, ["db.password"]), Erased)
    with monkeypatch.context() as patch:
        patch.setattr(places, "open_files", lambda *_, **__: Dying(str(remote), step))
        with pytest.raises(Killed):
            ada.carry()
    if step != "remove":
        assert newest(remote).manifest.epoch == 0
        assert join(tmp_path, remote, "before").says() >= {"Deploys run from main"}
    assert ada.carry().problem is None
    assert not holds(remote)
    assert join(tmp_path, remote, "after").says() == {"Auth uses JWT RS256", "Deploys run from main"}
    ada.sound()
    ada.remember("Life goes on")
    ada.commit("later")
    assert ada.push().moves


def test_packs_that_nobody_names_are_searched_too(ada: Member, remote: Path) -> None:
    [first, *_] = newest(remote).manifest.packs
    body = (remote / "packs" / f"{first.name}.pack").read_bytes()
    (remote / "packs" / f"{'a' * 20}.pack").write_bytes(body)
    ada.erase("db.password")
    assert not holds(remote)


def test_a_push_on_the_old_history_at_that_moment_is_refused(ada: Member, remote: Path, tmp_path: Path) -> None:
    """It looked before the purge, and comes to name its pack after it."""
    stale = join(tmp_path, remote, "stale")
    stale.remember("Too late")
    stale.commit("on the old history")
    place = PackRemote(FolderFiles(str(remote)), "there", "")
    standing = place.look()
    ada.erase("db.password")
    assert place.publish(standing, [], iter(()), lambda *_: None) is None
    with pytest.raises(PurgedThere):
        stale.do(sync, "origin")
    assert not holds(remote)


def test_the_store_of_another_project_erases_for_itself(ada: Member, tmp_path: Path) -> None:
    other = Member(tmp_path / "other")
    with ada.repository.exclusive():
        ada.repository.refs.remotes.add("theirs", str(other.directory))
    ada.do(push, "theirs", Wish(branches=("main",)))
    ada.do(purge, ["db.password"])
    [carried] = ada.do(carry_purges, ["theirs"])
    assert carried.is_store
    assert carried.problem


def test_what_the_store_of_another_project_erased_is_followed(ada: Member, tmp_path: Path) -> None:
    other = Member(tmp_path / "other")
    with ada.repository.exclusive():
        ada.repository.refs.remotes.add("theirs", str(other.directory))
    ada.do(push, "theirs", Wish(branches=("main",)))
    other.do(purge, ["db.password"])
    ada.remember("On the old history")
    ada.commit("more")
    with pytest.raises(PurgedThere):
        ada.do(push, "theirs", Wish(branches=("main",)))
    assert isinstance(ada.do(purge_from, "theirs"), Erased)
    assert ada.says() == {"Auth uses JWT RS256", "Deploys run from main", "On the old history"}
    ada.sound()


def test_a_git_repository_is_purged_as_a_folder_is(tmp_path: Path) -> None:
    host = bare_repository(tmp_path)
    address = f"git+file://{host}"
    member = Member(tmp_path / "ada")
    with member.repository.exclusive():
        member.repository.refs.remotes.add("origin", address)
    member.remember(f"The password is {SECRET}", key="db.password")
    member.remember("Auth uses JWT RS256")
    member.commit("what we know")
    member.push()
    files = GitFiles(f"file://{host}", "", environment=ENVIRONMENT)
    assert any(SECRET.encode() in body for _, body in everything(files))
    assert member.erase("db.password").problem is None
    files = GitFiles(f"file://{host}", "", environment=ENVIRONMENT)
    assert [body for _, body in everything(files) if b"JWT" in body]
    assert not any(SECRET.encode() in body for _, body in everything(files))
    files.close()
    clone(address, str(tmp_path / "new"), directory="", author="new", now=NOON)
    assert Member(tmp_path / "new").says() == {"Auth uses JWT RS256"}


def test_nothing_is_made_at_a_remote_where_nothing_is(tmp_path: Path) -> None:
    member = Member(tmp_path / "one")
    with member.repository.exclusive():
        member.repository.refs.remotes.add("origin", str(tmp_path / "nowhere"))
    member.remember(SECRET, key="a.b")
    member.commit("it")
    member.do(purge, ["a.b"])
    assert member.carry() == Carried("origin")
    assert not (tmp_path / "nowhere").exists()


def test_a_push_to_what_has_yet_to_be_erased_says_so(ada: Member, remote: Path) -> None:
    ada.do(purge, ["db.password"])
    for wish in ({}, {"force_with_lease": True}, {"branches": ("main",), "delete": True}):
        with pytest.raises(Purged, match="origin"):
            ada.push(**wish)
    assert ada.carry().changed
    assert not ada.push().moves


def test_a_purge_that_was_carried_changes_nothing_again(ada: Member, remote: Path) -> None:
    ada.erase("db.password")
    generation = newest(remote).manifest.generation
    assert ada.carry().moves == ()
    assert newest(remote).manifest.generation == generation
