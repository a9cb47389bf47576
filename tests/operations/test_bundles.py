"""Memory that travels in a file: made in one store, looked at anywhere, taken in by another."""

from __future__ import annotations

import os
import signal
from base64 import b64decode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from seats import Seat
from stores import in_child, needs_fork

from memora.errors import AlreadyExists, BadInput, BadName, BadUsage, NoCommits, NotFound, SecretFound
from memora.errors.remotes import DamagedBundle, NotABundle, PrerequisitesMissing, Purged
from memora.model.canonical import encode_checked
from memora.model.ids import ObjectId, hash_object
from memora.operations.history.branch import create_branch
from memora.operations.history.merge import merge
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.tag import create_tag
from memora.operations.history.undo import undo
from memora.operations.remember.add import add
from memora.operations.remotes.bundle_check import VerifiedBundle, verify_bundle
from memora.operations.remotes.bundling import Bundled, Letter, NothingNew, create_bundle
from memora.operations.remotes.clone import clone
from memora.operations.remotes.unbundling import Unbundled, unbundle
from memora.operations.sessions.end import end_session
from memora.operations.sessions.list import list_sessions
from memora.operations.sessions.start import start_session
from memora.remotes.bundle import BundleHeader, bundle_chunks, open_bundle
from memora.remotes.closure import closure
from memora.remotes.pack import PackWriter
from memora.remotes.ports import Packable
from memora.tree.encoding import is_leaf

MAIN = "refs/heads/main"

# Made by the first memora that made bundles. It is never made anew: whatever memora becomes, it reads this.
FROZEN = """
bWVtb3JhLWJ1bmRsZSAxCgAAANF7ImF0IjoxODAwMDAwMDA1MDAwMDAwLCJhdXRob3IiOiJhZGEiLCJmb3JtYXQiOjEsImhlYWQiOiJtYWluIi
wibm90ZSI6IlJlYWQgKnRoaXMqIiwicmVmcyI6W3sibmFtZSI6InJlZnMvaGVhZHMvbWFpbiIsInRhcmdldCI6ImJlMzRmMDcxNmQ3NzY0ZmJi
NjM3NTYwNzYwMDEwZWQzNDBjM2I5Zjg4NzA2OGU0ZDRhZGEwNjVkZDYzMWJjOGUifV0sInRvIjoiY29kZXgifW1lbW9yYS1wYWNrIDEKKLUv/W
AgA10SABbmgEEAsbQNaQ7MiQ/5+uEGBVVfg6/5bwCC6n8MzS2E/urVykgdLd9vrpyoiXbshZMLOdsiu7205oe/a06Xf47DEzZFLWQAiABqAO5q
fFG6WZ+0oLXSPUXdfZZbQmkbp5WTsk7SCq11k1U/Ruthak44OWrt00qrRaljyz2e6KXT/r9Huff+20LVWr4+809LjbXkrvozuKa9p6X26111hq
XkzVuKjr6qs/fLCgiCPAK2XxJ0QBC0QMWDzIVLgmOjwweEFjEQgYqDEzVwohwRKk2DlZkSfpMj8ymhIcExU1PjARKSc8OGRUzOaznwYkMFGhIB
TjCBmxAaHyY8GMwQQQHBUBEDGjEQYgQIAAUuUkgbEAOyjA8FRJg4BEEdMF0dvo/aO7l7F2eNHq+j9E3LYeqw+4fv1r83LJ6951M+31VrW/astY
QC0yy+Xe7pbMO0frmwTnYN2WsW1lLnFhWRlLy5/EpLPeFY3fToDqNj6u/v0MlX4YQjflZXfTsPw/3sn9mWWlJwgoSIwklJpL22RSl5G+mq8/VZ
oiKu6rfX3w6+sCYvvknZCf9Ne93/k/BaGym9EtoKqXUnlPVvtNRLae9UJ2hViSvGN0471f4LgxymySnl8k0Ov3mnldOzKnUXZ3xKr6t1ujruiT
xYhqNryyLNBWP5/AMBMPeztdS2ky/3vPZxyS11GiDQIhEh4gOlGxG4cTIu8pGlBa0WZEdMGSKM5EMUEeTuQMayy7qKSvF6BWRtHRhXvJJg2xTK
hKhdu/ejhcxfDkcMYQhKKLUv/SDYwQYAAAAAAQAAAAAAAAAOAAACVQAABCAAAAAGvjTwcW13ZPu2N1YHYAEO00DDufiHBo5NStoGXdYxvI4Khe
BswrYZcGQUkK3enRLuDwjwtxiA1KSXQOCj3IHfCeJhrKhrJ6o5UPsg8u63PmoVMovUSQiB8PJCZF6UhGohDkEA4crdALou6yYCtAjsKeILZlcG
pqpWfNsRdzHzi9HuEQUR7seNg/4L+oi5iY7MgDJ3XxtE6bMMwphgxXbHTJPHTf+fabI5PcZuXE3pYn24KcJtiEzNJh7g3HHifFcUAAAAAAAAAm
MAAADhAAAA2LIjr6G2lasJ1L9WF0t/w3kEsDTzkResB27mmTcDYmpobWVtb3JhLWVuZCAxCgAAAAAAAAOBAAAAAVoydOhUYRlXnr/q9myIQJjr
ANacR7FtbnEbXCxbQMD+bWVtb3JhLWJ1bmRsZS1lbmQgMQo=
"""
FROZEN_COMMIT = "be34f0716d7764fbb637560760010ed340c3b9f887068e4d4ada065dd631bc8e"


