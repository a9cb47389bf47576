"""Stores for tests, and child processes that do something to them: killed, forbidden or limited on purpose."""

from __future__ import annotations

import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from memora.operations.care.fsck import fsck
from memora.operations.care.problems import Problem
from memora.operations.remember.add import add
from memora.operations.start.init import init
from memora.repository import Repository

NOON = 1_800_000_000_000_000  # 2027-01-15 08:00:00 UTC, in microseconds
SECOND = 1_000_000
DAY = 86_400 * SECOND
NOBODY = 65534

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="child processes are made with fork")
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user"
)


class Ending(NamedTuple):
    """How a child ended: its exit code, or minus the signal that killed it; and what its work said."""

    code: int
    said: str


def make_store(directory: Path | str, memories: int = 0) -> Repository:
    """An open store with some memories, each added by one operation."""
    repository = init(str(directory))
    for number in range(memories):
        remember(repository, f"memory number {number}", now=NOON + number * SECOND)
    return repository


def remember(repository: Repository, content: str, *, now: int = NOON, **fields: object) -> None:
    """Add one memory."""
    add(repository, {"content": content, **fields}, author="ada", now=now)


def contents(repository: Repository) -> set[str]:
    """What the memories of the working tree say, read from the objects and not from the index."""
    from memora.history.load import load_node
    from memora.tree.lookup import entries

    tree = repository.workspace.tree
    return {load_node(repository.objects, version).content for _, version in entries(repository.objects, tree)}


def in_child(work: Callable[[], object], *, user: int | None = None) -> Ending:
    """Run something in a process of its own, as another user where one is given."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        code = 70
        try:
            os.close(reading)
            if user is not None:
                os.setgroups([])
                os.setgid(user)
                os.setuid(user)
            said = work()
            os.write(writing, ("" if said is None else str(said)).encode())
            code = 0
        except BaseException:
            os.write(writing, traceback.format_exc().encode())
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    return Ending(os.waitstatus_to_exitcode(status), said)


def problems(store: Repository | Path | str) -> list[Problem]:
    """What fsck finds in a store: an open one, or one by its ``.memora`` folder."""
    found: list[Problem] = []
    fsck(store.path if isinstance(store, Repository) else str(store), report=found.append)
    return found


def failure_of(work: Callable[[], object]) -> str:
    """The class and sentence of the error that something raises; empty where it raises none."""
    try:
        work()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


@contextmanager
def public_directory() -> Iterator[Path]:
    """A new directory that other users can reach; pytest's own cannot be."""
    directory = Path(tempfile.mkdtemp(prefix="memora-test-"))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        shutil.rmtree(directory)


def give_away(path: Path, user: int, mode: int | None = None) -> None:
    """Make a user the owner of everything below a path, and set the mode of the folders and files in it."""
    for place in (path, *path.rglob("*")):
        os.chown(place, user, user)
        if mode is not None:
            place.chmod(mode | (0o111 if place.is_dir() else 0))
