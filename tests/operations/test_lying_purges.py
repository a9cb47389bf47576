"""A remote that lies about what was erased there takes nothing away here, and cannot put its own in the place of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import Terminal
from members import SECRET, Member, holds, join, newest
from stores import NOON

from memora.errors.remotes import DamagedRemote, PurgedThere
from memora.history.load import load_commit
from memora.model.commit import Commit, encode_commit
from memora.model.ids import CommitId, ObjectId, VersionId, hash_object
from memora.operations.care.purge import Erased, purge
from memora.operations.history.switch import switch_to_new
from memora.operations.history.undo import undo
from memora.operations.remotes.erasing import carry_purges
from memora.operations.remotes.push import Wish, push
from memora.remotes import purge_list
from memora.remotes.chain import Chain
from memora.remotes.folder import FolderFiles
from memora.remotes.manifest import Pack
from memora.remotes.pack import PackWriter, pack_small
from memora.remotes.ports import Packable, PurgeList, pack_file
from memora.remotes.purge_list import encode_purge_lists, purge_file
from memora.tree.edit import edit
from memora.tree.lookup import entries


@pytest.fixture
def ada(tmp_path: Path, remote: Path) -> Member:
    member = Member.sharing(tmp_path / "ada", remote)
    member.remember("Auth uses JWT RS256", key="auth.jwt")
    member.commit("what we know")
    member.remember("Deploys run from main", key="deploy")
    member.commit("more of it")
    member.push()
    return member


def claim(remote: Path, body: bytes | None, *, tip: ObjectId | None = None, objects: tuple[Packable, ...] = ()) -> None:
    """Say at the remote that something was erased, and lead its branch elsewhere."""
    files, seen = FolderFiles(str(remote)), newest(remote)
    packs, purges, refs = seen.manifest.packs, seen.manifest.purges, dict(seen.manifest.refs)
    if objects:
        writer = PackWriter(iter(objects))
        size = files.upload(pack_file("ab" * 10), writer.chunks())
        packs = (*packs, Pack("ab" * 10, size, len(writer.ids), seen.manifest.generation + 1))
    if body is not None:
        files.create(purge_file("cd" * 10), body)
        purges = (*purges, "cd" * 10)
    if tip is not None:
        refs["refs/heads/main"] = tip
    following = seen.manifest._replace(packs=packs, purges=purges, refs=refs, epoch=seen.manifest.epoch + 1)
    assert Chain(files, "there").append(seen, following) is not None


def version_of(member: Member, text: str) -> ObjectId:
    from memora.history.load import load_node

    objects = member.repository.objects
    versions = [version for _, version in entries(objects, member.repository.workspace.tree)]
    return next(version for version in versions if load_node(objects, version).content == text)


def listed(ids: set[ObjectId], pairs: dict[ObjectId, ObjectId]) -> bytes:
    commits = {CommitId(old): CommitId(new) for old, new in pairs.items()}
    [body] = encode_purge_lists(PurgeList(frozenset(ids), commits))
    return body


def test_what_everybody_needs_stays_until_somebody_says_otherwise(ada: Member, remote: Path) -> None:
    claim(remote, listed({version_of(ada, "Deploys run from main"), ObjectId(ada.tip())}, {}))
    before = ada.state
    terminal = Terminal(ada.directory)
    assert "origin erased 1 memory that this store still holds" in terminal.ok("fetch")
    assert terminal.run("pull").code == 5
    ada.remember("Linting comes first")
    ada.commit("on top")
    with pytest.raises(PurgedThere):
        ada.push()
    assert terminal.run("purge", "--from", "origin").code == 5
    assert "would erase 1 version of 1 memory" in terminal.ok("purge", "--from", "origin", "--dry-run")
    assert ada.says() == {"Auth uses JWT RS256", "Deploys run from main", "Linting comes first"}
    assert before[1] <= ada.memories
    ada.sound()


@pytest.mark.parametrize("what", ["tree", "parents", "time", "content", "words"])
def test_no_other_history_is_taken_for_the_same_without_what_was_erased(ada: Member, remote: Path, what: str) -> None:
    """It says that little was erased, and that a commit which lost much more stands for ours."""
    objects, old = ada.repository.objects, ada.tip()
    commit = load_commit(objects, old)
    gone = version_of(ada, "Deploys run from main")
    ada.revise("deploy", "Deploys run from anywhere")
    other = VersionId(version_of(ada, "Deploys run from anywhere"))
    ada.do(undo)
    nodes = {version: node for node, version in entries(objects, commit.tree)}
    with ada.repository.exclusive():
        right = commit._replace(tree=edit(objects, commit.tree, {nodes[gone]: None}))
        wrong: dict[str, Commit] = {
            "tree": commit._replace(tree=edit(objects, commit.tree, dict.fromkeys(nodes.values()))),
            "parents": right._replace(parents=()),
            "time": right._replace(at=NOON),
            "content": commit._replace(tree=edit(objects, commit.tree, {nodes[gone]: other})),
            "words": commit._replace(message="in other words"),
        }
        made = wrong[what]
        sent = [Packable(hash_object("commit", encode_commit(made)), "commit", encode_commit(made))]
        sent.append(Packable(made.tree, "tree", objects.read(made.tree, "tree")))
    claim(remote, listed({gone} if what != "words" else {old}, {old: sent[0].id}), tip=sent[0].id, objects=tuple(sent))
    if what == "words":
        ada.follow()  # it is left with all memories that it had: a message may be another one
        assert ada.tip() == sent[0].id
        return
    before = ada.state
    with pytest.raises(DamagedRemote, match="stands for"):
        ada.follow()
    assert ada.state == before
    ada.sound()


@pytest.mark.parametrize("arguments", [("fetch",), ("push",), ("pull",), ("purge", "--from", "origin", "--yes")])
def test_a_list_of_a_newer_memora_stops_everything_and_changes_nothing(
    ada: Member, remote: Path, arguments: tuple[str, ...]
) -> None:
    ada.remember("Linting comes first")
    ada.commit("on top")
    claim(remote, pack_small(b'{"format":2,"refused":"in another way"}'))
    before, generation = ada.state, newest(remote).manifest.generation
    result = Terminal(ada.directory).run(*arguments)
    assert (result.code, "purges/" in result.err and "upgrade memora" in result.err) == (5, True), result
    assert ada.state == before
    ada.do(purge, ["deploy"])
    carried = ada.carry()
    assert carried.problem is not None and "has format 2" in carried.problem
    assert newest(remote).manifest.generation == generation


def test_a_list_takes_no_branch_away_at_another_remote(ada: Member, remote: Path, tmp_path: Path) -> None:
    """It names a commit that this store never had, and another remote has."""
    good = tmp_path / "good"
    with ada.repository.exclusive():
        ada.repository.refs.remotes.add("good", str(good))
    ada.do(push, "good", Wish(branches=("main",)))
    other = join(tmp_path, good, "other")
    other.do(switch_to_new, "two", "main")
    other.remember("Linting comes first")
    other.commit("unknown to ada")
    other.push(branches=("two",))
    before = newest(good).manifest
    claim(remote, listed({before.refs["refs/heads/two"]}, {}))
    plan = Terminal(ada.directory).ok("purge", "--from", "origin", "--dry-run")
    assert "would refuse from now on 1 object that was never here" in plan
    ada.follow()
    ada.do(purge, ["deploy"])
    [carried] = ada.do(carry_purges, ["good"])
    assert carried.problem is not None and "two" in carried.problem
    assert newest(good).manifest == before
    assert ada.carry().problem is None


def test_nothing_is_listed_that_nobody_could_read(ada: Member, remote: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge_list, "MOST_ENTRIES", 2)
    assert isinstance(ada.do(purge, ["deploy"]), Erased)
    generation = newest(remote).manifest.generation
    carried = ada.carry()
    assert carried.problem is not None and "are full" in carried.problem
    assert newest(remote).manifest.generation == generation
    monkeypatch.setattr(purge_list, "MOST_ENTRIES", 3)
    assert ada.carry().changed


def test_two_who_erase_at_once_come_to_one_history_without_either(ada: Member, remote: Path, tmp_path: Path) -> None:
    """Each has written history anew by itself; what the one erased is in the messages of the other's."""
    ada.remember(f"The password is {SECRET}", evidence=["said at lunch"])
    ada.remember("Builds are cached", evidence=[f"beside {SECRET}", "beside Erika Mustermann"])
    ada.commit(f"{SECRET} is what Erika Mustermann said")
    ada.push()
    other, late = join(tmp_path, remote, "other"), join(tmp_path, remote, "late")
    other.remember("Linting comes first")
    other.commit("on the old history")
    assert isinstance(other.do(purge, match="Erika Mustermann"), Erased)
    assert ada.erase(match=SECRET).problem is None
    assert other.carry(match="Erika Mustermann").problem is None
    assert not holds(remote)
    assert not holds(remote, "Erika Mustermann")
    for member in (other, ada, late):
        member.follow()
        member.pull()
        member.push()
        member.sound()
        assert not holds(remote)
        assert not holds(remote, "Erika Mustermann")
    ada.pull()
    late.pull()
    stays = {"Auth uses JWT RS256", "Deploys run from main", "Builds are cached", "Linting comes first"}
    assert ada.says() == other.says() == late.says() == stays
    assert ada.tip() == other.tip() == late.tip()
    assert join(tmp_path, remote, "new").says() == stays
