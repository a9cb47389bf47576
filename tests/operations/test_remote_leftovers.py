"""The lists of what was erased, and what killed pushes leave: what is checked of it, what goes, and what never does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from commandline import Terminal
from members import Member, holds, join, newest, share_a_secret

from memora.errors.remotes import PurgedThere
from memora.operations.care.problems import Problem
from memora.operations.remotes import places
from memora.operations.remotes.inspection import fsck_remote
from memora.operations.remotes.upkeep import compact_remote, prune_remote
from memora.remotes.folder import FolderFiles
from memora.remotes.pack import pack_small
from memora.remotes.ports import PurgeList
from memora.remotes.purge_list import encode_purge_lists, read_purge_lists

HOURS = 3600


@pytest.fixture
def ada(tmp_path: Path, remote: Path) -> Member:
    return share_a_secret(tmp_path / "ada", remote)


@pytest.fixture
def stale(ada: Member, remote: Path, tmp_path: Path) -> Member:
    """A clone of what was there before the purge."""
    member = join(tmp_path, remote, "stale")
    ada.erase("db.password")
    return member


def problems(member: Member) -> set[tuple[str, str, str]]:
    found: list[Problem] = []
    fsck_remote(member.repository, "origin", report=found.append)
    return {(problem.severity, problem.rule, problem.message) for problem in found}


def the_list(remote: Path) -> Path:
    [path] = (remote / "purges").iterdir()
    return path


def spoil(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "missing":
        path.unlink()
        return
    spoilt = {
        "empty": b"",
        "cut": content[:-3],
        "flipped": bytes([*content[:20], content[20] ^ 1, *content[21:]]),
        "no list": pack_small(b'{"format":1,"refused":["x"]}'),
        "too much": pack_small(b"0" * (33 * 1024 * 1024)),
    }
    path.write_bytes(spoilt[how])


@pytest.mark.parametrize("how", ["missing", "empty", "cut", "flipped", "no list", "too much"])
def test_a_spoilt_list_of_what_was_erased_is_named(ada: Member, stale: Member, remote: Path, how: str) -> None:
    assert problems(ada) == set()
    spoil(the_list(remote), how)
    [(severity, rule, message)] = problems(ada)
    assert (severity, rule, message.startswith("purges/")) == ("error", "remote-purges", True)
    result = Terminal(ada.directory).run("remote", "fsck", "origin")
    assert (result.code, "purges/" in result.out) == (6, True)
    assert Terminal(stale.directory).run("fetch").code == 6


def test_what_was_erased_and_is_there_again_is_named(ada: Member, stale: Member, remote: Path) -> None:
    [body] = encode_purge_lists(PurgeList(frozenset({newest(remote).manifest.refs["refs/heads/main"]}), {}))
    the_list(remote).write_bytes(body)
    [(severity, rule, message)] = problems(ada)
    assert (severity, rule) == ("error", "remote-purged")
    assert "1 object that was erased" in message


def test_folding_and_pruning_leave_the_lists_that_are_named(ada: Member, stale: Member, remote: Path) -> None:
    before = read_purge_lists(FolderFiles(str(remote)), newest(remote).manifest.purges)
    for number in range(3):
        ada.remember(f"memory {number}")
        ada.commit(str(number))
        ada.push()
    compact_remote(ada.repository, "origin")
    prune_remote(ada.repository, "origin")
    assert read_purge_lists(FolderFiles(str(remote)), newest(remote).manifest.purges) == before
    assert problems(ada) == set()
    with pytest.raises(PurgedThere):
        stale.push()


def test_lists_that_no_manifest_names_go(ada: Member, stale: Member, remote: Path) -> None:
    """A purge that was killed left them."""
    named = the_list(remote)
    stray = remote / "purges" / ("ab" * 10)
    stray.write_bytes(named.read_bytes())
    [(severity, rule, _)] = problems(ada)
    assert (severity, rule) == ("warning", "remote-stray")
    looked = prune_remote(ada.repository, "origin", dry_run=True)
    assert looked is not None and looked.unnamed == 1 and stray.exists()
    swept = prune_remote(ada.repository, "origin")
    assert swept is not None and swept.unnamed == 1
    assert the_list(remote) == named
    assert problems(ada) == set()


def test_a_list_that_a_purge_is_about_to_name_is_not_missed(
    ada: Member, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody prunes when the list is there and the manifest that names it is not."""
    pruner, stale = join(tmp_path, remote, "pruner"), join(tmp_path, remote, "stale")
    acts: list[Callable[[], object]] = [lambda: prune_remote(pruner.repository, "origin")]

    class Late(FolderFiles):
        def create(self, name: str, body: bytes) -> bool:
            if name.startswith("manifests/") and acts:
                acts.pop()()
            return super().create(name, body)

    with monkeypatch.context() as patch:
        patch.setattr(places, "open_files", lambda *_, **__: Late(str(remote)) if acts else FolderFiles(str(remote)))
        assert ada.erase("db.password").problem is None
    assert not acts
    assert not holds(remote)
    assert problems(ada) == set()
    with pytest.raises(PurgedThere):
        stale.pull()


