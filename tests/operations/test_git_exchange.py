"""A team that shares its memory through the git host of its code, with nothing but git."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from git_hosts import bare_repository, code_repository, git
from seats import Seat
from stores import contents

from memora.errors.remotes import RemoteNotFound
from memora.operations.remotes.clone import clone
from memora.operations.remotes.pull import pull, sync
from memora.operations.remotes.push import Wish, push


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "0")
    return bare_repository(tmp_path)


@pytest.fixture
def ada(tmp_path: Path, host: Path) -> Seat:
    seat = Seat(code_repository(tmp_path, str(host)))
    with seat.repository.exclusive():
        seat.repository.refs.remotes.add("origin", "git+origin")
    seat.remember("Auth uses JWT RS256", key="auth.jwt")
    seat.commit("what we know")
    return seat


def join(tmp_path: Path, host: Path, name: str) -> Seat:
    """Somebody who clones the code, and then its memory."""
    git(tmp_path, "clone", "--quiet", str(host), name)
    clone("git+origin", str(tmp_path / name), directory="", author=name, now=Seat(tmp_path / "clock").now)
    return Seat(tmp_path / name, author=name)


def test_memory_comes_with_the_code(tmp_path: Path, host: Path, ada: Seat) -> None:
    ada.do(push, "origin", Wish())
    bob = join(tmp_path, host, "bob")
    assert contents(bob.repository) == {"Auth uses JWT RS256"}
    bob.remember("Deploys run from main")
    bob.commit("more")
    bob.do(push, None, Wish())
    ada.do(pull)
    assert contents(ada.repository) == {"Auth uses JWT RS256", "Deploys run from main"}
    assert git(host, "for-each-ref", "refs/heads") == ""
    git(host, "fsck", "--strict")


def test_of_those_who_push_at_once_nobody_loses_anything(tmp_path: Path, host: Path, ada: Seat) -> None:
    ada.do(push, "origin", Wish())
    seats = [join(tmp_path, host, name) for name in ("bob", "cleo")]

    def share(seat: Seat) -> None:
        seat.remember(f"{seat.directory.name} was here")
        seat.commit("a line")
        seat.do(sync)

    with ThreadPoolExecutor(len(seats)) as pool:
        list(pool.map(share, seats))
    ada.do(pull)
    assert contents(ada.repository) == {"Auth uses JWT RS256", "bob was here", "cleo was here"}


def test_a_host_without_memory(tmp_path: Path, host: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(host), "bob")
    with pytest.raises(RemoteNotFound, match=r"no memora remote at git\+origin"):
        clone("git+origin", str(tmp_path / "bob"), directory="", author="bob", now=Seat(tmp_path / "clock").now)
    assert not (tmp_path / "bob" / ".memora").exists()
