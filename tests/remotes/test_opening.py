from __future__ import annotations

from pathlib import Path

from memora.remotes.address import parse_address
from memora.remotes.folder import FolderFiles
from memora.remotes.git import GitFiles
from memora.remotes.opening import open_files


def test_a_path_opens_a_folder_that_nothing_is_made_in_yet(tmp_path: Path) -> None:
    files = open_files(parse_address("remote", str(tmp_path)))
    assert isinstance(files, FolderFiles)
    assert files.path == str(tmp_path / "remote")
    assert list(files.list("packs/")) == []
    assert not (tmp_path / "remote").exists()


def test_a_folder_that_is_shared_lets_its_group_write(tmp_path: Path) -> None:
    files = open_files(parse_address("remote", str(tmp_path)), shared=True)
    assert files.create("format", b"x")
    assert (tmp_path / "remote").stat().st_mode & 0o7777 == 0o2775


def test_a_git_url_opens_a_repository_that_need_not_be_there_yet(tmp_path: Path) -> None:
    files = open_files(parse_address("git+file:///nowhere/code.git"), directory=str(tmp_path))
    assert isinstance(files, GitFiles)
    files.close()
