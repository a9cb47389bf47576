"""Much at once: what two processes do together ends as what one does alone, good or bad, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from stores import NOON, in_child, problems

from memora.errors import BadLines, SecretLines
from memora.errors.remotes import DamagedRemote
from memora.operations.history.commit import commit
from memora.operations.remember.add import add_batch
from memora.operations.remotes.bundling import create_bundle
from memora.operations.remotes.clone import clone
from memora.operations.remotes.push import Wish, push
from memora.operations.second_process import WORTH_IT
from memora.operations.share.remotes import add_remote
from memora.operations.start.init import init
from memora.repository import Repository
from memora.storage.lock import WriterLock

COUNT = WORTH_IT + 500

two_processors = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="no second processor, or not Linux"
)


def lines() -> list[str]:
    """A batch in which a memory is said again, one is said by somebody else too, and some have keys and links."""
    said: list[dict[str, object]] = [
        {"content": f"Service {number} listens on port {number + 1024}", "tags": ["ports"], "key": f"port.s{number}"}
        if number % 3
        else {"content": f"parseJwtToken{number} checks src/auth/jwt_{number}.rs", "type": "procedural"}
        for number in range(COUNT)
    ]
    said[COUNT - 3] = said[0]
    said[COUNT - 2] = {**said[3], "author": "bob", "source": "code_read"}
    said[COUNT - 1] = {"content": "The last of all", "links": ["part_of:port.s1"]}
    return ["", *map(json.dumps, said)]


def fill(directory: Path) -> str:
    """Add the batch; gives the tree that comes of it and the counts."""
    with init(str(directory)) as repository:
        counts = add_batch(repository, lines(), author="ada", now=NOON)
        return f"{repository.workspace.tree.hex()} {counts}"


def with_a_thread(work: object) -> object:
    """Do something in a process that has two threads, and so does everything itself."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        return work()  # type: ignore[operator]
    finally:
        done.set()
        thread.join()


@two_processors
def test_a_batch_ends_the_same(tmp_path: Path) -> None:
    apart = in_child(lambda: fill(tmp_path / "apart"))
    together = in_child(lambda: with_a_thread(lambda: fill(tmp_path / "together")))
    assert apart == together
    assert apart.said.endswith(f"Counts(added={COUNT - 2}, corroborated=1, known=1, changed=0)")
    assert problems(tmp_path / "apart" / ".memora") == []


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ({"content": ""}, BadLines),
        ({"content": "The token is ghp_" + "a1B2c3D4e5F6" * 3}, SecretLines),
        ({"content": "something else", "key": "port.s1"}, BadLines),
        ({"content": "leads nowhere", "links": ["part_of:port.none"]}, BadLines),
    ],
)
def test_a_bad_line_of_many_leaves_nothing(tmp_path: Path, bad: dict[str, object], error: type[BadLines]) -> None:
    def work() -> str:
        with init(str(tmp_path)) as repository:
            batch = lines()
            batch.insert(COUNT - 10, json.dumps(bad))
            with pytest.raises(error) as caught:
                add_batch(repository, batch, author="ada", now=NOON)
            assert [line for line, _ in caught.value.problems] == [COUNT - 9]
            assert repository.index.nodes.count_view(repository.workspace.number) == 0
            return str(caught.value)

    ending = in_child(work)
    assert ending.code == 0, ending.said


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to which many memories were pushed."""
    directory = tmp_path_factory.mktemp("bulk")

    def work() -> None:
        fill(directory / "ada")
        with Repository.open(str(directory / "ada" / ".memora")) as repository:
            commit(repository, message="all", author="ada", now=NOON)
            add_remote(repository, "origin", str(directory / "shared"), directory="")
            push(repository, "origin", Wish(), author="ada", now=NOON)
            create_bundle(repository, [], partial(write, directory / "bundle"), author="ada", now=NOON)

    ending = in_child(work)
    assert ending.code == 0, ending.said
    return directory / "shared"


def write(path: Path, chunks: Iterator[bytes]) -> int:
    return path.write_bytes(b"".join(chunks))


def take(shared: Path, into: Path) -> str:
    """Clone; gives the working tree that comes of it, and what else is known of it."""
    cloned = clone(str(shared), str(into), directory="", author="bob", now=NOON)
    with Repository.open(cloned.path) as repository:
        fetched = cloned.fetched
        return f"{repository.workspace.tree.hex()} {fetched.objects} {fetched.versions} {cloned.held}"


@two_processors
@pytest.mark.parametrize("source", ["shared", "bundle"])
def test_a_clone_ends_the_same(shared: Path, tmp_path: Path, source: str) -> None:
    address = shared.with_name(source)
    apart = in_child(lambda: take(address, tmp_path / "apart"))
    together = in_child(lambda: with_a_thread(lambda: take(address, tmp_path / "together")))
    assert (apart.code, apart) == (0, together)
    assert problems(tmp_path / "apart" / ".memora") == []


def test_damage_among_much_is_said_and_leaves_no_store(shared: Path, tmp_path: Path) -> None:
    copy = tmp_path / "shared"
    for path in shared.rglob("*"):
        if path.is_file():
            (copy / path.relative_to(shared)).parent.mkdir(parents=True, exist_ok=True)
            (copy / path.relative_to(shared)).write_bytes(path.read_bytes())
    pack = max((copy / "packs").rglob("*.pack"), key=lambda path: path.stat().st_size)
    body = bytearray(pack.read_bytes())
    body[len(body) // 2] ^= 1
    pack.write_bytes(body)

    def work() -> None:
        with pytest.raises(DamagedRemote):
            take(copy, tmp_path / "bob")

    ending = in_child(work)
    assert ending.code == 0, ending.said
    assert not (tmp_path / "bob").exists()


@two_processors
def test_whoever_is_killed_takes_the_second_process_along(shared: Path, tmp_path: Path) -> None:
    """Else it would keep what its first half held: the writer's lock."""

    def work() -> None:
        def die(what: str, count: int) -> None:
            if what == "objects taken in" and count >= 2000:
                os.kill(os.getpid(), signal.SIGKILL)

        clone(str(shared), str(tmp_path / "bob"), directory="", author="bob", now=NOON, progress=die)

    assert in_child(work).code == -signal.SIGKILL
    with WriterLock(str(tmp_path / "bob" / ".memora" / "lock")):
        pass
    ending = in_child(lambda: take(shared, tmp_path / "bob"))
    assert ending.code == 0, ending.said
    assert problems(tmp_path / "bob" / ".memora") == []
