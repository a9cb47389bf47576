"""Others push, fold, prune and purge at a remote at the moment of a purge: all comes out as one after the other."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from members import SECRET, Member, holds, join, newest, share_a_secret

from memora.errors.remotes import PurgedThere, RemoteUnavailable
from memora.operations.care.problems import Problem
from memora.operations.care.purge import Erased, purge
from memora.operations.history.branch import create_branch
from memora.operations.history.switch import switch
from memora.operations.remotes import places
from memora.operations.remotes.erasing import waiting_remotes
from memora.operations.remotes.inspection import fsck_remote
from memora.operations.remotes.upkeep import compact_remote, prune_remote
from memora.remotes.folder import FolderFiles

Act = Callable[[], object]


class Interrupted(FolderFiles):
    """A folder in which others do something just before a file of some kind is made, once."""

    def __init__(self, folder: str, kind: str, act: Act) -> None:
        super().__init__(folder)
        self.kind, self.act = kind, act

    def create(self, name: str, body: bytes) -> bool:
        self._pass(name)
        return super().create(name, body)

    def upload(self, name: str, chunks: Iterable[bytes]) -> int:
        self._pass(name)
        return super().upload(name, chunks)

    def _pass(self, name: str) -> None:
        if self.act is not None and name.startswith(self.kind):
            act, self.act = self.act, lambda: None
            act()


@pytest.fixture
def ada(tmp_path: Path, remote: Path) -> Member:
    member = share_a_secret(tmp_path / "ada", remote)
    member.remember("Deploys run from main", key="deploy")
    member.commit("more of it")
    member.push()
    return member


def learn(member: Member, content: str) -> None:
    member.remember(content)
    member.commit(content)
    member.push()


def erase_while(member: Member, remote: Path, kind: str, act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    """Purge, while others do something before the first file of a kind is made there."""
    assert isinstance(member.do(purge, ["db.password"]), Erased)
    real, given = places.open_files, []

    def opened(*arguments: object, **options: object) -> FolderFiles:
        if given:
            return FolderFiles(str(remote))
        given.append(True)
        return Interrupted(str(remote), kind, act)

    with monkeypatch.context() as patch:
        patch.setattr(places, "open_files", opened)
        carried = member.carry()
    assert real is places.open_files
    assert carried.problem is None, carried


def is_whole(member: Member, remote: Path, tmp_path: Path, *texts: str) -> None:
    assert not holds(remote)
    problems: list[Problem] = []
    fsck_remote(member.repository, "origin", report=problems.append)
    assert [problem for problem in problems if problem.rule != "remote-stray"] == []
    new = join(tmp_path, remote, "new")
    new.sound()
    assert new.says() == set(texts)


@pytest.mark.parametrize("kind", ["packs/", "purges/", "manifests/"])
@pytest.mark.parametrize("act", ["push", "push and prune", "push and compact", "purge", "push and purge"])
def test_what_others_do_in_between(
    ada: Member, remote: Path, tmp_path: Path, kind: str, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = join(tmp_path, remote, "other")
    texts = {"Auth uses JWT RS256", "Deploys run from main"}
    acts: dict[str, Act] = {
        "push": lambda: learn(other, "Linting comes first"),
        "prune": lambda: prune_remote(other.repository, "origin"),
        "compact": lambda: compact_remote(other.repository, "origin"),
        "purge": lambda: other.erase("deploy"),
    }

    def work() -> None:
        for step in act.split(" and "):
            acts[step]()

    erase_while(ada, remote, kind, work, monkeypatch)
    if "push" in act:
        texts.add("Linting comes first")
    if "purge" in act:
        texts.discard("Deploys run from main")
    is_whole(ada, remote, tmp_path, *texts)
    ada.follow()
    ada.pull()
    assert ada.says() == texts


def test_eight_others_push_all_the_time(ada: Member, remote: Path, tmp_path: Path) -> None:
    """Each pushes to a branch of its own, on a history in which the secret stands, until it hears of the purge."""
    pushers = [join(tmp_path, remote, f"p{number}") for number in range(8)]
    for number, pusher in enumerate(pushers):
        pusher.do(create_branch, f"b{number}", start="HEAD")
        pusher.do(switch, f"b{number}")
        pusher.repository.close()
    assert isinstance(ada.do(purge, ["db.password"]), Erased)
    children = [start(lambda number=number: keep_pushing(tmp_path / f"p{number}", number)) for number in range(8)]
    begun = newest(remote).manifest.generation
    while newest(remote).manifest.generation < begun + 16:
        pass
    carried = ada.carry()
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert carried.problem is None
    assert not holds(remote)
    problems: list[Problem] = []
    fsck_remote(ada.repository, "origin", report=problems.append)
    assert [problem for problem in problems if problem.rule != "remote-stray"] == []
    follower = Member(tmp_path / "p3")
    follower.follow()
    mine = {text for text in follower.says() if text.startswith("3 ")}
    follower.push()
    new = join(tmp_path, remote, "new")
    new.do(switch, "b3")
    assert new.says() >= mine
    assert not holds(remote)


def start(work: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        code = 70
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def keep_pushing(directory: Path, number: int) -> None:
    member = Member(directory)
    for turn in range(500):
        member.remember(f"{number} {turn}")
        member.commit(f"{number} {turn}")
        try:
            member.push()
        except PurgedThere:
            return
    raise AssertionError("nobody purged anything")


def test_who_may_not_remove_is_told_until_somebody_has(
    ada: Member, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifest is made, and what it replaced stays where it is: that is no purge yet."""

    class Keeping(FolderFiles):
        def remove(self, *names: str) -> None:
            if any(name.startswith("packs/") for name in names):
                raise RemoteUnavailable(self.path, "may not remove anything")
            super().remove(*names)

    assert isinstance(ada.do(purge, ["db.password"]), Erased)
    with monkeypatch.context() as patch:
        patch.setattr(places, "open_files", lambda *_, **__: Keeping(str(remote)))
        for _ in range(2):
            assert "may not remove" in (ada.carry().problem or "")
    assert holds(remote)
    assert waiting_remotes(ada.repository) == ("origin",)
    other = join(tmp_path, remote, "other")
    for number in range(40):  # the tombstones of what should have gone are forgotten meanwhile
        learn(other, f"memory {number}")
    assert ada.carry().problem is None
    assert not holds(remote)
    assert waiting_remotes(ada.repository) == ()


def test_names_that_would_look_alike_stay_apart(ada: Member, remote: Path, tmp_path: Path) -> None:
    other = join(tmp_path, remote, "other")
    for name in ("Try-Purged", f"try-{SECRET}"):
        other.do(create_branch, name, start="HEAD")
        other.push(branches=(name,))
    ada.fetch()
    carried = ada.erase(match=SECRET)
    assert carried.problem is None
    names = {ref for ref in newest(remote).manifest.refs if "main" not in ref}
    assert names == {"refs/heads/Try-Purged", "refs/heads/try-purged-2"}
    assert join(tmp_path, remote, "new").says() == {"Auth uses JWT RS256", "Deploys run from main"}
