"""Many processes that push to one remote at the same time, each with a store of its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import BrokenBarrierError
from time import perf_counter
from typing import Any, NamedTuple

from bench.store import AUTHOR, START
from memora import operations
from memora.operations.remotes import places
from memora.operations.remotes.push import Wish
from memora.remotes.ports import MANIFESTS, RemoteFile, RemoteFiles, Unfinished
from memora.repository import Repository
from memora.storage.place import FOLDER

_PATIENCE_SECONDS = 600


class Crowd(NamedTuple):
    """What a crowd did: pushes that went through, how often somebody else was quicker, requests, bytes, seconds."""

    pushes: int
    retries: int
    requests: int
    bytes: int
    seconds: float


class Counted:
    """The files of a remote, which count what is asked of them."""

    def __init__(self, files: RemoteFiles, counts: dict[str, int]) -> None:
        self._files = files
        self._counts = counts

    def create(self, name: str, body: bytes) -> bool:
        made = self._files.create(name, body)
        self._count(written=len(body))
        if not made and name.startswith(MANIFESTS):
            self._counts["retries"] += 1
        return made

    def upload(self, name: str, chunks: Iterable[bytes]) -> int:
        size = self._files.upload(name, chunks)
        self._count(written=size)
        return size

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        self._count()
        return self._files.read(name, start, length)

    def list(self, folder: str) -> Iterator[RemoteFile]:
        self._count()
        return self._files.list(folder)

    def remove(self, *names: str) -> None:
        self._count()
        self._files.remove(*names)

    def unfinished(self) -> Iterator[Unfinished]:
        return self._files.unfinished()

    def turn(self, tries: int) -> AbstractContextManager[None]:
        return self._files.turn(tries)

    def close(self) -> None:
        self._files.close()

    def _count(self, written: int = 0) -> None:
        self._counts["requests"] += 1
        self._counts["bytes"] += written


def gather(
    folder: Path,
    clients: int,
    *,
    rounds: int,
    together: bool,
    address: str = "",
    environment: dict[str, str] | None = None,
) -> Crowd:
    """Let clients push ``rounds`` times each, all at once: each its own branch, or ``together`` one with ``sync``.

    The remote is a folder, or at an ``address`` that needs an environment.
    """
    address = address or str(folder / "shared")
    with _environment(environment or {}):
        return _gather(folder, clients, rounds, together, address)


@contextmanager
def _environment(added: dict[str, str]) -> Iterator[None]:
    """Variables that the clients, which are processes of their own, inherit."""
    before = dict(os.environ)
    os.environ.update(added)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _gather(folder: Path, clients: int, rounds: int, together: bool, address: str) -> Crowd:
    with operations.init(str(folder / "first")) as repository:
        operations.add(repository, {"content": "What everybody knows"}, author=AUTHOR, now=START)
        operations.commit(repository, message="first", author=AUTHOR, now=START)
        operations.add_remote(repository, "origin", address, directory="")
        operations.push(repository, "origin", Wish(), author=AUTHOR, now=START)
    context = multiprocessing.get_context("spawn")  # a client of object storage has threads, which a fork would lose
    barrier, results = context.Barrier(clients + 1), context.Queue()
    processes = [
        context.Process(target=_client, args=(folder, address, number, rounds, together, barrier, results))
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    with suppress(BrokenBarrierError):  # a client that failed says why
        barrier.wait(_PATIENCE_SECONDS)
    start = perf_counter()
    found = [results.get(timeout=_PATIENCE_SECONDS) for _ in processes]
    seconds = perf_counter() - start
    for process in processes:
        process.join()
    failures = [one for one in found if isinstance(one, str)]
    if failures:
        raise RuntimeError(f"{len(failures)} of {clients} clients failed: {failures[0]}")
    return Crowd(
        sum(one["pushes"] for one in found),
        sum(one["retries"] for one in found),
        sum(one["requests"] for one in found),
        sum(one["bytes"] for one in found),
        seconds,
    )


def _client(folder: Path, address: str, number: int, rounds: int, together: bool, barrier: Any, results: Any) -> None:
    counts = {"pushes": 0, "retries": 0, "requests": 0, "bytes": 0}
    project = folder / f"client-{number}"
    try:
        operations.clone(address, str(project), directory="", author=AUTHOR, now=START)
        opened = places.open_files
        places.open_files = lambda *given, **options: Counted(opened(*given, **options), counts)  # type: ignore[assignment]
        with Repository.open(str(project / FOLDER)) as repository:
            if not together:
                operations.switch_to_new(repository, f"agent-{number}", None, author=AUTHOR, now=START)
            for turn in range(-1, rounds):
                if turn == 0:  # what a process imports once is no part of a push
                    barrier.wait(_PATIENCE_SECONDS)
                    counts.update(dict.fromkeys(counts, 0))
                at = START + 1 + turn
                operations.add(repository, {"content": f"Agent {number} learnt fact {turn}"}, author=AUTHOR, now=at)
                operations.commit(repository, message=f"turn {turn}", author=AUTHOR, now=at)
                if together:
                    counts["retries"] += operations.sync(repository, "origin", author=AUTHOR, now=at).rounds - 1
                else:
                    operations.push(repository, "origin", Wish(), author=AUTHOR, now=at)
                counts["pushes"] += 1
        results.put(counts)
    except BaseException as error:
        barrier.abort()
        results.put(f"{type(error).__name__}: {error}")
