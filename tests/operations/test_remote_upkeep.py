"""A remote kept small while others push to it: no reference ever leads to what is not there."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from members import Member, join, newest

from memora.errors import MemoraError
from memora.errors.remotes import DamagedRemote
from memora.operations.history.branch import create_branch
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.remotes.fetch import fetch, no_progress
from memora.operations.remotes.inspection import fsck_remote
from memora.operations.remotes.places import look, open_place
from memora.operations.remotes.pull import sync
from memora.operations.remotes.upkeep import compact_remote, prune_remote
from memora.operations.start.init import init
from memora.remotes import folding
from memora.remotes.chain import Chain
from memora.remotes.closure import closure
from memora.remotes.compacting import compact
from memora.remotes.folder import FolderFiles
from memora.remotes.ports import RefMove, pack_file
from memora.remotes.sweeping import sweep


@pytest.fixture
def ada(tmp_path: Path, remote: Path) -> Member:
    member = Member.sharing(tmp_path / "ada", remote)
    say(member, "Auth uses JWT RS256")
    member.push()
    return member


def say(member: Member, content: str) -> None:
    member.remember(content)
    member.commit(content)


def files(remote: Path) -> set[str]:
    return {f"packs/{path.name}" for path in (remote / "packs").iterdir()}


def live(remote: Path) -> set[str]:
    return {pack_file(pack.name) for pack in newest(remote).manifest.packs}


def problems(member: Member) -> list[str]:
    found: list[Any] = []
    fsck_remote(member.repository, "origin", report=found.append)
    return [f"{problem.severity} {problem.rule}: {problem.message}" for problem in found]


def leave_behind(ada: Member) -> None:
    """A branch that is pushed, and deleted there."""
    ada.do(create_branch, "feature", None)
    ada.do(switch, "feature")
    say(ada, "The cache is Redis")
    ada.push(branches=("feature",))
    ada.push(branches=("feature",), delete=True)


def test_packs_are_folded_into_one(ada: Member, remote: Path, tmp_path: Path) -> None:
    for number in range(5):
        say(ada, f"fact {number}")
        ada.push()
    before = newest(remote).manifest
    compacted = compact_remote(ada.repository, "origin")
    assert compacted is not None
    assert (compacted.before, compacted.after) == (before.packs, newest(remote).manifest.packs)
    assert (len(compacted.before), len(compacted.after)) == (6, 1)
    assert newest(remote).manifest.epoch == before.epoch
    assert problems(ada) == []
    again = compact_remote(ada.repository, "origin")
    assert again is not None and again.before == again.after
    assert not ada.push().moves
    assert join(tmp_path, remote, "eve").head.commit == ada.head.commit


def test_what_a_killed_push_left_is_removed(ada: Member, remote: Path) -> None:
    FolderFiles(str(remote)).upload(pack_file("ab" * 10), [b"half a push"])
    (remote / "packs" / "notes.txt").write_text("not ours")
    assert problems(ada)[0].startswith("warning remote-stray")
    would = prune_remote(ada.repository, "origin", dry_run=True)
    assert would is not None and would.unnamed == 1 and pack_file("ab" * 10) in files(remote)
    swept = prune_remote(ada.repository, "origin")
    assert swept is not None and (swept.unnamed, swept.objects) == (1, 0)
    assert files(remote) == live(remote) | {"packs/notes.txt"}
    assert "ab" * 10 in newest(remote).manifest.tombstones  # who is about to name it must see that it is gone
    assert newest(remote).manifest.epoch == 0
    again = prune_remote(ada.repository, "origin")
    assert again is not None and again[:4] == (0, 0, 0, 0)


def test_folded_packs_go_at_once(ada: Member, remote: Path) -> None:
    say(ada, "fact")
    ada.push()
    compact_remote(ada.repository, "origin")
    assert len(files(remote)) == 3
    swept = prune_remote(ada.repository, "origin")
    assert swept is not None and swept.tombstones == 2
    assert files(remote) == live(remote)
    assert len(newest(remote).manifest.tombstones) == 2
    assert problems(ada) == []


def test_objects_of_a_deleted_branch_go_and_can_come_back(ada: Member, remote: Path, tmp_path: Path) -> None:
    leave_behind(ada)
    bob = join(tmp_path, remote, "bob")
    held = sum(pack.objects for pack in newest(remote).manifest.packs)
    swept = prune_remote(ada.repository, "origin")
    assert swept is not None and swept.objects == 3 and swept.packs == 1
    assert sum(pack.objects for pack in newest(remote).manifest.packs) == held - 3
    assert (newest(remote).manifest.epoch, files(remote)) == (1, live(remote))
    assert problems(bob) == []
    # Both believed that the remote holds it.
    assert ada.push(branches=("feature",)).objects == 3
    bob.do(fetch, "origin")
    assert problems(bob) == []
    eve = join(tmp_path, remote, "eve")
    assert eve.repository.refs.find("refs/remotes/origin/feature") == ada.repository.refs.find("refs/heads/feature")


def test_a_push_that_was_chosen_before_objects_went_is_chosen_anew(ada: Member, remote: Path) -> None:
    leave_behind(ada)
    known = ada.repository.refs.remotes.get("origin")
    tip = ada.repository.refs.find("refs/heads/feature")
    with open_place(ada.repository, known) as place:
        standing = look(place, known)
        prune_remote(ada.repository, "origin")
        items = closure(ada.repository.objects, [tip] if tip else [], lambda _: True)
        assert place.publish(standing, [RefMove("refs/heads/feature", None, tip)], items, no_progress) is None
    assert ada.push(branches=("feature",)).objects == 3
    assert problems(ada) == []


def test_an_upload_whose_tombstone_is_gone_is_not_folded_in(ada: Member, remote: Path) -> None:
    """A folder that slept for so long that nobody knows any more that its pack was thrown away."""
    say(ada, "fact")
    ada.push()
    there = FolderFiles(str(remote))
    chain = Chain(there, "there")
    seen = chain.newest()
    assert seen is not None

    class Slept(FolderFiles):
        def turn(self, tries: int) -> Any:
            newest = chain.newest()
            assert newest is not None
            sweep(there, chain, "there", no_progress)
            for _ in range(folding.GRACE_GENERATIONS + 2):
                newest = chain.newest()
                assert newest is not None
                chain.append(newest, newest.manifest._replace(tombstones=folding.bury(there, newest.manifest)))
            return super().turn(tries)

    sleeper = Slept(str(remote))
    assert folding.fold(sleeper, Chain(sleeper, "there"), seen, list(seen.manifest.packs)) is None
    assert problems(ada) == []


def test_a_damaged_remote_is_not_pruned(ada: Member, remote: Path) -> None:
    leave_behind(ada)
    path = next(remote / name for name in sorted(live(remote)))
    body = bytearray(path.read_bytes())
    body[30] ^= 1
    path.write_bytes(body)
    before = newest(remote).manifest
    with pytest.raises(DamagedRemote):
        prune_remote(ada.repository, "origin")
    assert newest(remote).manifest == before


def test_another_projects_store_has_nothing_to_fold(tmp_path: Path) -> None:
    init(str(tmp_path / "shared")).close()
    member = Member(tmp_path / "ada")
    with member.repository.exclusive():
        member.repository.refs.remotes.add("origin", str(tmp_path / "shared"))
    say(member, "fact")
    with suppress(MemoraError):
        member.push()
    assert compact_remote(member.repository, "origin") is None
    assert prune_remote(member.repository, "origin") is None
    assert problems(member) == []


class Killed(BaseException):
    """What stops a sweeper in the middle."""


class Fragile(FolderFiles):
    """Files of somebody who is killed at a random call."""

    def __init__(self, path: str, chance: random.Random) -> None:
        super().__init__(path)
        self._left = chance.randrange(1, 40)

    def _live(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Killed

    def create(self, name: str, body: bytes) -> bool:
        self._live()
        made = super().create(name, body)
        self._live()
        return made

    def upload(self, name: str, chunks: Iterable[bytes]) -> int:
        size = super().upload(name, chunks)
        self._live()
        return size

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        self._live()
        return super().read(name, start, length)

    def remove(self, *names: str) -> None:
        for name in names:
            self._live()
            super().remove(name)


@pytest.mark.parametrize("seed", range(2))
def test_pushers_and_sweepers_at_once(ada: Member, remote: Path, tmp_path: Path, seed: int) -> None:
    """Pushers that delete branches and push them again; sweepers and folders, killed at any call; zero grace."""
    members = {name: tmp_path / name for name in ("bob", "eve", "mia")}
    for name in members:
        join(tmp_path, remote, name).repository.close()
    failures: list[BaseException] = []
    pushing = threading.Event()
    pushing.set()

    def pusher(name: str) -> None:
        try:
            member = Member(members[name], author=name)
            for number in range(6):
                branch = f"{name}-{number}"
                say(member, f"{name} says {number}")
                member.do(sync)
                member.do(switch_to_new, branch, None)
                say(member, f"{name} wonders about {number}")
                member.push(branches=(branch,))
                member.push(branches=(branch,), delete=True)
                member.push(branches=(branch,))
                member.do(switch, "main")
                if number % 2:
                    member.push(branches=(branch,), delete=True)
            member.repository.close()
        except BaseException as error:  # a thread's failure is told by the test
            failures.append(error)

    def sweeper(kind: int) -> None:
        chance = random.Random(10 * seed + kind)
        while pushing.is_set():
            fragile = Fragile(str(remote), chance)
            chain = Chain(fragile, "there")
            try:
                if kind:
                    compact(fragile, chain, "there", no_progress)
                else:
                    sweep(fragile, chain, "there", no_progress)
            except Killed:
                pass
            except MemoraError as error:
                if "push so much" not in str(error):
                    failures.append(error)
                    return

    pushers = [threading.Thread(target=pusher, args=(name,)) for name in members]
    sweepers = [threading.Thread(target=sweeper, args=(kind,)) for kind in (0, 0, 1)]
    for thread in (*pushers, *sweepers):
        thread.start()
    for thread in pushers:
        thread.join()
    pushing.clear()
    for thread in sweepers:
        thread.join()
    assert failures == []
    assert [problem for problem in problems(ada) if not problem.startswith("warning remote-stray")] == []
    prune_remote(ada.repository, "origin")
    assert problems(ada) == []
    assert files(remote) == live(remote)
    assert len(join(tmp_path, remote, "newcomer").memories) == 1 + 6 * len(members)
    branches = {name.rpartition("/")[2] for name in newest(remote).manifest.refs}
    assert branches == {"main"} | {f"{name}-{number}" for name in members for number in range(0, 6, 2)}