class Correspondent(Seat):
    """Somebody with a store who sends and gets bundles."""

    def bundle(self, path: Path, *ranges: str, **options: Any) -> Any:
        def write(chunks: Iterator[bytes]) -> int:
            return path.write_bytes(b"".join(chunks))

        return self.do(create_bundle, ranges, write, **options)

    def take(self, path: Path, **options: Any) -> Unbundled:
        taken = self.do(unbundle, str(path), **options)
        assert isinstance(taken, Unbundled)
        return taken

    def verify(self, path: Path) -> VerifiedBundle:
        return verify_bundle(str(path), self.repository)


@pytest.fixture
def ada(tmp_path: Path) -> Correspondent:
    ada = Correspondent(tmp_path / "ada")
    for number in range(4):
        ada.remember(f"memory number {number}", key=f"key.number{number}")
        ada.commit(f"commit {number}")
    return ada


@pytest.fixture
def bob(tmp_path: Path) -> Correspondent:
    return Correspondent(tmp_path / "bob", author="bob")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.bundle"


def test_a_branch_is_carried_to_another_store(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    made = ada.bundle(path)
    assert (made.versions, made.commits, made.size_bytes) == (4, 4, path.stat().st_size)
    assert made.header == BundleHeader({MAIN: ada.tip()}, (), "main", "ada", ada.now)
    taken = bob.take(path)
    assert [change.name for change in taken.changes] == ["refs/remotes/bundle/main"]
    assert (taken.objects, taken.versions, taken.commits) == (made.objects, 4, 4)
    assert bob.memories == set()
    bob.do(merge, "bundle/main")
    assert bob.memories == ada.memories
    bob.sound()
    again = bob.take(path)
    assert (again.changes, again.objects) == ((), 0)


def test_what_came_is_marked_and_can_be_undone(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    ada.bundle(path)
    bob.take(path, name="from-ada")
    found = [item for item in everything_below(ada, ada.tip()) if item.kind == "node"]
    assert {bob.repository.refs.remotes.arrival_of(item.id) for item in found} == {"from-ada"}
    bob.do(undo)
    assert bob.tip("refs/remotes/from-ada/main") is None


def test_a_range_holds_what_is_new_and_says_what_it_needs(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    whole = path.with_name("whole")
    ada.do(create_branch, "half", "main~2")
    ada.bundle(whole, "half")
    made = ada.bundle(path, "main~2..main")
    assert (made.versions, made.commits) == (2, 2)
    assert made.header.prerequisites == (ada.tip("refs/heads/half"),)
    with pytest.raises(PrerequisitesMissing, match="builds on commit"):
        bob.take(path)
    assert bob.tip("refs/remotes/bundle/main") is None
    bob.take(whole)
    taken = bob.take(path)
    assert taken.commits == 2
    bob.do(merge, "bundle/main")
    assert bob.memories == ada.memories
    bob.sound()


def test_a_range_across_a_merge_needs_all_that_it_builds_on(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    ada.do(switch_to_new, "side", "main~1")
    ada.remember("On the side")
    ada.commit("side")
    ada.do(switch, "main")
    ada.do(merge, "side")
    made = ada.bundle(path, "main~1..main")
    assert set(made.header.prerequisites) == (parents_of(ada, "main") | parents_of(ada, "side")) - {
        ada.tip("refs/heads/side")
    }
    before = path.with_name("before")
    ada.do(create_branch, "before", "main~1")
    ada.bundle(before, "before")
    bob.take(before)
    bob.take(path)
    bob.do(merge, "bundle/main")
    assert bob.memories == ada.memories
    bob.sound()


def parents_of(seat: Correspondent, branch: str) -> set[Any]:
    return set(seat.repository.index.commits.find(seat.tip(f"refs/heads/{branch}")).parents)


def test_a_memory_that_came_back_is_carried_too(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    """It stands in an older commit, but in no tree that whoever has the prerequisite must have looked at."""
    first = path.with_name("first")
    ada.bundle(first)
    bob.take(first)
    ada.revise("key.number0", "says something else")
    ada.commit("away")
    middle = path.with_name("middle")
    ada.bundle(middle, "main~1..main")
    ada.revise("key.number0", "memory number 0")
    ada.commit("back")
    ada.bundle(path, "main~1..main")
    bob.take(middle)
    bob.take(path)
    bob.do(merge, "bundle/main")
    assert bob.memories == ada.memories


@pytest.mark.parametrize("ranges", [["main..main"], ["main..side"], ["side..main", "main..side"]])
def test_nothing_new_makes_no_bundle(ada: Correspondent, path: Path, ranges: Sequence[str]) -> None:
    ada.do(create_branch, "side", "main")
    assert ada.bundle(path, *ranges) == NothingNew()
    assert not path.exists()


def test_everything_is_branches_tags_and_sessions(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    ada.do(create_branch, "side", "main~1")
    ada.do(create_tag, "v1", "main~2", message="first")
    ada.do(create_tag, "light", "main")
    ada.do(start_session, session_id="morning")
    ada.do(end_session)
    made = ada.bundle(path, everything=True)
    assert sorted(made.header.refs) == [
        MAIN,
        "refs/heads/side",
        "refs/sessions/morning",
        "refs/tags/light",
        "refs/tags/v1",
    ]
    bob.take(path)
    assert bob.tip("refs/tags/v1") == ada.tip("refs/tags/v1")
    assert bob.tip("refs/remotes/bundle/side") == ada.tip("refs/heads/side")
    assert [item.session.id for item in list_sessions(bob.repository)] == ["morning"]
    bob.sound()


def test_a_tag_names_a_bundle_too(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    ada.do(create_tag, "v1", "main~2", message="first")
    made = ada.bundle(path, "v1")
    assert (list(made.header.refs), made.commits, made.header.head) == (["refs/tags/v1"], 2, None)
    bob.take(path)
    assert bob.tip("refs/tags/v1") == ada.tip("refs/tags/v1")


def test_a_name_that_means_something_else_here_is_kept(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    bob.remember("Of bob")
    bob.commit("bob")
    bob.do(create_tag, "v1", "main")
    mine = bob.tip("refs/tags/v1")
    ada.do(create_tag, "v1", "main")
    ada.bundle(path, everything=True)
    changes = {change.name: change.kept for change in bob.take(path).changes}
    assert changes == {"refs/remotes/bundle/main": None, "refs/tags/v1": "it names something else here"}
    assert bob.tip("refs/tags/v1") == mine


def test_a_later_bundle_moves_what_an_earlier_brought(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    ada.bundle(path)
    bob.take(path)
    old = ada.tip()
    ada.remember("Later")
    ada.commit("later")
    later = path.with_name("later")
    ada.bundle(later)
    change = bob.take(later).changes[0]
    assert (change.before, change.after, change.rewritten) == (old, ada.tip(), False)
    assert bob.take(path).changes[0].rewritten


@pytest.mark.parametrize(
    ("ranges", "error"),
    [
        (["nope"], NotFound),
        (["nope..main"], NotFound),
        (["main..main~1"], NotFound),
        (["main~1"], NotFound),
        (["../x"], NotFound),
        (["main...side"], (NotFound, BadInput)),
    ],
)
def test_what_is_no_name_is_refused(ada: Correspondent, path: Path, ranges: list[str], error: Any) -> None:
    with pytest.raises(error):
        ada.bundle(path, *ranges)
    assert not path.exists()


def test_options_that_do_not_go_together_are_refused(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    with pytest.raises(BadUsage):
        ada.bundle(path, "main", everything=True)
    with pytest.raises(NoCommits):
        bob.bundle(path)
    with pytest.raises(BadInput, match="note"):
        ada.bundle(path, letter=Letter(note="x" * 70_000))
    with pytest.raises(BadName):
        ada.bundle(path, letter=Letter(to="a b"))
    assert bob.bundle(path, everything=True) == NothingNew()
    assert not path.exists()


def test_a_secret_does_not_leave(ada: Correspondent, path: Path) -> None:
    secret = "AKIA" + "IOSFODNN7" + "QWERTYZ"
    ada.do(add, {"content": f"The key is {secret}"}, allowed_secrets=["aws-access-key"])
    ada.commit("secret")
    with pytest.raises(SecretFound) as raised:
        ada.bundle(path)
    assert not path.exists()
    assert isinstance(ada.bundle(path, allowed_secrets=[raised.value.rule]), Bundled)


def test_the_letter_arrives(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    ada.bundle(path, letter=Letter("codex", "Read **this**\n\nfirst"))
    header = bob.take(path).header
    assert (header.to, header.note, header.author) == ("codex", "Read **this**\n\nfirst", "ada")


def test_verifying_tells_what_is_here(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    made = ada.bundle(path, "main~2..main")
    before = bob.everything
    alone, here, elsewhere = verify_bundle(str(path)), ada.verify(path), bob.verify(path)
    assert (alone.missing, here.missing, elsewhere.missing) == (None, (), made.header.prerequisites)
    assert {(item.objects, item.versions, item.commits) for item in (alone, here, elsewhere)} == {(made.objects, 2, 2)}
    assert bob.everything == before


def test_what_was_purged_does_not_come_back(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    ada.bundle(path)
    with bob.repository.exclusive():
        bob.repository.refs.purges.add([ada.tip()], bob.now)
    before = bob.everything
    with pytest.raises(Purged):
        bob.take(path)
    assert bob.everything == before


def test_a_remote_keeps_its_name(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    ada.bundle(path)
    with bob.repository.exclusive():
        bob.repository.refs.remotes.add("origin", "/nowhere")
    with pytest.raises(AlreadyExists, match="remote 'origin'"):
        bob.take(path, name="origin")
    for name in ("a/b", "..", "", "-x"):
        with pytest.raises(BadName):
            bob.take(path, name=name)


def everything_below(seat: Correspondent, *tips: ObjectId) -> list[Packable]:
    return list(closure(seat.repository.objects, tips, lambda _: False))


def forge(path: Path, items: list[Packable], refs: dict[str, ObjectId], *needed: Any) -> None:
    header = BundleHeader(refs, needed, None, "eve", 1)
    path.write_bytes(b"".join(bundle_chunks(header, PackWriter(iter(items)))))


def packable(kind: Any, body: bytes) -> Packable:
    return Packable(hash_object(kind, body), kind, body)


@pytest.fixture
def items(ada: Correspondent) -> list[Packable]:
    return everything_below(ada, ada.tip())


@pytest.mark.parametrize("kind", ["node", "tree", "commit"])
def test_an_object_that_is_left_out_is_missed(
    ada: Correspondent, bob: Correspondent, path: Path, items: list[Packable], kind: str
) -> None:
    left_out = next(item for item in reversed(items) if item.kind == kind)
    forge(path, [item for item in items if item != left_out], {MAIN: ada.tip()})
    refuse(bob, path, f"{left_out.id.hex()[:12]} is missing")


def refuse(seat: Correspondent, path: Path, problem: str) -> None:
    """Neither is it taken in, nor does it pass as whole, nor is anything changed."""
    before = seat.everything
    for verb in (lambda: verify_bundle(str(path)), lambda: seat.verify(path), lambda: seat.take(path)):
        with pytest.raises(DamagedBundle, match=problem):
            verb()
    assert seat.everything == before


def test_a_node_that_breaks_a_rule_is_refused(bob: Correspondent, path: Path, items: list[Packable]) -> None:
    node = next(item for item in items if item.kind == "node")
    forge(path, [packable("node", node.body.replace(b'"confidence":0.8', b'"confidence":8'))], {})
    with pytest.raises(DamagedBundle):
        bob.take(path)
    commit = next(item for item in items if item.kind == "commit")
    broken = packable("node", node.body.replace(b'"confidence":0.8', b'"confidence":8'))
    forge(path, [*items, broken], {MAIN: commit.id})
    refuse(bob, path, "which is not a number from 0 to 1")


def test_an_object_in_another_form_is_refused(
    ada: Correspondent, bob: Correspondent, path: Path, items: list[Packable]
) -> None:
    forge(path, [*items, packable("commit", b"{ }")], {MAIN: ada.tip()})
    refuse(bob, path, f"in object {hash_object('commit', b'{ }').hex()[:12]}, ")


def test_a_reference_to_another_kind_is_refused(
    ada: Correspondent, bob: Correspondent, path: Path, items: list[Packable]
) -> None:
    tree = next(item.id for item in items if item.kind == "tree")
    forge(path, items, {MAIN: ada.tip(), "refs/heads/x": tree})
    refuse(bob, path, "of refs/heads/x, it names a tree")
    forge(path, items, {"refs/sessions/x": ada.tip()})
    refuse(bob, path, "it names a commit")


def test_a_reference_to_nothing_is_refused(
    ada: Correspondent, bob: Correspondent, path: Path, items: list[Packable]
) -> None:
    forge(path, items, {MAIN: ada.tip(), "refs/heads/x": ObjectId(b"x" * 32)})
    refuse(bob, path, "which is not there")


def test_a_version_under_another_node_is_refused(bob: Correspondent, path: Path, items: list[Packable]) -> None:
    leaf = max((item for item in items if item.kind == "tree" and is_leaf(item.body)), key=lambda item: len(item.body))
    body = bytearray(leaf.body)
    body[1:17] = bytes(16)
    tree = packable("tree", bytes(body))
    commit = packable("commit", encode_checked({"author": "eve", "at": 1, "message": "m", "tree": tree.id.hex()}))
    forge(path, [*items, tree, commit], {MAIN: commit.id})
    with pytest.raises(DamagedBundle):
        bob.take(path)
    with pytest.raises(DamagedBundle, match=r"stands under|under two nodes"):
        verify_bundle(str(path))


def test_a_commit_that_is_needed_and_not_said_to_be_is_noticed(
    ada: Correspondent, path: Path, items: list[Packable]
) -> None:
    first = next(item for item in reversed(items) if item.kind == "commit")
    other = next(item for item in items if item.kind == "commit" and item.id not in (first.id, ada.tip()))
    forge(path, [item for item in items if item.id != first.id], {MAIN: ada.tip()}, other.id)
    with pytest.raises(DamagedBundle, match="is missing, and is not said to be needed"):
        verify_bundle(str(path))


def test_a_session_that_is_none_is_left(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    item = packable("session", b'{"session":"x"}')
    forge(path, [item], {"refs/sessions/y": item.id})
    assert bob.take(path).changes[0].kept is not None
    assert bob.tip("refs/sessions/y") is None


def test_other_files_are_refused(bob: Correspondent, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("# Notes")
    with pytest.raises(NotABundle):
        bob.take(tmp_path / "x")
    with pytest.raises(NotFound):
        bob.take(tmp_path / "gone")


def test_the_same_memory_makes_the_same_bytes(ada: Correspondent, path: Path) -> None:
    ada.bundle(path)
    first = path.read_bytes()
    ada.now -= 1_000_000
    ada.bundle(path)
    assert path.read_bytes() == first
    with open_bundle(str(path)) as bundle:
        assert bundle.size_bytes == len(first)


def test_a_store_is_made_of_a_bundle(ada: Correspondent, path: Path, tmp_path: Path) -> None:
    ada.do(create_tag, "v1", "main~1")
    ada.bundle(path, everything=True)
    cloned = clone(path.name, str(tmp_path / "new"), directory=str(tmp_path), author="eve", now=ada.now)
    assert (cloned.branch, cloned.commit, cloned.fetched.commits) == ("main", ada.tip(), 4)
    new = Correspondent(tmp_path / "new")
    assert new.memories == ada.memories
    assert new.repository.refs.remotes.list() == []
    assert new.repository.refs.remotes.upstream("main") is None
    new.sound()


def test_no_store_is_made_of_a_bundle_that_cannot_be_taken_in(ada: Correspondent, path: Path, tmp_path: Path) -> None:
    ada.bundle(path, "main~1..main")
    (tmp_path / "text").write_text("# Notes")
    for file, error in (("memory.bundle", PrerequisitesMissing), ("text", NotABundle)):
        with pytest.raises(error):
            clone(file, str(tmp_path / "new"), directory=str(tmp_path), author="eve", now=ada.now)
        assert not (tmp_path / "new").exists()
    ada.bundle(path)
    with pytest.raises(NotFound):
        clone(path.name, str(tmp_path / "new"), directory=str(tmp_path), author="eve", now=ada.now, branch="gone")
    assert not (tmp_path / "new").exists()


def test_a_bundle_of_the_first_format_is_read_for_ever(bob: Correspondent, path: Path) -> None:
    path.write_bytes(b64decode(FROZEN))
    verified = verify_bundle(str(path))
    assert (verified.objects, verified.versions, verified.commits) == (6, 2, 2)
    assert verified.header.refs == {MAIN: bytes.fromhex(FROZEN_COMMIT)}
    assert (verified.header.author, verified.header.to, verified.header.note) == ("ada", "codex", "Read *this*")
    bob.take(path)
    bob.do(merge, "bundle/main")
    assert bob.memories == {"Auth uses JWT RS256", "Deploys run from main"}
    bob.sound()


@needs_fork
def test_killed_while_it_is_taken_in_nothing_has_changed(ada: Correspondent, bob: Correspondent, path: Path) -> None:
    ada.bundle(path)
    before = bob.everything

    def die(_what: str, _count: int) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(lambda: Correspondent(bob.directory).take(path, progress=die)).code == -signal.SIGKILL
    assert bob.everything == before
    bob.take(path)
    bob.sound()
