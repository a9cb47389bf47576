"""What is erased goes from object storage, too: no byte of it is in the bucket, and no stale clone brings it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from commandline import Terminal
from erased_bytes import unpacked
from server_processes import AZURE_CONTAINER, S3_BUCKET, azurite, seaweedfs

from memora.operations.remotes import places

pytest.importorskip("obstore", reason="obstore is not installed (extra cloud)")

from memora.remotes.cloud import CloudFiles

SECRET = "hunter2-and-more"


@pytest.fixture(params=["s3", "azure"])
def address(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new folder in a bucket of a real server."""
    bucket, start = {
        "s3": (f"s3://{S3_BUCKET}", seaweedfs),
        "azure": (f"az://{AZURE_CONTAINER}", azurite),
    }[request.param]
    for name, value in start().items():
        monkeypatch.setenv(name, value)
    return f"{bucket}/purges/{uuid4().hex}"


def holding(address: str) -> list[str]:
    """The files in the bucket that hold the secret, packed or not, or in their names."""
    files, wanted, found = CloudFiles(address), SECRET.encode(), []
    for folder in ("", "packs/", "manifests/", "purges/"):
        for file in list(files.list(folder)):
            body = b"".join(files.read(file.name))
            if wanted in body + unpacked(body) or SECRET in file.name:
                found.append(file.name)
    files.close()
    return found


def seat(base: Path, name: str) -> Terminal:
    (base / name).mkdir(exist_ok=True)
    return Terminal(base / name, {"MEMORA_CEILING_DIRECTORIES": str(base)}, author=name)


@pytest.fixture
def ada(tmp_path: Path, address: str) -> Terminal:
    """A store that has pushed the secret, in words and in names."""
    ada = seat(tmp_path, "ada")
    ada.ok("init")
    ada.ok("remote", "add", "origin", address)
    ada.ok("add", "Auth uses JWT RS256", "--key", "auth.jwt")
    ada.ok("add", f"The password is {SECRET}", "--key", "db.password")
    ada.ok("commit", "-m", f"what we know of {SECRET}")
    ada.ok("tag", f"is-{SECRET}", "-m", "named by it")
    ada.ok("branch", f"try-{SECRET}")
    ada.ok("push", "--all", "--tags")
    ada.ok("add", "Deploys run from main")
    ada.ok("commit", "-m", "more of it")
    ada.ok("push")
    return ada


def is_gone(ada: Terminal, base: Path, address: str) -> None:
    assert holding(address) == []
    ada.ok("remote", "prune", "origin")
    checked = ada.run("remote", "fsck", "origin")
    assert (checked.code, checked.err) == (0, ""), checked
    seat(base, "home").ok("clone", address, "new")
    new = Terminal(base / "home" / "new", {"HOME": str(base)})
    assert {memory["content"] for memory in new.json("list")} == {"Auth uses JWT RS256", "Deploys run from main"}
    assert [tag["name"] for tag in new.json("tag", "--list")] == ["is-purged"]


def test_nothing_of_it_is_in_the_bucket_and_a_stale_clone_follows(ada: Terminal, tmp_path: Path, address: str) -> None:
    seat(tmp_path, "home").ok("clone", address, "stale")
    stale = Terminal(tmp_path / "home" / "stale", {"HOME": str(tmp_path)}, author="stale")
    stale.ok("add", "Tests run on two cores")
    stale.ok("commit", "-m", "of its own")
    assert len(holding(address)) >= 3
    ada.ok("purge", "--match", SECRET, "--yes")
    is_gone(ada, tmp_path, address)

    assert stale.run("push").code == 5
    assert stale.run("push", "--force-with-lease").code == 5
    assert "memora purge --from origin" in stale.ok("fetch")
    assert stale.run("pull").code == 5
    assert holding(address) == []
    stale.ok("purge", "--from", "origin", "--yes")
    stale.ok("pull")
    stale.ok("push")
    assert holding(address) == []
    ada.ok("pull")
    assert "two cores" in ada.ok("list")


class Killed(BaseException):
    """The end of a process."""


class Dying(CloudFiles):
    """A bucket whose user is killed at the n-th thing that he writes or removes, before it or after it."""

    left = 0
    after = False

    def create(self, name: str, body: bytes) -> bool:
        return bool(self._do(lambda: super(Dying, self).create(name, body)))

    def upload(self, name: str, chunks: Iterable[bytes]) -> int:
        return int(self._do(lambda: super(Dying, self).upload(name, chunks)))

    def remove(self, *names: str) -> None:
        for name in names:
            self._do(lambda name=name: super(Dying, self).remove(name))

    def _do(self, act: Callable[[], Any]) -> Any:
        Dying.left -= 1
        if Dying.left == 0 and not Dying.after:
            raise Killed
        done = act()
        if Dying.left == 0:
            raise Killed
        return done


@pytest.mark.parametrize("address", ["s3"], indirect=True)
def test_killed_anywhere_it_goes_on(
    ada: Terminal, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each round erases another text, which was pushed in the round before, and is killed at another point."""
    number, through = 0, False
    while not through:
        number += 1
        text = f"{SECRET} of round {number}"
        ada.ok("add", f"This is {text}")
        ada.ok("commit", "-m", f"about {text}")
        ada.ok("push")
        Dying.left, Dying.after = number, number % 2 == 0
        with monkeypatch.context() as patch:
            patch.setattr(places, "open_files", lambda *_, **__: Dying(address))
            with suppress(Killed):
                ada.run("purge", "--match", text, "--yes")
                through = True
        result = ada.run("purge", "--match", text, "--yes")
        assert result.code in (0, 1), result
        ada.ok("push")
    assert number > 6
    ada.ok("purge", "--match", SECRET, "--yes")
    is_gone(ada, tmp_path, address)
