from __future__ import annotations

import sys
from pathlib import Path

import pytest

from memora.errors.remotes import ExtraMissing
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


def test_object_storage_opens_without_being_asked_anything() -> None:
    pytest.importorskip("obstore", reason="obstore is not installed (extra cloud)")
    from memora.remotes.cloud import CloudFiles

    for address in ("s3://bucket/team", "gs://bucket", "az://container/team"):
        assert isinstance(open_files(parse_address(address)), CloudFiles)


def test_object_storage_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    for name in [name for name in sys.modules if name.startswith("memora.remotes.cloud")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ExtraMissing, match="'cloud', which is not installed"):
        open_files(parse_address("s3://bucket/team"))
