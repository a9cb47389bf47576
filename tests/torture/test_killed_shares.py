"""Sharing through git and with another project's store, killed at any point: both sides stay whole, and it goes on.

``test_torn_remotes`` does the same with folders.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from breaking_disk import Call, Countdown, die, mounted
from commandline import Result, Terminal
from erased_bytes import holding, unpacked
from git_hosts import ENVIRONMENT, bare_repository, git
from stores import in_child, needs_fork

from memora.remotes import git_relay

pytestmark = [pytest.mark.torture, needs_fork]

KILLED = 9
SECRET = "hunter2-and-more"
SAID = f"The password is {SECRET}"
# A store makes hundreds of changes, and git takes its time: not each of them is tried.
STEP = 11
STEPS = {"push": 2, "pull": 2, "sync": 5, "purge": 7, "follow": 5}


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, ENVIRONMENT[name])


def seat(base: Path, name: str) -> Terminal:
    return Terminal(base / name, author=name)


def learn(terminal: Terminal, *texts: str) -> None:
    for text in texts:
        terminal.ok("add", text)
    terminal.ok("commit", "-m", f"about {texts[0]}")


def said(terminal: Terminal) -> set[str]:
    return {memory["content"] for memory in terminal.json("list")}


def keep(base: Path, name: str) -> None:
    shutil.copytree(base, base.with_name(name))


def renew(base: Path, name: str) -> Path:
    """Lay it out again as it was: the stores know each other by absolute paths."""
    shutil.rmtree(base)
    shutil.copytree(base.with_name(name), base)
    return base


def build(base: Path, address: str) -> None:
    """Ada has pushed the secret; Bob, who joined, has something of his own, and Ada something new."""
    ada = seat(base, "ada")
    ada.directory.mkdir()
    ada.ok("init")
    ada.ok("remote", "add", "origin", address)
    learn(ada, "Auth uses JWT RS256", SAID)
    ada.ok("push", "origin", "main")
    Terminal(base, author="bob").ok("clone", address, "bob")
    learn(seat(base, "bob"), "Linting comes first")
    learn(ada, "Deploys run from main")


@contextmanager
def calls_of_git(before: Callable[[Call], None]) -> Iterator[None]:
    """Every time that git is called is told before it begins and when it has ended."""
    real = git_relay.run_git

    def run_git(arguments: Any, *rest: Any, **options: Any) -> Any:
        before(Call("git", str(arguments)))
        ran = real(arguments, *rest, **options)
        before(Call("git", str(arguments)))
        return ran

    git_relay.run_git = run_git
    try:
        yield
    finally:
        git_relay.run_git = real


Act = Callable[[Path], Result]
ACTS: dict[str, Act] = {
    "push": lambda base: seat(base, "ada").run("push"),
    "pull": lambda base: seat(base, "bob").run("pull"),
    "sync": lambda base: seat(base, "bob").run("sync"),
    "purge": lambda base: seat(base, "ada").run("purge", "--match", SECRET, "--yes"),
    "follow": lambda base: seat(base, "bob").run("purge", "--from", "origin", "--yes"),
}


def killed(act: Act, base: Path, number: int, tear: Any) -> int:
    def run() -> None:
        with tear(Countdown(number, die)):
            result = act(base)
            assert result.code in (0, 1), result

    ending = in_child(run)
    assert ending.code in (KILLED, 0), ending.said
    return ending.code


@pytest.fixture(scope="module")
def git_scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("git") / "scene"
    base.mkdir()
    host = bare_repository(base)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
            patch.setenv(name, ENVIRONMENT[name])
        build(base, f"git+file://{host}")
        keep(base, "push")
        keep(base, "purge")
        seat(base, "ada").ok("push")
        keep(base, "pull")
        keep(base, "sync")
        ACTS["purge"](base)
        keep(base, "follow")
    return base


def everything_at(host: Path) -> bytes:
    """Every object in a git repository that is left when it was cleaned up, unpacked."""
    git(host, "gc", "--quiet", "--prune=now")
    done = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch"],
        cwd=host,
        env=ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    return done.stdout + unpacked(done.stdout)


@pytest.mark.parametrize("act", ACTS)
def test_a_kill_around_any_call_of_git(
    git_scene: Path, tmp_path: Path, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    number, code = -1, KILLED
    while code:
        number += STEPS[act]
        base = renew(git_scene, act)
        ada, bob = seat(base, "ada"), seat(base, "bob")
        code = killed(ACTS[act], base, number, calls_of_git)
        again = ACTS[act](base)
        assert again.code in (0, 1), again
        checked = ada.run("remote", "fsck", "origin")
        assert checked.code in (0, 1), checked
        if act in ("purge", "follow"):
            assert SECRET.encode() not in everything_at(base / "code.git")
            assert holding(base / "ada" / ".memora", SECRET) == []
            bob.ok("purge", "--from", "origin", "--yes") if act == "purge" else None
            assert holding(base / "bob" / ".memora", SAID) == []
        for terminal in (ada, bob, ada):
            terminal.ok("sync")
        stays = {"Auth uses JWT RS256", "Linting comes first", "Deploys run from main"}
        expected = stays if act in ("purge", "follow") else {*stays, SAID}
        assert said(ada) == said(bob) == expected
        for terminal in (ada, bob):
            assert terminal.run("fsck").code == 0
        git(base / "code.git", "fsck", "--strict")
        assert not list(tmp_path.glob("memora-git-*"))  # what is fetched and sent lies there
    assert number > 4 * STEPS[act]


@pytest.fixture(scope="module")
def store_scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of another project is in the place of the remote."""
    base = tmp_path_factory.mktemp("stores") / "scene"
    base.mkdir()
    origin = seat(base, "origin")
    origin.directory.mkdir()
    origin.ok("init")
    build(base, str(base / "origin"))
    keep(base, "push")
    seat(base, "ada").ok("push")
    keep(base, "pull")
    keep(base, "sync")
    origin.ok("purge", "--match", SECRET, "--yes")
    keep(base, "follow")
    return base


@pytest.mark.parametrize("act", ["push", "pull", "sync", "follow"])
def test_a_kill_at_any_change_of_one_of_two_stores(store_scene: Path, act: str) -> None:
    number, code = 0, KILLED
    while code:
        number += STEP
        base = renew(store_scene, act)
        ada, bob, origin = (seat(base, name) for name in ("ada", "bob", "origin"))
        code = killed(ACTS[act], base, number, mounted)
        again = ACTS[act](base)
        assert again.code in (0, 1), again
        if act == "follow":
            ada.ok("purge", "--from", "origin", "--yes")
            assert holding(base / "bob" / ".memora", SAID) == holding(base / "ada" / ".memora", SAID) == []
        for terminal in (ada, bob, ada):
            terminal.ok("sync")
        stays = {"Auth uses JWT RS256", "Linting comes first", "Deploys run from main"}
        expected = stays if act == "follow" else {*stays, SAID}
        assert said(ada) == said(bob) == said(origin) == expected
        for terminal in (ada, bob, origin):
            assert terminal.run("fsck").code == 0, terminal.run("fsck")
    assert number > 4 * STEP
