"""Sharing that is killed, starved or frozen at any point: both sides stay whole, and nothing acknowledged is lost."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from breaking_disk import Call, Countdown, die, mounted
from breaking_folder import telling
from stores import NOON, contents, in_child, needs_fork, problems, remember

from memora.errors import Kind, MemoraError
from memora.errors.store import StoreExists
from memora.history.graph import is_ancestor
from memora.model.ids import CommitId
from memora.operations.history.commit import commit
from memora.operations.history.switch import switch_to_new
from memora.operations.remotes.clone import clone
from memora.operations.remotes.fetch import fetch, no_progress
from memora.operations.remotes.pull import pull, sync
from memora.operations.remotes.push import Wish, push
from memora.operations.start.init import init
from memora.remotes import folder, folding
from memora.remotes.folder import FolderFiles
from memora.remotes.ports import FORMAT_FILE, Progress
from memora.repository import Repository

pytestmark = [
    pytest.mark.torture,
    needs_fork,
    pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="this system does not tell what a descriptor is"),
]

KILLED = 9
MAIN = "refs/heads/main"


def store(base: Path, name: str) -> Repository:
    return Repository.open(str(base / name / ".memora"))


def learn(base: Path, name: str, *texts: str) -> None:
    with store(base, name) as repository:
        for text in texts:
            remember(repository, text)
        commit(repository, message=texts[0], author=name, now=NOON)


def do_clone(base: Path, name: str, progress: Progress = no_progress, **options: Any) -> None:
    clone(
        "../remote", str(base / name), directory=str(base / name), author=name, now=NOON, progress=progress, **options
    )


def do_clone_unless_done(base: Path, progress: Progress = no_progress) -> None:
    """A clone that was killed behind its last change is none that could be done again."""
    try:
        do_clone(base, "cid", progress)
    except StoreExists:
        with store(base, "cid") as repository:
            assert repository.refs.find(MAIN) is not None


def do_push(base: Path, progress: Progress = no_progress) -> None:
    with store(base, "ada") as repository:
        push(repository, "origin", Wish(), author="ada", now=NOON, progress=progress)


def do_fetch(base: Path, progress: Progress = no_progress) -> None:
    with store(base, "bob") as repository:
        fetch(repository, "origin", author="bob", now=NOON, progress=progress)


def do_pull(base: Path, progress: Progress = no_progress) -> None:
    with store(base, "bob") as repository:
        pull(repository, "origin", author="bob", now=NOON, progress=progress)


def do_sync(base: Path, progress: Progress = no_progress) -> None:
    with store(base, "bob") as repository:
        sync(repository, "origin", author="bob", now=NOON, progress=progress)


Act = Callable[..., None]
ACTS: dict[str, Act] = {
    "push": do_push,
    "first push": do_push,
    "fetch": do_fetch,
    "pull": do_pull,
    "sync": do_sync,
    "clone": do_clone_unless_done,
}
# What each act is about to bring, by who has it in the end.
BRINGS: dict[str, dict[str, set[str]]] = {
    "push": {"remote": {"first", "by ada"}},
    "first push": {"remote": {"first", "by ada"}},
    "fetch": {"remote": {"first"}},
    "pull": {"bob": {"first", "by ada", "by bob"}},
    "sync": {"bob": {"first", "by ada", "by bob"}, "remote": {"first", "by ada", "by bob"}},
    "clone": {"cid": {"first", "by ada"}, "remote": {"first", "by ada"}},
}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What lies there before each act: Ada's store, Bob's, and the remote that they share."""
    base = tmp_path_factory.mktemp("torn")
    start = base / "start"
    with init(str(start / "ada")) as repository, repository.exclusive():
        repository.refs.remotes.add("origin", "../remote")
    learn(start, "ada", "first", *(f"memory {number}" for number in range(20)))
    shutil.copytree(start, base / "first push")
    learn(base / "first push", "ada", "by ada")
    do_push(start)
    with init(str(start / "bob")) as repository, repository.exclusive():
        repository.refs.remotes.add("origin", "../remote")  # as a path from there: these folders are copied
    do_pull(start)
    learn(start, "ada", "by ada")
    learn(start, "bob", "by bob")
    for name in ("push", "fetch", "pull", "sync", "clone"):
        shutil.copytree(start, base / name)
        if name != "push":
            do_push(base / name)
    return base


def said(base: Path, name: str) -> set[str]:
    """What the memories of a store say, or those of the remote as one sees them who comes new; both must be sound."""
    if name != "remote":
        assert problems(str(base / name / ".memora")) == []
        with store(base, name) as repository:
            return contents(repository)
    seat = base / "looking"
    clone("../remote", str(seat), directory=str(seat), author="eve", now=NOON)
    assert problems(str(seat / ".memora")) == []
    with store(base, "looking") as repository:
        found = contents(repository)
    shutil.rmtree(seat)
    return found