def leave(remote: Path, folder: str, number: int, hours: float, content: bytes = b"begun") -> Path:
    """What somebody began to write so long ago."""
    path = remote / folder / f".new-{number:016x}"
    path.write_bytes(content)
    then = time.time() - hours * HOURS
    os.utime(path, (then, then))
    return path


def test_what_killed_pushes_began_goes_when_it_is_old(ada: Member, remote: Path) -> None:
    old = [leave(remote, folder, 1, 2) for folder in ("packs", "manifests", ".")]
    young = leave(remote, "packs", 2, 0.5)
    [(severity, rule, message)] = problems(ada)
    assert (severity, rule, "4 files" in message) == ("warning", "remote-unfinished", True)
    result = Terminal(ada.directory).run("remote", "fsck", "origin")
    assert result.code == 1
    generation = newest(remote).manifest.generation
    looked = prune_remote(ada.repository, "origin", dry_run=True)
    assert looked is not None and looked.unnamed == 3
    swept = prune_remote(ada.repository, "origin")
    assert swept is not None and swept.unnamed == 3
    assert not any(path.exists() for path in old)
    assert young.exists()
    assert newest(remote).manifest.generation == generation  # nobody can be about to name them


def test_a_purge_clears_what_was_begun_however_young_it_is(ada: Member, remote: Path) -> None:
    [pack] = (remote / "packs").iterdir()
    left = [leave(remote, "packs", 1, 0, pack.read_bytes()), leave(remote, "manifests", 1, 0, b"names")]
    ada.erase("db.password")
    assert not any(path.exists() for path in left)
    left.append(leave(remote, "packs", 2, 0, b"more"))
    ada.carry()
    assert not any(path.exists() for path in left)


def test_links_and_folders_in_the_place_of_what_was_begun_are_left_alone(ada: Member, remote: Path) -> None:
    (remote / "packs" / ".new-0000000000000001").symlink_to(remote / "format")
    (remote / "packs" / ".new-0000000000000002").mkdir()
    ada.erase("db.password")
    assert len(list((remote / "packs").glob(".new-*"))) == 2
    assert problems(ada) == set()


def test_who_is_writing_what_a_purge_clears_begins_again(
    ada: Member, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = join(tmp_path, remote, "other")
    other.remember("Linting comes first")
    other.commit("of its own")
    cleared: list[str] = []

    def clear() -> None:
        for path in remote.rglob(".new-*"):
            path.unlink()
            cleared.append(path.parent.name)

    class Cleared(FolderFiles):
        def upload(self, name: str, chunks: Iterable[bytes]) -> int:
            def then_clear() -> Any:
                yield from chunks
                if not cleared:
                    clear()

            return super().upload(name, then_clear())

    monkeypatch.setattr(places, "open_files", lambda *_, **__: Cleared(str(remote)))
    assert other.push().moves
    assert cleared == ["packs"]
    ada.pull()
    assert "Linting comes first" in ada.says()


def test_a_manifest_that_is_cleared_while_it_is_written_is_written_again(tmp_path: Path) -> None:
    files = FolderFiles(str(tmp_path / "remote"))
    real, cleared = os.link, []

    def link(source: str, *rest: Any, **options: Any) -> None:
        if not cleared:
            cleared.append(source)
            os.unlink(source, dir_fd=options["src_dir_fd"])
        real(source, *rest, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "link", link)
        assert files.create("manifests/0000000000000001", b"body")
    assert b"".join(files.read("manifests/0000000000000001")) == b"body"
