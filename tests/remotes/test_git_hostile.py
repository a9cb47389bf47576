"""A host that holds under memora's references what memora never put there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from git_hosts import ENVIRONMENT, bare_repository, git

from memora.errors.remotes import NotARemote, RemoteUnavailable
from memora.remotes import git_objects, git_relay
from memora.remotes.git import GitFiles
from memora.remotes.git_objects import keep_file
from memora.remotes.ports import CHUNK_BYTES, RemoteFile

PACK = "packs/aa.pack"
REFERENCE = f"refs/memora/remote/{PACK}"
AUTHOR = ("-c", "user.name=eve", "-c", "user.email=eve@example.org")


@pytest.fixture
def host(tmp_path: Path) -> Path:
    return bare_repository(tmp_path)


@pytest.fixture
def files(host: Path) -> Iterator[GitFiles]:
    opened = GitFiles(f"file://{host}", "", environment=ENVIRONMENT)
    yield opened
    opened.close()


def blob(host: Path, text: str = "x") -> str:
    return git(host, "hash-object", "-w", "--stdin", said=text).strip()


def tree(host: Path, *entries: str) -> str:
    return git(host, "mktree", "--missing", said="".join(f"{entry}\n" for entry in entries)).strip()


def commit(host: Path, tree_id: str, *arguments: str) -> str:
    return git(host, *AUTHOR, "commit-tree", *arguments, "-m", "x", tree_id).strip()


def tag(host: Path, target: str) -> str:
    text = f"object {target}\ntype commit\ntag x\ntagger eve <eve@example.org> 0 +0000\n\nx\n"
    return git(host, "mktag", said=text).strip()


def symbolic(host: Path) -> str:
    git(host, "update-ref", "refs/heads/main", commit(host, tree(host, f"100644 blob {blob(host)}\tREADME")))
    git(host, "symbolic-ref", REFERENCE, "refs/heads/main")
    return ""


WRONG = {
    "a blob": blob,
    "a tree without parts": lambda host: tree(host, f"100644 blob {blob(host)}\tREADME"),
    "a commit of code": lambda host: commit(host, tree(host, f"100644 blob {blob(host)}\tREADME")),
    "a commit of nothing": lambda host: commit(host, tree(host)),
    "parts from the second on": lambda host: commit(host, tree(host, f"100644 blob {blob(host)}\t0001")),
    "a gap between parts": lambda host: commit(
        host, tree(host, f"100644 blob {blob(host)}\t0000", f"100644 blob {blob(host)}\t0002")
    ),
    "a symbolic link": lambda host: commit(host, tree(host, f"120000 blob {blob(host, '/etc/passwd')}\t0000")),
    "a folder for a part": lambda host: commit(host, tree(host, f"040000 tree {tree(host)}\t0000")),
    "a submodule": lambda host: commit(host, tree(host, f"160000 commit {'1' * 40}\t0000")),
    "a symbolic reference": symbolic,
}


@pytest.mark.parametrize("shape", WRONG)
def test_what_is_no_file_is_not_read(host: Path, files: GitFiles, shape: str) -> None:
    wrong = WRONG[shape](host)
    if wrong:
        git(host, "update-ref", REFERENCE, wrong)
    assert list(files.list("packs/")) == [RemoteFile(PACK, None)]
    with pytest.raises(NotARemote, match=r"has a packs/aa\.pack that is no file of memora"):
        next(files.read(PACK))


def test_a_tag_of_a_file_and_a_file_with_a_history_are_read_all_the_same(host: Path, files: GitFiles) -> None:
    parts = tree(host, f"100644 blob {blob(host)}\t0000")
    first = commit(host, parts)
    git(host, "update-ref", "refs/memora/remote/manifests/1", tag(host, first))
    git(host, "update-ref", "refs/memora/remote/manifests/2", commit(host, parts, "-p", first))
    assert [b"".join(files.read(file.name)) for file in files.list("manifests/")] == [b"x", b"x"]


def test_references_that_are_no_names_of_files_are_passed_over(host: Path, files: GitFiles) -> None:
    found = commit(host, tree(host, f"100644 blob {blob(host)}\t0000"))
    for name in ("packs/AA.pack", "packs/aa/bb", "packs/ä.pack", "packs/aa.pack.pack", "packs/$(id)", "format"):
        git(host, "update-ref", f"refs/memora/remote/{name}", found)
    git(host, "update-ref", f"refs/other/{REFERENCE}", found)
    assert list(files.list("packs/")) == []
    assert [file.name for file in files.list("format")] == ["format"]


def test_more_than_a_remote_may_send_is_not_taken(host: Path, files: GitFiles, monkeypatch) -> None:
    files.upload(PACK, [Random(1).randbytes(100_000)])
    monkeypatch.setattr(git_relay, "LARGEST_FETCHED_BYTES", 50_000)
    with pytest.raises(RemoteUnavailable, match="sent more than a file of a remote may have"):
        next(files.read(PACK))


def test_objects_that_git_calls_broken_are_not_taken(host: Path, files: GitFiles) -> None:
    parts = tree(host, f"100644 blob {blob(host)}\t0000")
    broken = f"tree {parts}\nauthor eve\n\nx"
    options = ("-t", "commit", "-w", "--literally", "--stdin")
    git(host, "update-ref", REFERENCE, git(host, "hash-object", *options, said=broken).strip())
    with pytest.raises(RemoteUnavailable, match=r"fsck|missing|invalid"):
        next(files.read(PACK))


def test_a_part_that_unpacks_to_much_is_read_as_far_as_one_asks(host: Path, files: GitFiles) -> None:
    (host / "zeros").write_bytes(bytes(16 * CHUNK_BYTES))
    large = git(host, "hash-object", "-w", str(host / "zeros")).strip()
    entries = (f"100644 blob {large}\t{number:04}" for number in range(100))
    git(host, "update-ref", REFERENCE, commit(host, tree(host, *entries)))
    chunks = files.read(PACK)
    assert next(chunks) == bytes(CHUNK_BYTES)
    chunks.close()
    assert b"".join(files.read(PACK, 16 * CHUNK_BYTES * 99 - 1, 2)) == bytes(2)


@pytest.mark.parametrize("size", [9, 10, 11, 20, 25])
def test_a_file_in_several_parts_is_one(files: GitFiles, monkeypatch, size: int) -> None:
    monkeypatch.setattr(git_objects, "WHOLE_BYTES", 9)
    monkeypatch.setattr(git_objects, "PART_BYTES", 10)
    whole = bytes(range(size))
    assert files.upload(PACK, [whole[:3], whole[3:]]) == size
    for start in (0, 5, 10, 19, size):
        for length in (None, 1, 12):
            found = b"".join(files.read(PACK, start, length))
            assert found == (whole[start:] if length is None else whole[start : start + length])


def test_objects_of_ours_are_what_git_makes_of_the_same(host: Path) -> None:
    git(host, "config", "gc.auto", "0")
    with keep_file(str(host / "objects"), [b"one", b"two"], "sha1") as kept:
        assert kept.size_bytes == 6
        assert git(host, "ls-tree", kept.commit).split() == ["100644", "blob", blob(host, "onetwo"), "0000"]
        git(host, "fsck", "--strict", kept.commit)
    with pytest.raises(AssertionError, match=r"bad|fatal|Not a valid"):
        git(host, "cat-file", "-p", kept.commit)