def leftovers(base: Path) -> list[str]:
    """What has a name of a remote's file and is none that was finished."""
    remote = base / "remote"
    return [
        str(file) for file in remote.rglob("*") if file.is_file() and file.stat().st_size == 0 and file.name[0] != "."
    ]


def tear(before: Callable[[Call], None]) -> ExitStack:
    """Every change to a disk, by SQLite or by files, goes through ``before``."""
    stack = ExitStack()
    stack.enter_context(mounted(before))
    stack.enter_context(telling(before))
    return stack


@pytest.mark.parametrize("act", ACTS)
def test_a_kill_at_any_change_loses_nothing_at_either_side(templates: Path, tmp_path: Path, act: str) -> None:
    number = 0
    while True:
        number += 1 if number < 40 else 3
        base = tmp_path / str(number)
        shutil.copytree(templates / act, base)
        had = said(base, "remote") if (base / "remote" / "manifests").exists() and number == 1 else {"first"}

        def run(base: Path = base, number: int = number) -> None:
            countdown = Countdown(number, die)
            with tear(countdown):
                ACTS[act](base, lambda what, count: countdown(Call("progress", what)))

        ending = in_child(run)
        assert ending.code in (KILLED, 0), ending.said
        assert leftovers(base) == []
        if act != "first push":
            assert said(base, "remote") >= had - {"by bob"}
        ACTS[act](base)  # the next command, with nothing mended
        for name, texts in BRINGS[act].items():
            assert said(base, name) >= texts
        for name in ("ada", "bob", "cid"):
            if (base / name).exists():
                assert said(base, name) >= {"first"}
                assert not any((base / name / ".memora" / "incoming").rglob("*.*"))
        shutil.rmtree(base)
        if ending.code == 0:
            break
    assert number > 20


class Failing(Countdown):
    """Fails at the n-th call, and with ``for_good`` at all later ones, with a code of the system."""

    def __init__(self, number: int, code: int, *, for_good: bool) -> None:
        def strike(call: Call) -> None:
            raise OSError(code, os.strerror(code))

        super().__init__(number, strike)
        self.for_good = for_good

    def __call__(self, call: Call) -> None:
        super().__call__(call)
        if self.left < 0 and self.for_good:
            self.strike(call)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("act", ["push", "first push", "fetch", "sync", "clone"])
def test_whichever_call_fails_it_is_said_and_goes_on_when_it_can(
    templates: Path, tmp_path: Path, act: str, code: int
) -> None:
    number = failures = 0
    while True:
        number += 1
        base = tmp_path / str(number)
        shutil.copytree(templates / act, base)
        failing = Failing(number, code, for_good=number % 2 == 0)
        with telling(failing):
            try:
                ACTS[act](base)
            except MemoraError as error:
                assert error.kind is Kind.UNAVAILABLE, error
                failures += 1
        assert leftovers(base) == []
        ACTS[act](base)
        for name, texts in BRINGS[act].items():
            assert said(base, name) >= texts
        shutil.rmtree(base)
        if not failing.reached:
            break
    assert failures >= 3


