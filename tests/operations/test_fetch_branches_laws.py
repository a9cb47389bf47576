"""Whatever was pushed in whatever order, a fetch of some branches brings what they need, all of it and no more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from members import Member

from memora.operations.history.merge import merge
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.remotes.fetch import fetch
from memora.operations.remotes.upkeep import compact_remote, prune_remote
from memora.remotes import folding, pack
from memora.remotes.closure import closure


def objects(member: Member) -> set[bytes]:
    return {object_id for _, object_id, _, _ in member.repository.objects.sizes()}


class Crowd:
    """Somebody who works on many branches and pushes them, and a store that follows some."""

    def __init__(self, directory: Path, chance: random.Random) -> None:
        self.chance = chance
        self.ada = Member.sharing(directory / "ada", directory / "shared")
        self.bob = Member.sharing(directory / "bob", directory / "shared", author="bob")
        self.branches = ["main"]
        self.pushed: set[str] = set()
        self.fetched: set[str] = set()
        self.before = objects(self.bob)
        self.needed: set[bytes] = set()
        self.work("main")
        self.push()

    def work(self, branch: str) -> None:
        for _ in range(self.chance.randint(1, 3)):
            for _ in range(self.chance.randint(1, 40)):
                self.ada.remember(f"{branch} learnt {self.chance.random()}")
            self.ada.commit(f"{branch} goes on")

    def part(self) -> None:
        name = f"agent{len(self.branches)}"
        self.ada.do(switch_to_new, name, self.chance.choice(self.branches))
        self.branches.append(name)
        self.work(name)

    def go_on(self) -> None:
        branch = self.chance.choice(self.branches)
        self.ada.do(switch, branch)
        self.work(branch)

    def meet(self) -> None:
        one, other = self.chance.choice(self.branches), self.chance.choice(self.branches)
        self.ada.do(switch, one)
        self.ada.do(merge, other)

    def push(self) -> None:
        some = self.chance.sample(self.branches, self.chance.randint(1, len(self.branches)))
        self.ada.push(branches=tuple(some))
        self.pushed.update(some)

    def care(self) -> None:
        self.chance.choice([compact_remote, prune_remote])(self.ada.repository, "origin")

    def fetch(self) -> None:
        some = self.chance.sample(sorted(self.pushed), self.chance.randint(1, min(3, len(self.pushed))))
        self.bob.do(fetch, "origin", branches=some)
        self.fetched.update(some)
        there = {branch: self.ada.tip(f"refs/remotes/origin/{branch}") for branch in some}
        assert {branch: self.bob.tip(f"refs/remotes/origin/{branch}") for branch in some} == there
        tips = [self.bob.tip(f"refs/remotes/origin/{branch}") for branch in sorted(self.fetched)]
        needed = {item.id for item in closure(self.bob.repository.objects, tips, lambda _: False)}
        self.needed |= needed
        assert objects(self.bob) - self.before == self.needed - self.before


@pytest.mark.parametrize("seed", range(4))
def test_a_fetch_of_some_branches_brings_what_they_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    if seed % 2:  # packs are never read whole, and have many frames
        monkeypatch.setattr(folding, "SMALL_BYTES", 0)
        monkeypatch.setattr(pack, "FRAME_BYTES", 4_000)
    chance = random.Random(seed)
    crowd = Crowd(tmp_path, chance)
    steps = [crowd.part, crowd.go_on, crowd.meet, crowd.push, crowd.push, crowd.care, crowd.fetch, crowd.fetch]
    for _ in range(40):
        chance.choice(steps)()
    crowd.bob.sound()
    crowd.push()
    crowd.bob.fetch()
    assert crowd.bob.fetch().objects == 0
    crowd.bob.sound()
