"""Stores that share, by a folder or by the store of one of them: what one pushes, the others have, and none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from members import Member, join
from stores import DAY, NOON

from memora.errors import NotFound
from memora.errors.remotes import LeaseLost, NamedOtherwiseThere, RemoteHasMore, RemoteNotFound, RemoteRewritten
from memora.errors.store import StoreExists
from memora.operations.care.prune import prune
from memora.operations.history.branch import create_branch
from memora.operations.history.rollback import rollback
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.tag import create_tag
from memora.operations.history.undo import redo, undo
from memora.operations.remotes.clone import clone
from memora.operations.remotes.pull import sync
from memora.operations.sessions.end import end_session
from memora.operations.sessions.record import record
from memora.operations.sessions.start import start_session

only_folder = pytest.mark.parametrize("folder_or_store", ["folder"], indirect=True)


@pytest.fixture
def ada(tmp_path: Path, folder_or_store: Path) -> Member:
    member = Member.sharing(tmp_path / "ada", folder_or_store)
    member.remember("Auth uses JWT RS256", key="auth.jwt")
    member.remember("Deploys run from main")
    member.commit("what we know")
    return member


def test_what_is_pushed_can_be_cloned(ada: Member, tmp_path: Path, remote: Path) -> None:
    pushed = ada.push()
    assert [move.name for move in pushed.moves] == ["refs/heads/main"]
    assert pushed.followed == "main"
    bob = join(tmp_path, remote, "bob")
    assert bob.tip() == ada.tip()
    assert bob.head.branch == "main"
    assert bob.repository.workspace.tree == ada.repository.workspace.tree
    bob.sound()
    ada.sound()


def test_pushing_again_sends_nothing(ada: Member) -> None:
    ada.push()
    again = ada.push()
    assert (again.moves, again.objects, again.sent_bytes) == ((), 0, 0)


def test_only_new_objects_are_sent(ada: Member) -> None:
    ada.push()
    ada.remember("The build needs Node 22")
    ada.commit("one more")
    pushed = ada.push()
    assert pushed.objects == 3  # a version, a tree, a commit


def test_what_went_there_once_is_not_sent_again(ada: Member) -> None:
    ada.push()
    ada.remember("The build needs Node 22")
    ada.commit("one more")
    ada.push()
    ada.do(rollback, to="HEAD~1")
    assert ada.push().objects == 1  # the commit alone


def test_two_stores_merge_what_both_learnt(ada: Member, tmp_path: Path, remote: Path) -> None:
    ada.push()
    bob = join(tmp_path, remote, "bob")
    ada.remember("Ada learnt this")
    ada.commit("ada")
    bob.remember("Bob learnt that")
    bob.commit("bob")
    ada.push()
    with pytest.raises(RemoteHasMore):
        bob.push()
    pulled = bob.pull()
    assert pulled.merged.outcome == "merged"
    bob.push()
    ada.pull()
    assert ada.tip() == bob.tip()
    assert ada.repository.workspace.tree == bob.repository.workspace.tree
    ada.sound()
    bob.sound()


def test_a_dispute_is_a_value_and_stops_nobody(ada: Member, tmp_path: Path, remote: Path) -> None:
    ada.push()
    bob = join(tmp_path, remote, "bob")
    ada.revise("auth.jwt", "Auth uses JWT ES256")
    ada.commit("ada")
    bob.revise("auth.jwt", "Auth uses JWT EdDSA")
    bob.commit("bob")
    ada.push()
    assert bob.do(sync).rounds == 1
    ada.pull()
    assert ada.tip() == bob.tip()
    ada.sound()
    cid = join(tmp_path, remote, "cid")
    assert cid.tip() == bob.tip()
    cid.sound()


def test_branches_tags_and_deletions(ada: Member, tmp_path: Path, remote: Path) -> None:
    ada.do(create_branch, "feature/x", "main")
    ada.do(create_tag, "v1", "main", message="first")
    ada.push(all_branches=True, tags=True)
    bob = join(tmp_path, remote, "bob")
    assert bob.tip("refs/remotes/origin/feature/x") == ada.tip()
    assert bob.tip("refs/tags/v1") == ada.tip("refs/tags/v1")
    ada.push(branches=("feature/x",), delete=True)
    bob.fetch()
    assert bob.tip("refs/remotes/origin/feature/x") is None
    with pytest.raises(NotFound):
        ada.push(branches=("feature/x",), delete=True)


def test_a_branch_is_not_overwritten_unless_it_is_where_it_was_seen(ada: Member, tmp_path: Path, remote: Path) -> None:
    ada.push()
    bob = join(tmp_path, remote, "bob")
    ada.remember("new")
    ada.commit("ada goes on")
    bob.remember("newer")
    bob.commit("bob goes on")
    bob.push()
    with pytest.raises(LeaseLost):
        ada.push(force_with_lease=True)
    ada.fetch()
    ada.push(force_with_lease=True)
    with pytest.raises(RemoteRewritten, match="without 1 commit that it had"):
        bob.fetch()
    assert bob.tip("refs/remotes/origin/main") == bob.tip()
    change = bob.fetch(force=True).changes[0]
    assert change.rewritten
    assert bob.tip("refs/remotes/origin/main") == ada.tip()


@only_folder
def test_a_remote_that_moved_back_is_refused(ada: Member, tmp_path: Path, remote: Path) -> None:
    ada.push()
    before = {path: path.read_bytes() for path in remote.rglob("*") if path.is_file()}
    bob = join(tmp_path, remote, "bob")
    ada.remember("new")
    ada.commit("on")
    ada.push()
    bob.fetch()
    for path in remote.rglob("*"):
        if path.is_file() and path not in before:
            path.unlink()
    with pytest.raises(RemoteRewritten, match="it is at generation 1, and was at 2"):
        bob.fetch()
    with pytest.raises(RemoteRewritten):
        ada.push()


def test_another_remote_at_the_same_address_is_refused(ada: Member, tmp_path: Path, remote: Path) -> None:
    ada.push()
    remote.rename(tmp_path / "away")
    with pytest.raises(RemoteRewritten, match="there is no remote any more"):
        ada.fetch()
    eve = Member(tmp_path / "eve")
    with eve.repository.exclusive():
        eve.repository.refs.remotes.add("origin", str(remote))
    eve.remember("something else")
    eve.commit("eve")
    eve.push()
    with pytest.raises(RemoteRewritten, match="another remote"):
        ada.fetch()
    ada.fetch(force=True)
    assert ada.tip("refs/remotes/origin/main") == eve.tip()
    ada.sound()


def test_nothing_is_made_by_a_clone_of_nothing(tmp_path: Path, remote: Path) -> None:
    with pytest.raises(RemoteNotFound):
        clone(str(remote), str(tmp_path / "new"), directory="", author="bob", now=NOON)
    assert not (tmp_path / "new").exists()
    assert not remote.exists()


def test_a_store_is_not_cloned_over(ada: Member, tmp_path: Path, remote: Path) -> None:
    ada.push()
    with pytest.raises(StoreExists):
        clone(str(remote), str(tmp_path / "ada"), directory="", author="bob", now=NOON)


@only_folder
def test_many_small_pushes_leave_few_packs(ada: Member, tmp_path: Path, remote: Path) -> None:
    for count in range(80):
        ada.remember(f"memory number {count}")
        ada.commit(f"{count}")
        ada.push()
    names = [path.name for path in (remote / "packs").iterdir()]
    bob = join(tmp_path, remote, "bob")
    assert bob.tip() == ada.tip()
    bob.sound()
    assert len(names) < 60


def test_who_follows_reads_nothing_twice(ada: Member, tmp_path: Path, remote: Path) -> None:
    ada.push()
    bob = join(tmp_path, remote, "bob")
    for count in range(40):
        ada.remember(f"memory number {count}")
        ada.commit(f"{count}")
        ada.push()
        assert bob.fetch().versions == 1
    assert bob.fetch().objects == 0
    bob.do(switch, "main")
    bob.do(switch_to_new, "mine", "origin/main")
    bob.sound()


def test_a_tag_that_is_another_one_there_is_not_overwritten(ada: Member, tmp_path: Path, remote: Path) -> None:
    ada.do(create_tag, "v1", "main")
    ada.push(branches=("main", "v1"))
    bob = join(tmp_path, remote, "bob")
    bob.remember("new")
    bob.commit("on")
    bob.do(create_tag, "v1", "main", force=True)
    with pytest.raises(NamedOtherwiseThere, match="tag v1 of origin is another one"):
        bob.push(branches=("v1",))
    bob.push(branches=("v1",), force_with_lease=True)
    before = ada.tip("refs/tags/v1")
    assert [change.kept for change in ada.fetch().changes] == ["it names something else here"]
    assert ada.tip("refs/tags/v1") == before
    [change] = ada.fetch(force=True).changes
    assert (change.name, change.before, change.after, change.kept) == (
        "refs/tags/v1",
        before,
        bob.tip("refs/tags/v1"),
        None,
    )
    assert ada.tip("refs/tags/v1") == bob.tip("refs/tags/v1")
    ada.do(undo)
    assert ada.tip("refs/tags/v1") == before


def test_a_session_that_came_stays_when_what_came_with_it_is_undone(ada: Member, tmp_path: Path, remote: Path) -> None:
    ada.push()
    bob = join(tmp_path, remote, "bob")
    for text in ("alone", "with a commit"):
        ada.do(start_session)
        record(ada.repository, "note", {"text": text}, now=ada.now)
        ada.do(end_session)
        if text != "alone":
            ada.remember("more")
            ada.commit("more")
            ada.push()
        ada.push(sessions=True)
        assert [change.kept for change in bob.fetch().changes if "sessions" in change.name] == [None]
        step = bob.do(undo)
        assert step.target.command == ("fetch" if text != "alone" else "clone")
        bob.sound()
        bob.do(redo)
        bob.sound()
        assert not [change for change in bob.fetch().changes if change.kept]


def test_what_was_pruned_here_is_fetched_again_when_it_is_wanted_again(
    ada: Member, tmp_path: Path, remote: Path
) -> None:
    ada.do(switch_to_new, "idea", None)
    ada.remember("An idea that comes back")
    ada.commit("an idea")
    ada.push(branches=("main", "idea"))
    bob = join(tmp_path, remote, "bob")
    ada.push(branches=("idea",), delete=True)
    bob.fetch()
    bob.now += 400 * DAY
    prune(bob.repository, now=bob.now, older_than=0)
    assert not bob.repository.objects.has(ada.tip("refs/heads/idea"))
    ada.push(branches=("idea",))
    bob.fetch()
    assert bob.tip("refs/remotes/origin/idea") == ada.tip("refs/heads/idea")
    bob.sound()
