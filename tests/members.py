"""Stores that share a remote, and what its files hold, for tests of what is exchanged and erased there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from seats import Seat
from stores import NOON

from memora.history.load import load_node
from memora.operations.care.purge import Erased, NothingToPurge, purge
from memora.operations.history.switch import switch_to_new
from memora.operations.remotes.clone import clone
from memora.operations.remotes.erasing import Carried, carry_purges
from memora.operations.remotes.fetch import Fetched, fetch
from memora.operations.remotes.following import purge_from
from memora.operations.remotes.pull import pull
from memora.operations.remotes.push import Pushed, Wish, push
from memora.remotes.chain import Chain, Seen
from memora.remotes.folder import FolderFiles
from memora.remotes.pack import read_frame, read_index, unpack_small
from memora.remotes.ports import PACKS, RemoteFiles
from memora.tree.lookup import entries

SECRET = "hunter2-and-more"


class Member(Seat):
    """A store of its own that shares with others."""

    @classmethod
    def sharing(cls, directory: Path, address: object, *, author: str = "ada") -> Self:
        """A store that names a place to share with, and knows nothing of what is there."""
        member = cls(directory, author=author)
        member.shares_with(address)
        return member

    def shares_with(self, address: object, name: str = "origin") -> None:
        """Name a place to share with."""
        with self.repository.exclusive():
            self.repository.refs.remotes.add(name, str(address))

    def branch_out(self, *names: str) -> None:
        """Make branches that begin at main, each with a memory of its own."""
        for name in names:
            self.do(switch_to_new, name, "main")
            self.remember(f"Agent {name} learnt this")
            self.commit(name)

    def push(self, **wish: Any) -> Pushed:
        return self.do(push, "origin", Wish(**wish))

    def fetch(self, **options: Any) -> Fetched:
        return self.do(fetch, "origin", **options)

    def pull(self) -> Any:
        return self.do(pull)

    def erase(self, *names: str, match: str | None = None) -> Carried:
        """Erase here and at the remote."""
        erased = self.do(purge, names, match=match)
        assert isinstance(erased, Erased)
        return self.carry(erased=erased)

    def carry(self, **what: Any) -> Carried:
        [carried] = self.do(carry_purges, ["origin"], **what)
        return carried

    def follow(self) -> Erased | NothingToPurge:
        return self.do(purge_from, "origin")

    def says(self) -> set[str]:
        """What the working tree says."""
        repository = self.repository
        versions = entries(repository.objects, repository.workspace.tree)
        return {load_node(repository.objects, version).content for _, version in versions}


def share_a_secret(directory: Path, remote: Path) -> Member:
    """Ada, who pushed what should be known and a password, ``db.password``, that should not."""
    member = Member.sharing(directory, remote)
    member.remember("Auth uses JWT RS256", key="auth.jwt")
    member.remember(f"The password is {SECRET}", key="db.password")
    member.commit("what we know")
    member.push()
    return member


def join(tmp_path: Path, remote: Path, name: str) -> Member:
    clone(str(remote), str(tmp_path / name), directory="", author=name, now=NOON)
    return Member(tmp_path / name, author=name)


def newest(remote: Path) -> Seen:
    seen = Chain(FolderFiles(str(remote)), "there").newest()
    assert seen is not None
    return seen


def everything(files: RemoteFiles) -> Iterator[tuple[str, bytes]]:
    """Every object in every pack there is, whether a manifest names it or not, by the name of the file."""
    for file in list(files.list(PACKS)):
        size = sum(map(len, files.read(file.name)))
        for frame in read_index(files, file.name, size):
            packed = b"".join(files.read(file.name, frame.offset, frame.packed_bytes))
            for item in read_frame(file.name, frame, packed):
                yield file.name, item.body


def holds(remote: Path, text: str = SECRET) -> bool:
    """Whether anything that is at a remote says a text, in a name, as it lies there, or unpacked."""
    raw = [path for path in remote.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]
    named = [path for path in remote.rglob("*") if text in path.name]
    unpacked = [name for name, body in everything(FolderFiles(str(remote))) if text.encode() in body]
    return bool(raw or named or unpacked)


def unpacked_manifests(remote: Path) -> list[bytes]:
    return [unpack_small(path.name, path.read_bytes(), 10**6) for path in (remote / "manifests").iterdir()]
