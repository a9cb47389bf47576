"""What sharing costs: a push of little, a clone of much, the bytes that travel, and a folder that many push to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import zstandard

from bench.crowd import Crowd, gather
from bench.figure import Figure, ratio
from bench.object_server import ServerMissing, object_server
from bench.store import AUTHOR, START, lines, open_store
from bench.timing import medians, wall_seconds
from bench.workshop import Workshop
from memora import operations
from memora.operations.remotes.push import Wish
from memora.remotes.closure import closure
from memora.repository import Repository

_NAME = "origin"
_CHANGES = 1_000
_TIMES = 5


def measure_sharing(workshop: Workshop) -> Iterator[Figure]:
    """Push of one change to a small and a large remote, clone, and bytes sent against what the objects need."""
    small, large = workshop.scale.commands[0] * 10, workshop.scale.commands[1]
    with workshop.copy_of_store(small) as few, workshop.copy_of_store(large) as many:
        for project in (few, many):
            with open_store(project) as repository:
                _share(repository, project / "shared")
                operations.push(repository, _NAME, Wish(), author=AUTHOR, now=START)
        seconds = [_clone(many / "shared", workshop.new_folder()) for _ in range(_TIMES)]
        yield Figure(
            "sharing.clone",
            f"`clone` of {large:,} memories from a local folder, in process",
            large / min(seconds),
            "/s",
            20_000,
            at_least=True,
            note=f"the best of {_TIMES}; the median is {large / median(seconds):,.0f} /s.",
        )
        yield Figure(
            "sharing.room",
            f"bytes in the folder for a memory of 120 characters, of {large:,}",
            _size(many / "shared") / large,
            "B",
        )
        pushes = {"few": _Pusher(few), "many": _Pusher(many)}
        try:
            found = medians({name: pusher.push_one for name, pusher in pushes.items()}, workshop.scale.rounds)
        finally:
            for pusher in pushes.values():
                pusher.close()
        yield ratio(
            "sharing.push",
            f"push of 1 change to a remote of {large:,} memories against {small:,}",
            found["many"] / found["few"],
            3,
        )
        yield _bytes_sent(many)


def measure_crowds(workshop: Workshop) -> Iterator[Figure]:
    """Many clients at one remote at once: a folder, each client its branch and all one; a server of object storage."""
    turns = 2 if workshop.scale.rounds < 2 else 6
    pushers, clients = workshop.scale.crowds
    yield _pushes(
        "crowds.folder",
        f"{pushers} pushers to one folder, each its own branch",
        gather(workshop.new_folder(), pushers, rounds=turns, together=False),
        50,
    )
    yield _pushes(
        "crowds.many",
        f"{clients} clients push to one folder, each its own branch",
        gather(workshop.new_folder(), clients, rounds=turns, together=False),
    )
    yield _pushes(
        "crowds.sync",
        f"{pushers} clients `sync` one branch in one folder",
        gather(workshop.new_folder(), pushers, rounds=turns, together=True),
    )
    yield from _at_a_server(workshop, clients, turns)


def _at_a_server(workshop: Workshop, clients: int, turns: int) -> Iterator[Figure]:
    """The same at SeaweedFS on loopback, where it can be had."""
    name, what = (
        "crowds.server",
        f"{clients} clients push to one bucket of an S3 server on loopback, each its own branch",
    )
    try:
        address, environment = object_server()
    except ServerMissing as error:
        yield Figure(name, what, None, "/s", note=str(error))
        return
    folder = workshop.new_folder()
    crowd = gather(
        folder, clients, rounds=turns, together=False, address=f"{address}/{folder.name}", environment=environment
    )
    yield _pushes(name, what, crowd)


def _share(repository: Repository, folder: Path) -> None:
    operations.add_remote(repository, _NAME, str(folder), directory="")


def _clone(address: Path, into: Path) -> float:
    try:
        return wall_seconds(lambda: operations.clone(str(address), str(into), directory="", author=AUTHOR, now=START))
    finally:
        shutil.rmtree(into, ignore_errors=True)


class _Pusher:
    """A store that changes one memory and pushes that, again and again."""

    def __init__(self, project: Path) -> None:
        self._repository = open_store(project)
        self._count = 0

    def push_one(self) -> float:
        """Seconds by the clock for one push of one change."""
        self._count += 1
        operations.add(self._repository, {"content": f"Change {self._count}"}, author=AUTHOR, now=START)
        operations.commit(self._repository, message="one more", author=AUTHOR, now=START + self._count)
        return wall_seconds(
            lambda: operations.push(self._repository, _NAME, Wish(), author=AUTHOR, now=START + self._count)
        )

    def close(self) -> None:
        self._repository.close()


def _bytes_sent(project: Path) -> Figure:
    """All bytes that a push of some changes puts into the folder, against its new objects compressed in one piece."""
    folder = project / "shared"
    before = _size(folder)
    with open_store(project) as repository:
        old = {item.id for item in closure(repository.objects, [_tip(repository)], lambda _: False)}
        operations.add_batch(repository, lines(_CHANGES, 10_000_000), author=AUTHOR, now=START)
        operations.commit(repository, message="many", author=AUTHOR, now=START)
        bodies = [item.body for item in closure(repository.objects, [_tip(repository)], old.__contains__)]
        operations.push(repository, _NAME, Wish(), author=AUTHOR, now=START)
    packed = len(zstandard.ZstdCompressor(level=6).compress(b"".join(bodies)))
    return ratio(
        "sharing.bytes",
        f"bytes that a push of {_CHANGES:,} changes writes, against its new objects compressed",
        (_size(folder) - before) / packed,
        1.3,
    )


def _tip(repository: Repository) -> bytes:
    commit = repository.workspace.head.commit
    assert commit is not None
    return commit


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _pushes(name: str, what: str, crowd: Crowd, bound: float | None = None) -> Figure:
    note = (
        f"{crowd.retries / crowd.pushes:.2f} retries, {crowd.requests / crowd.pushes:.0f} requests and "
        f"{crowd.bytes / crowd.pushes / 1e3:.1f} kB a push"
    )
    return Figure(name, what, crowd.pushes / crowd.seconds, "/s", bound, at_least=True, note=note)