@pytest.fixture(params=[False, True], ids=["all", "a single branch"])
def single(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def interrupted(templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, single: bool) -> Path:
    """A clone that was killed when all had been fetched, and nothing of it been taken in; its packs count as large."""
    monkeypatch.setattr(folding, "SMALL_BYTES", 0)
    base = tmp_path / "base"
    shutil.copytree(templates / "clone", base)

    def run() -> None:
        def die(what: str, count: int) -> None:
            if "taken in" in what:
                os._exit(KILLED)

        do_clone(base, "cid", die, single_branch=single)

    assert in_child(run).code == KILLED
    assert waiting(base)
    return base


def waiting(base: Path) -> list[Path]:
    """The files that a fetch left in order to go on."""
    return [path for path in (base / "cid" / ".memora" / "incoming").rglob("*") if path.is_file()]


@pytest.mark.parametrize("damage", ["cut", "flipped", "longer", "zeros", "empty"])
def test_what_an_interrupted_fetch_left_is_looked_at_again(interrupted: Path, damage: str, single: bool) -> None:
    for path in waiting(interrupted):
        content = bytearray(path.read_bytes())
        middle = len(content) // 2
        if damage == "flipped":
            content[middle] ^= 1
        elif damage == "zeros":
            content[middle:] = bytes(len(content) - middle)
        spoilt = {"cut": content[:middle], "longer": content + b"more", "empty": b""}
        path.write_bytes(spoilt.get(damage, content))
    do_clone(interrupted, "cid", single_branch=single)
    assert said(interrupted, "cid") >= {"first", "by ada"}
    assert not waiting(interrupted)


def test_what_was_fetched_before_a_kill_is_not_fetched_again(
    interrupted: Path, monkeypatch: pytest.MonkeyPatch, single: bool
) -> None:
    asked: list[int] = []
    real = FolderFiles.read

    def read(self: FolderFiles, name: str, start: int = 0, length: int | None = None) -> Any:
        for chunk in real(self, name, start, length):
            asked.append(len(chunk) if name.startswith("packs/") else 0)
            yield chunk

    kept = sum(path.stat().st_size for path in waiting(interrupted))
    monkeypatch.setattr(FolderFiles, "read", read)
    do_clone(interrupted, "cid", single_branch=single)
    assert sum(asked) < kept  # the ends of packs, where their indexes are
    assert said(interrupted, "cid") >= {"first", "by ada"}


ROUNDS = 5
PUSHERS = 8


def test_pushers_that_are_killed_lose_nothing_and_block_nobody(templates: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(templates / "clone", base)
    chance = random.Random(7)
    for number in range(PUSHERS):
        do_clone(base, f"p{number}")
        with store(base, f"p{number}") as repository:
            switch_to_new(repository, f"b{number}", "main", author="ada", now=NOON)
    acknowledged: dict[int, bytes] = {}

    def work(number: int, writing: int) -> None:
        for turn in range(4):
            with store(base, f"p{number}") as repository:
                remember(repository, f"{number} {turn} {os.getpid()}")
                commit(repository, message=f"{number} {turn}", author="ada", now=NOON)
                push(repository, "origin", Wish(), author="ada", now=NOON)
                head = repository.workspace.head.commit
            assert head is not None
            os.write(writing, head + b"\n")

    total = kills = 0
    for _ in range(ROUNDS):
        workers = []
        for number in range(PUSHERS):
            reading, writing = os.pipe()
            child = os.fork()
            if not child:
                code = 70
                try:
                    work(number, writing)
                    code = 0
                finally:
                    os._exit(code)
            os.close(writing)
            workers.append((number, child, reading))
        doomed = chance.sample(workers, PUSHERS // 2)
        for _, child, reading in doomed:
            os.read(reading, chance.choice([0, 33]))
            os.kill(child, signal.SIGKILL)
            kills += 1
        for number, child, reading in workers:
            with os.fdopen(reading, "rb") as pipe:
                acks = pipe.read()
            _, status = os.waitpid(child, 0)
            code = os.waitstatus_to_exitcode(status)
            assert code == 0 or (code == -signal.SIGKILL and child in {one for _, one, _ in doomed})
            total += len(acks) // 33
            if len(acks) >= 33:
                acknowledged[number] = acks[len(acks) // 33 * 33 - 33 :][:32]
    assert kills == ROUNDS * PUSHERS // 2
    assert total >= ROUNDS * PUSHERS // 2 * 4
    do_clone(base, "last")
    assert problems(str(base / "last" / ".memora")) == []
    with store(base, "last") as repository:
        tips = {number: repository.refs.find(f"refs/remotes/origin/b{number}") for number in acknowledged}
        graph = repository.index.commits
        for number, tip in tips.items():
            assert tip is not None
            assert is_ancestor(graph, CommitId(acknowledged[number]), CommitId(tip))  # type: ignore[arg-type]


def test_who_is_frozen_in_the_queue_holds_nobody_up(
    templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "_PATIENCE_SECONDS", 0.05)
    base = tmp_path / "base"
    shutil.copytree(templates / "push", base)
    reading, writing = os.pipe()
    holder = os.fork()
    if not holder:
        with FolderFiles(str(base / "remote")).turn(0):
            os.write(writing, b"!")
            signal.pause()
        os._exit(0)
    try:
        os.read(reading, 1)
        os.kill(holder, signal.SIGSTOP)
        do_push(base)
        assert said(base, "remote") >= {"by ada"}
    finally:
        os.kill(holder, signal.SIGKILL)
        os.waitpid(holder, 0)
        os.close(reading)
        os.close(writing)


def test_two_who_sync_one_branch_at_once_have_all_of_both_in_the_end(templates: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(templates / "sync", base)
    names = ("ada", "bob")
    rounds = 12

    def work(name: str) -> None:
        for number in range(rounds):
            learn(base, name, f"{name} {number}")
            with store(base, name) as repository:
                sync(repository, "origin", author=name, now=NOON + number)

    children = []
    for name in names:
        child = os.fork()
        if not child:
            code = 70
            try:
                work(name)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    for name in (*names, *names):
        with store(base, name) as repository:
            sync(repository, "origin", author=name, now=NOON + 100)
    wanted = {f"{name} {number}" for name in names for number in range(rounds)} | {"first", "by ada", "by bob"}
    found: list[Any] = [said(base, name) for name in (*names, "remote")]
    assert found[0] >= wanted
    assert found[0] == found[1] == found[2]


def test_a_file_of_the_remote_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    """Whoever looks while it is made sees nothing of it."""
    files = FolderFiles(str(tmp_path / "remote"))
    seen: list[list[str]] = []

    def look(call: Call) -> None:
        seen.append([file.name for file in files.list("packs/")])

    def chunks() -> Any:
        for _ in range(5):
            yield b"x" * 1000

    with telling(look):
        files.upload("packs/" + "0" * 20 + ".pack", chunks())
        files.create(FORMAT_FILE, b"x")
    assert {tuple(names) for names in seen} == {(), ("packs/" + "0" * 20 + ".pack",)}
