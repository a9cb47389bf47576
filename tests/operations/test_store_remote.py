"""Another project's store as a remote: what is pushed is taken in whole, and nobody's work there is touched."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apsw
import pytest
from members import Member
from stores import DAY, NOBODY, give_away, in_child, needs_fork, needs_root, public_directory

from memora.errors import DamagedObject, MissingObject
from memora.errors.history import BranchInUse
from memora.errors.remotes import (
    BranchBusyThere,
    DamagedRemote,
    NotARemote,
    Purged,
    PurgedThere,
    RemoteHasMore,
    RemoteNotFound,
    RemoteRewritten,
    RemoteUnavailable,
)
from memora.errors.store import NewerFormat, UnsafeStore
from memora.model.ids import CommitId, hash_object
from memora.operations.care.prune import prune
from memora.operations.care.purge import purge
from memora.operations.history.branch import create_branch
from memora.operations.history.merge import merge
from memora.operations.history.op import op_log
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.undo import undo
from memora.operations.remotes.clone import clone
from memora.operations.remotes.fetch import fetch, no_progress
from memora.operations.remotes.other_store import StoreRemote
from memora.operations.remotes.probe import probe_folder
from memora.operations.remotes.pull import sync
from memora.operations.remotes.push import Wish, push
from memora.operations.sessions.end import end_session
from memora.operations.sessions.list import list_sessions
from memora.operations.sessions.start import start_session
from memora.remotes.address import parse_address
from memora.remotes.closure import closure
from memora.remotes.ports import Packable, RefMove
from memora.repository import Repository
from memora.storage.remotes import Remote

MAIN = "refs/heads/main"


@pytest.fixture
def bob(tmp_path: Path) -> Member:
    return Member(tmp_path / "bob", author="bob")


@pytest.fixture
def ada(tmp_path: Path, bob: Member) -> Member:
    member = Member.sharing(tmp_path / "ada", bob.directory)
    member.remember("Auth uses JWT RS256", key="auth.jwt")
    member.commit("what we know")
    return member


def test_a_clean_workspace_follows_what_is_pushed(ada: Member, bob: Member) -> None:
    ada.push()
    assert bob.head.commit == ada.head.commit == bob.tip()
    assert bob.memories == ada.memories
    ada.remember("Deploys run from main")
    ada.commit("more")
    ada.push()
    assert bob.memories == ada.memories
    assert bob.head.commit == ada.head.commit
    bob.sound()
    ada.sound()


def test_a_memora_folder_is_an_address_too(ada: Member, bob: Member, tmp_path: Path) -> None:
    ada.shares_with(bob.directory / ".memora", "folder")
    ada.do(push, "folder", Wish())
    assert bob.tip() == ada.tip()
    clone(f"file://{bob.directory}", str(tmp_path / "cid"), directory="", author="cid", now=ada.now)
    cid = Member(tmp_path / "cid")
    assert cid.memories == ada.memories
    cid.sound()


def test_uncommitted_work_is_not_touched(ada: Member, bob: Member) -> None:
    bob.remember("Not yet committed")
    before = bob.everything
    with pytest.raises(BranchBusyThere, match=r"workspace 'default' of .*bob is on main and has uncommitted changes"):
        ada.push()
    assert bob.everything == before
    bob.do(undo)
    ada.push()
    assert bob.memories == ada.memories


def test_a_merge_that_waits_there_is_not_torn(ada: Member, bob: Member) -> None:
    ada.push()
    bob.do(switch_to_new, "side", None)
    bob.remember("On the side")
    bob.commit("side")
    bob.do(switch, "main")
    bob.do(merge, "side", commit=False, fast_forward="never")
    ada.remember("More")
    ada.commit("more")
    before = bob.everything
    with pytest.raises(BranchBusyThere):
        ada.push()
    assert bob.everything == before


def test_another_branch_leaves_the_workspace_where_it_is(ada: Member, bob: Member) -> None:
    bob.remember("Not yet committed")
    state = bob.head, bob.memories
    ada.do(switch_to_new, "ada", None)
    ada.push(branches=("ada",))
    assert bob.tip("refs/heads/ada") == ada.tip("refs/heads/ada")
    assert (bob.head, bob.memories) == state
    assert bob.do(undo).target.command == "add"  # what bob did last, and not what came
    assert bob.tip("refs/heads/ada") is not None
    bob.sound()


def test_every_workspace_on_the_branch_follows_and_can_take_that_back(ada: Member, bob: Member) -> None:
    ada.push()
    agent, elsewhere = bob.at("agent"), bob.at("elsewhere")
    agent.do(create_branch, "other", "main")
    elsewhere.do(switch, "other")
    ada.remember("More")
    ada.commit("more")
    ada.push()
    assert bob.memories == agent.memories == ada.memories
    assert agent.head.commit == bob.head.commit == ada.head.commit
    assert elsewhere.memories == {"Auth uses JWT RS256"}
    bob.sound()
    agent.do(undo)
    assert agent.memories == {"Auth uses JWT RS256"}
    assert bob.memories == ada.memories
    bob.do(undo)
    assert bob.memories == {"Auth uses JWT RS256"}
    assert bob.tip() == bob.head.commit == agent.head.commit
    bob.sound()


def test_one_workspace_with_changes_stops_all(ada: Member, bob: Member) -> None:
    ada.push()
    agent = bob.at("agent")
    agent.remember("Not yet committed")
    ada.remember("More")
    ada.commit("more")
    before = bob.everything
    with pytest.raises(BranchBusyThere, match="'agent'"):
        ada.push()
    assert bob.everything == before


def test_the_log_there_says_who_pushed(ada: Member, bob: Member) -> None:
    ada.push()
    operation = next(op_log(bob.repository)).operation
    assert (operation.command, operation.author, operation.summary) == ("receive", "ada", "from ada: main")
    version = next(item for item in everything_of(ada) if item.kind == "node")
    assert bob.repository.refs.remotes.arrival_of(version.id) == "a push by ada"


def test_a_branch_that_somebody_is_on_does_not_go(ada: Member, bob: Member) -> None:
    ada.push()
    with pytest.raises(BranchInUse):
        ada.push(branches=("main",), delete=True)
    ada.do(create_branch, "other", "main")
    ada.push(branches=("other",))
    ada.push(branches=("other",), delete=True)
    assert bob.tip("refs/heads/other") is None


def test_a_session_is_listed_where_it_was_pushed(ada: Member, bob: Member) -> None:
    ada.do(start_session, session_id="morning")
    ada.remember("Learnt in a session")
    ada.commit("session")
    ada.do(end_session)
    ada.push(branches=("main",), sessions=True)
    assert [item.session.id for item in list_sessions(bob.repository)] == ["morning"]
    assert bob.tip("refs/sessions/morning") == ada.tip("refs/sessions/morning")
    bob.sound()


def test_a_session_that_is_active_there_sees_what_comes(ada: Member, bob: Member) -> None:
    bob.do(start_session, session_id="evening")
    ada.push()
    [session] = bob.repository.sessions.active("default")
    events = list(bob.repository.sessions.events(session))
    assert [event.event for event in events] == ["session_started", "node_added"]
    assert events[-1].tree == bob.repository.workspace.tree
    bob.do(end_session)
    bob.sound()


def test_what_was_done_there_meanwhile_is_merged(ada: Member, bob: Member) -> None:
    ada.push()
    bob.remember("Bob learnt that")
    bob.commit("bob")
    ada.remember("Ada learnt this")
    ada.commit("ada")
    with pytest.raises(RemoteHasMore):
        ada.push()
    ada.do(sync)
    assert bob.memories == ada.memories
    assert len(bob.memories) == 3
    bob.sound()
    ada.sound()


def test_what_both_have_is_not_sent(ada: Member, bob: Member, tmp_path: Path) -> None:
    for number in range(100):
        ada.remember(f"memory number {number}")
    ada.commit("many")
    clone(str(ada.directory), str(tmp_path / "cid"), directory="", author="cid", now=ada.now)
    ada.shares_with(tmp_path / "cid", "cid")
    ada.do(fetch, "cid")
    ada.remember("one more")
    ada.commit("more")
    assert ada.do(push, "cid", Wish()).objects == 4  # a version, two trees, a commit


def test_a_push_that_is_undone_there_can_be_made_again(ada: Member, bob: Member) -> None:
    ada.push()
    bob.do(undo)
    assert bob.memories == set()
    assert bob.tip() is None
    assert ada.push().objects == 0
    assert bob.memories == ada.memories
    bob.sound()


@pytest.mark.parametrize("address", ["ada", "ada/.memora", "link"])
def test_a_store_is_no_remote_of_itself(ada: Member, tmp_path: Path, address: str) -> None:
    (tmp_path / "link").symlink_to(ada.directory)
    ada.shares_with(tmp_path / address, "me")
    for verb in (lambda: ada.do(push, "me", Wish()), lambda: ada.do(fetch, "me")):
        with pytest.raises(NotARemote, match="is this store itself"):
            verb()


def test_a_probe_takes_a_store_for_a_remote_and_makes_none(ada: Member, bob: Member, tmp_path: Path) -> None:
    for folder in (bob.directory, bob.directory / ".memora", tmp_path / "gone" / ".memora", tmp_path / "gone"):
        probe_folder(parse_address(str(folder), str(ada.directory)))
    assert not (tmp_path / "gone").exists()


def test_a_store_that_is_not_there(ada: Member, tmp_path: Path) -> None:
    ada.shares_with(tmp_path / "gone" / ".memora", "gone")
    with pytest.raises(RemoteNotFound):
        ada.do(fetch, "gone")
    with pytest.raises(NotARemote, match="there is none"):
        ada.do(push, "gone", Wish())
    assert not (tmp_path / "gone").exists()


def test_a_store_in_which_nothing_was_done_holds_nothing_to_fetch(ada: Member, bob: Member) -> None:
    with pytest.raises(RemoteNotFound):
        ada.fetch()


def test_what_was_purged_there_does_not_come_back(ada: Member, bob: Member) -> None:
    commit = ada.head.commit
    assert commit is not None
    with bob.repository.exclusive():
        bob.repository.refs.purges.add([commit], bob.now)
    before = bob.everything
    with pytest.raises(Purged, match="a push by ada would bring back"):
        ada.push()
    assert bob.everything == before


def everything_of(member: Member) -> list[Packable]:
    assert member.head.commit is not None
    return list(closure(member.repository.objects, [member.head.commit], lambda _: False))


def no_rule(items: list[Packable]) -> list[Packable]:
    """A node that breaks a rule of the model, though it hashes to its id."""
    node = next(item for item in items if item.kind == "node")
    body = node.body.replace(b'"confidence":0.8', b'"confidence":7')
    assert body != node.body
    return [*items, Packable(hash_object("node", body), "node", body)]


def no_tree(items: list[Packable]) -> list[Packable]:
    return [item for item in items if item.kind != "tree"]


@pytest.mark.parametrize(
    ("change", "error"), [(no_rule, DamagedObject), (no_tree, MissingObject)], ids=["no rule", "no tree"]
)
def test_what_is_pushed_is_verified(
    ada: Member, bob: Member, change: Callable[[list[Packable]], list[Packable]], error: type[Exception]
) -> None:
    place = there(bob)
    before = bob.everything
    with pytest.raises(error):
        place.publish(None, [RefMove(MAIN, None, ada.tip())], iter(change(everything_of(ada))), no_progress)
    place.close()
    assert bob.everything == before


@pytest.mark.parametrize("ref", ["refs/heads/../x", "refs/merge/default", "refs/heads/", "HEAD"])
def test_only_names_that_are_shared_are_moved(ada: Member, bob: Member, ref: str) -> None:
    place = there(bob)
    before = bob.everything
    with pytest.raises(Exception, match="name"):
        place.publish(None, [RefMove(ref, None, ada.tip())], iter(everything_of(ada)), no_progress)
    place.close()
    assert bob.everything == before


def test_a_branch_names_a_commit_and_nothing_else(ada: Member, bob: Member) -> None:
    items = everything_of(ada)
    tree = next(item.id for item in items if item.kind == "tree")
    place = there(bob)
    with pytest.raises(DamagedRemote, match="it names a tree"):
        place.publish(None, [RefMove("refs/heads/x", None, tree)], iter(items), no_progress)
    place.close()


def there(member: Member, **options: Any) -> StoreRemote:
    path = str(member.directory / ".memora")
    return StoreRemote(path, path, "elsewhere", Remote(1, "origin", path), author="ada", now=member.now, **options)


def test_a_store_that_moved_back_is_refused(ada: Member, bob: Member, tmp_path: Path) -> None:
    ada.push()
    bob.repository.close()
    shutil.copytree(bob.directory, tmp_path / "copy")
    again = Member(bob.directory, author="bob")
    again.remember("Later")
    again.commit("later")
    ada.fetch()
    again.repository.close()
    shutil.rmtree(bob.directory)
    (tmp_path / "copy").rename(bob.directory)
    with pytest.raises(RemoteRewritten, match="it is at generation 1, and was at 3"):
        ada.push()


def test_another_store_in_its_place_is_refused(ada: Member, bob: Member) -> None:
    ada.push()
    bob.repository.close()
    shutil.rmtree(bob.directory)
    eve = Member(bob.directory, author="eve")
    for number in range(3):
        eve.remember(f"Something else, {number}")
    eve.commit("eve")
    with pytest.raises(RemoteRewritten, match="another remote"):
        ada.fetch()
    ada.fetch(force=True)
    assert ada.tip("refs/remotes/origin/main") == eve.tip()
    ada.sound()


def test_what_prune_threw_away_there_is_sent_again(ada: Member, bob: Member) -> None:
    ada.do(create_branch, "keep", "main")
    ada.push(branches=("keep",))
    ada.do(switch_to_new, "side", None)
    ada.remember("Only on the side")
    ada.commit("side")
    ada.push(branches=("side",))
    ada.push(branches=("side",), delete=True)
    bob.now += 100 * DAY
    bob.remember("Something")
    assert prune(bob.repository, now=bob.now, older_than=DAY).objects > 0
    ada.fetch()
    assert ada.push(branches=("side",)).objects == 3
    bob.sound()


def test_a_log_that_was_shortened_beyond_what_was_seen_is_not_trusted(ada: Member, bob: Member) -> None:
    ada.push()
    bob.now += 100 * DAY
    bob.remember("Something")
    bob.commit("something")
    bob.now += 100 * DAY
    bob.remember("Something more")
    prune(bob.repository, now=bob.now, older_than=DAY)
    with pytest.raises(RemoteRewritten, match="another remote"):
        ada.fetch()
    ada.fetch(force=True)
    assert ada.tip("refs/remotes/origin/main") == bob.tip()


def test_a_store_from_which_something_was_purged_is_still_the_same(ada: Member, bob: Member) -> None:
    ada.remember("A name that nobody may know", key="private")
    ada.commit("private")
    ada.push()
    bob.do(purge, ["private"])
    assert ada.fetch().changes[0].rewritten  # the store says what was erased, so the fetch follows
    assert ada.tip("refs/remotes/origin/main") == bob.tip()
    for force in (False, True):
        with pytest.raises(PurgedThere, match="would bring back what origin has erased"):
            ada.push(force_with_lease=force)
    bob.sound()


def test_a_newer_store_is_refused(ada: Member, bob: Member) -> None:
    with bob.repository.exclusive():
        bob.repository.index.database.execute("PRAGMA user_version=99")
    with pytest.raises(NewerFormat):
        ada.push()


def test_a_damaged_store_is_said_to_be_damaged(ada: Member, bob: Member) -> None:
    bob.remember("Something")
    bob.repository.close()
    (bob.directory / ".memora" / "memora.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    with pytest.raises(DamagedRemote, match="the store of the remote is damaged"):
        ada.push()


def test_a_damaged_object_is_not_fetched(ada: Member, bob: Member) -> None:
    bob.remember("Sound")
    bob.commit("sound")
    bob.repository.close()
    database = apsw.Connection(str(bob.directory / ".memora" / "memora.db"))
    database.execute("UPDATE objects SET body = replace(body, 'Sound', 'Wrong') WHERE kind = 0")
    database.close()
    before = ada.everything
    with pytest.raises(DamagedRemote, match="do not hash"):
        ada.fetch()
    assert ada.everything == before


def test_a_busy_store_is_said_to_be_busy(ada: Member, bob: Member) -> None:
    place = there(bob, patience_seconds=0.05)
    with bob.repository.exclusive(), pytest.raises(RemoteUnavailable, match=r"bob.*another process held the store"):
        place.publish(None, [RefMove(MAIN, None, ada.tip())], iter(everything_of(ada)), no_progress)
    place.close()


@needs_fork
@needs_root
def test_somebody_elses_store_is_refused_unless_it_is_trusted() -> None:
    with public_directory() as directory:
        bob, ada = Member(directory / "bob"), Member(directory / "ada")
        bob.repository.close()
        give_away(bob.directory, NOBODY)
        ada.shares_with(bob.directory)
        ada.remember("Something")
        ada.commit("something")
        with pytest.raises(UnsafeStore, match="belongs to another user"):
            ada.push()
        ada.do(push, "origin", Wish(), trusted=[str(bob.directory)])
        with pytest.raises(UnsafeStore):
            ada.fetch()
        ada.fetch(trusted=[str(bob.directory)])
        ada.do(sync, trusted=[str(bob.directory)])


@needs_fork
@needs_root
def test_a_store_that_cannot_be_written_can_be_fetched_from() -> None:
    with public_directory() as directory:
        bob, ada = Member(directory / "bob"), Member(directory / "ada")
        bob.remember("Something")
        bob.commit("something")
        bob.repository.close()
        ada.shares_with(bob.directory)
        ada.remember("Something else")
        ada.do(switch_to_new, "ada", None)
        ada.commit("else")
        ada.repository.close()
        give_away(ada.directory, NOBODY)

        def visit() -> str:
            visitor = Member(ada.directory)
            trusted = [str(bob.directory)]
            visitor.do(fetch, "origin", trusted=trusted)
            assert visitor.tip("refs/remotes/origin/main") is not None
            try:
                visitor.do(push, "origin", Wish(branches=("ada",)), trusted=trusted)
            except RemoteUnavailable as error:
                return str(error)
            return "it was pushed"

        assert "read-only" in in_child(visit, user=NOBODY).said


@needs_fork
def test_a_pusher_that_is_killed_leaves_nothing(ada: Member, bob: Member) -> None:
    items = everything_of(ada)
    before = bob.everything

    def die_midway() -> None:
        def some() -> Iterator[Packable]:
            yield from items[:2]
            os.kill(os.getpid(), signal.SIGKILL)

        there(bob).publish(None, [RefMove(MAIN, None, items[0].id)], some(), no_progress)

    assert in_child(die_midway).code == -signal.SIGKILL
    assert bob.everything == before
    ada.push()
    assert bob.memories == ada.memories
    bob.sound()


def test_two_stores_that_push_to_each_other_at_once_do_not_wait_for_ever(ada: Member, bob: Member) -> None:
    bob.shares_with(ada.directory)
    ada.push()

    def work(job: tuple[Path, str]) -> None:
        directory, author = job
        me = Member(directory, author=author)
        me.do(switch_to_new, author, None)
        for number in range(15):
            me.remember(f"{author} learnt {number}")
            me.commit(f"{number}")
            me.push(branches=(author,))
            me.fetch()
        me.repository.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [(ada.directory, "ada"), (bob.directory, "bob")]))
    assert bob.tip("refs/heads/ada") == ada.tip("refs/heads/ada")
    assert ada.tip("refs/heads/bob") == bob.tip("refs/heads/bob")
    ada.sound()
    bob.sound()


def test_what_another_has_is_fetched_by_both_while_they_write(ada: Member, bob: Member) -> None:
    """Each fetches inside of its own transaction and reads the other's store meanwhile."""
    bob.shares_with(ada.directory)
    ada.push()
    commits: list[CommitId] = []

    def work(directory: Path) -> None:
        me = Member(directory)
        for _ in range(10):
            me.remember(f"{directory.name} {len(commits)} {me.now}")
            commits.append(me.commit("x").commit)
            me.fetch()
        me.repository.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [ada.directory, bob.directory]))
    assert len(commits) == 20
    ada.fetch()
    assert ada.tip("refs/remotes/origin/main") == bob.tip()


def test_nothing_is_open_afterwards(ada: Member, bob: Member) -> None:
    ada.push()
    ada.fetch()
    with Repository.open(str(bob.directory / ".memora")) as repository, repository.exclusive(wait=False):
        pass
