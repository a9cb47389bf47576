"""The simulation of docs/scale.md: it is what it prints, and what it rests on is what memora does."""

from __future__ import annotations

from pathlib import Path

import pytest
from seats import Seat

from bench import scale
from bench.crowd import Counted
from memora.operations.history.commit import commit
from memora.operations.remotes.push import Wish, push
from memora.operations.share.remotes import add_remote
from memora.remotes import turns
from memora.remotes.folding import FOLDED_AT_ONCE
from memora.remotes.memory import MemoryFiles
from memora.remotes.packed import PackRemote

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
MINUTES = 20


class Sharing(Seat):
    """A store that pushes to a remote in this process, of which every request is counted."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        add_remote(self.repository, "origin", str(directory / "nowhere"), directory="")
        self.memory = MemoryFiles()
        self.counts = {"requests": 0, "bytes": 0, "retries": 0}
        self.spool = str(directory / "spool")

    def push_one(self, content: str) -> dict[str, int]:
        """Push one more memory; gives what that took."""
        self.remember(content)
        self.commit(content)
        return self.push()

    def push(self) -> dict[str, int]:
        self.counts.update(dict.fromkeys(self.counts, 0))
        place = PackRemote(Counted(self.memory, self.counts), "memory", self.spool)
        self.do(push, "origin", Wish(all_branches=True), place=place)
        return dict(self.counts)

    def sizes(self, folder: str) -> list[int]:
        """Bytes of the files in a folder of the remote, by name."""
        return [len(body) for name, body in sorted(self.memory.files.items()) if name.startswith(folder)]


@pytest.fixture
def sharing(tmp_path: Path) -> Sharing:
    seat = Sharing(tmp_path)
    seat.push_one("The first thing that is known")
    return seat


def near(measured: float, assumed: float) -> bool:
    """Whether a number that the simulation takes for granted is of the size of what was measured."""
    return 0.5 <= measured / assumed <= 1.5


def test_a_push_takes_the_requests_that_are_simulated(sharing: Sharing) -> None:
    pack_and_manifest, is_the_one_before_there = 2, 1
    taken = sharing.push_one("A second thing, of which somebody learnt on a Tuesday, while it rained")
    assert taken["requests"] == scale.REQUESTS_TO_LOOK + pack_and_manifest + is_the_one_before_there
    assert taken["retries"] == 0


def test_a_push_writes_as_much_as_is_simulated(sharing: Sharing) -> None:
    for number in range(800):  # beside others a memory changes a leaf of the tree, and the nodes above it
        sharing.remember(f"One of many things that are known by their number, which is {number}")
    sharing.commit("many")
    sharing.push()
    taken = sharing.push_one("A memory of the usual length that an agent found out about the code and wrote down")
    manifest = sharing.sizes("manifests/")[-1]
    assert near(taken["bytes"] - manifest, scale.PACK_BYTES)


def test_a_manifest_grows_as_is_simulated(sharing: Sharing) -> None:
    before, branches = sharing.sizes("manifests/")[-1], 100
    assert before <= scale.MANIFEST_BYTES  # without the entries of packs that go, of which there may be some dozens
    tips = [sharing.do(commit, message=f"of agent {number}", allow_empty=True).commit for number in range(branches)]
    with sharing.repository.transaction("branch", author="ada", now=sharing.now) as transaction:
        for number, tip in enumerate(tips):
            transaction.move_ref(f"refs/heads/agent-{number:04}", None, tip)
    sharing.push()
    sizes = [sharing.sizes("manifests/")[-1]]
    assert near((sizes[0] - before) / branches, scale.REF_BYTES)

    packs = FOLDED_AT_ONCE - 3  # with the two that are there one less than what is folded
    for number in range(packs):
        sharing.push_one(f"memory number {number}")
        sizes.append(sharing.sizes("manifests/")[-1])
    assert near((sizes[-1] - sizes[0]) / packs, scale.PACK_ENTRY_BYTES)


def test_what_is_simulated_is_what_the_remote_does() -> None:
    assert scale.FOLDED == FOLDED_AT_ONCE
    assert (scale.FIRST_PAUSE, scale.MAX_PAUSE) == (turns._FIRST_SECONDS, turns._LONGEST_SECONDS)


def test_the_page_shows_what_it_prints() -> None:
    """Without the column of who still waits, and without the rows in which nothing happens."""
    printed = {
        row(scale._row(service, plan, scale.simulate(service, plan, MINUTES), MINUTES))
        for service in scale.SERVICES
        for plan in scale.PLANS
    }
    text = PAGE.read_text(encoding="utf-8")
    assert f"<!-- python -m bench.scale --minutes {MINUTES} -->" in text
    table = text.split(f"--minutes {MINUTES} -->", 1)[1].split("\n\n", 1)[0]
    shown = [cells(line) for line in table.splitlines()[3:]]
    assert len(shown) >= 9
    assert [line for line in shown if line not in printed] == []


def row(line: str) -> tuple[str, ...]:
    found = list(cells(line))
    found[3] = found[3].removeprefix("object storage, ")
    del found[9]
    return tuple(found)


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))
