"""The power goes at any moment: what was synced is on the disk, of the rest some sectors are and some are not.

The control does the same to a store that never syncs, and must fail: else the simulation would have no teeth.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from breaking_disk import Call, mounted
from stores import contents, make_store, problems
from working_day import ACTS

from memora.errors import MemoraError
from memora.repository import Repository

pytestmark = pytest.mark.torture

CUTS = 150
SECTOR = 512
SEED = 20260102


class Acknowledged(NamedTuple):
    """A moment at which somebody was told that something is done: the last operation, and what the memories say."""

    number: int
    said: frozenset[str]


Moment = Call | Acknowledged | bytes  # bytes: what was written into the witness, which nobody syncs


def record(folder: Path, prepare: Callable[[Repository], None]) -> tuple[dict[str, bytes], list[Moment]]:
    """A day's work in a store: its files in the morning, and everything that happened to the disk after."""
    morning = {entry.name: entry.read_bytes() for entry in folder.iterdir() if not entry.name.endswith("-shm")}
    moments: list[Moment] = []
    witness = morning["witness"]

    def note(call: Call | Acknowledged) -> None:
        nonlocal witness
        now = (folder / "witness").read_bytes()
        if now != witness:
            witness = now
            moments.append(now)
        moments.append(call)

    chance = random.Random(SEED)
    with mounted(note):
        for number in range(14):
            with Repository.open(str(folder)) as repository:
                prepare(repository)
                for _ in range(3):
                    act = chance.choices(["add", "commit", "undo", "gc"], [6, 2, 1, 1])[0]
                    ACTS[act](repository, f"act {number} {chance.random():.4f}")
                    note(Acknowledged(repository.log.head().number, frozenset(contents(repository))))
    return morning, moments


class Platter:
    """What is on the disk for certain, and what has been written to each file since its last sync."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = {name: bytearray(content) for name, content in files.items()}
        self.pending: dict[str, list[Call]] = {}
        self.witnesses = [files["witness"]]

    def take(self, call: Call) -> None:
        name = Path(call.path).name
        if call.kind == "sync":
            for change in self.pending.pop(name, []):
                apply(self.files, change)
        else:
            self.pending.setdefault(name, []).append(call)

    def after_the_cut(self, chance: random.Random) -> dict[str, bytearray]:
        """The files as they are found: of every change that was not synced, each sector may have made it."""
        files = {name: bytearray(content) for name, content in self.files.items()}
        files["witness"] = bytearray(chance.choice(self.witnesses[-4:]))
        for changes in self.pending.values():
            for change in changes:
                if change.kind != "write":
                    if chance.random() < 0.5:
                        apply(files, change)
                    continue
                for start in range(0, len(change.data), SECTOR):
                    if chance.random() < 0.5:
                        piece = change.data[start : start + SECTOR]
                        apply(files, change._replace(offset=change.offset + start, data=piece))
        return files


def apply(files: dict[str, bytearray], change: Call) -> None:
    name = Path(change.path).name
    if change.kind == "delete":
        files.pop(name, None)
        return
    content = files.setdefault(name, bytearray())
    if change.kind == "truncate":
        del content[change.offset :]
        return
    if len(content) < change.offset:
        content.extend(bytes(change.offset - len(content)))
    content[change.offset : change.offset + len(change.data)] = change.data


def failures(tmp_path: Path, prepare: Callable[[Repository], None]) -> list[str]:
    """What is wrong after each of many power cuts; empty strings where nothing is."""
    make_store(tmp_path / "day", memories=3).close()
    folder = tmp_path / "day" / ".memora"
    morning, moments = record(folder, prepare)
    chance = random.Random(SEED)
    cuts = sorted(chance.sample(range(len(moments)), CUTS))
    platter = Platter(morning)
    told = Acknowledged(3, frozenset(f"memory number {number}" for number in range(3)))
    outcomes = []
    for at, moment in enumerate(moments):
        if cuts and at == cuts[0]:
            cuts.pop(0)
            place = tmp_path / "found"
            place.mkdir()
            for name, content in platter.after_the_cut(chance).items():
                (place / name).write_bytes(content)
            outcomes.append(judge(place, told))
            shutil.rmtree(place)
        if isinstance(moment, Call):
            platter.take(moment)
        elif isinstance(moment, Acknowledged):
            told = moment
        else:
            platter.witnesses.append(moment)
    assert len(outcomes) == CUTS
    return outcomes


def judge(place: Path, told: Acknowledged) -> str:
    try:
        with Repository.open(str(place)) as repository:
            number, said = repository.log.head().number, contents(repository)
    except MemoraError as error:
        return f"does not open: {error}"
    if number < told.number:
        return f"acknowledged {told.number}, found {number}"
    if number == told.number and said != told.said:
        return "another content"
    if number > told.number + 1:
        return "more than one act that nobody was told of"
    found = problems(str(place))
    return str(found) if found else ""


def test_no_power_cut_loses_what_was_acknowledged(tmp_path: Path) -> None:
    assert [failure for failure in failures(tmp_path, lambda repository: None) if failure] == []


def test_the_same_without_syncing_fails(tmp_path: Path) -> None:
    def never_sync(repository: Repository) -> None:
        repository.index.database.execute("PRAGMA synchronous=OFF")

    outcomes = failures(tmp_path, never_sync)
    assert sum(bool(outcome) for outcome in outcomes) > CUTS / 2
