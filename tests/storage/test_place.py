"""Where a store is looked for, and which places are refused."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from stores import NOBODY, failure_of, give_away, in_child, make_store, needs_root, public_directory

from memora.errors import Damaged
from memora.errors.store import NoStore, NotAStore, UnsafeStore
from memora.repository import Repository
from memora.storage.place import check_place, find_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_store(tmp_path / "project", memories=1).close()
    return tmp_path / "project" / ".memora"


def test_a_store_is_found_from_any_directory_below(folder: Path) -> None:
    below = folder.parent / "a" / "b"
    below.mkdir(parents=True)
    assert find_store(str(below)) == str(folder)
    assert find_store(str(folder.parent)) == str(folder)


def test_the_search_ends_below_a_ceiling(folder: Path) -> None:
    below = folder.parent / "a"
    below.mkdir()
    with pytest.raises(NoStore):
        find_store(str(below), [str(folder.parent)])


def test_no_store_names_the_directory(tmp_path: Path) -> None:
    with pytest.raises(NoStore, match=str(tmp_path)):
        find_store(str(tmp_path), [str(tmp_path.parent)])


def test_a_link_to_a_store_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    link = tmp_path / "other" / ".memora"
    link.symlink_to(folder)
    assert find_store(str(tmp_path / "other")) == str(link)
    with pytest.raises(UnsafeStore, match="symbolic link"):
        check_place(str(link))


def test_a_file_in_its_place_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / ".memora").write_text("precious")
    with pytest.raises(UnsafeStore, match="is a file"):
        check_place(str(tmp_path / ".memora"))
    with pytest.raises(UnsafeStore, match="is a file"):
        make_store(tmp_path)
    assert (tmp_path / ".memora").read_text() == "precious"


def test_a_database_that_is_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "memora.db").rename(tmp_path / "elsewhere.db")
    (folder / "memora.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(UnsafeStore, match="not a regular file"):
        Repository.open(str(folder))
    with pytest.raises(UnsafeStore, match="not a regular file"):
        make_store(folder.parent)


def test_a_database_that_is_gone_or_empty_is_damage(folder: Path) -> None:
    (folder / "memora.db").write_bytes(b"")
    with pytest.raises(Damaged, match="gone or empty"):
        check_place(str(folder))
    (folder / "memora.db").unlink()
    with pytest.raises(Damaged, match="gone or empty"):
        check_place(str(folder))


def test_a_folder_that_never_became_a_store_is_none(tmp_path: Path) -> None:
    folder = tmp_path / ".memora"
    with pytest.raises(NoStore):
        check_place(str(folder))
    folder.mkdir()
    with pytest.raises(NoStore):
        check_place(str(folder))
    (folder / "memora.db").write_bytes(b"")
    with pytest.raises(NoStore):
        check_place(str(folder))


def test_a_file_above_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoStore):
        check_place(str(tmp_path / "file" / ".memora"))


@needs_root
def test_a_store_of_another_user_is_refused_unless_trusted() -> None:
    with public_directory() as project:
        make_store(project, memories=1).close()
        folder = project / ".memora"
        refusal = f"UnsafeStore: {folder} belongs to another user"

        def opened(trusted: list[str]) -> str:
            return in_child(
                lambda: failure_of(lambda: Repository.open(str(folder), trusted=trusted).close()), user=NOBODY
            ).said

        assert opened([]) == refusal
        assert opened(["/elsewhere"]) == refusal
        assert opened([str(project)]) == ""
        assert opened(["*"]) == ""
        give_away(folder, NOBODY)
        assert opened([]) == ""
        os.chown(folder / "memora.db", 0, 0)
        assert opened([]) == f"UnsafeStore: {folder / 'memora.db'} belongs to another user"


def test_a_store_may_be_moved(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder.parent, tmp_path / "moved")
    with Repository.open(str(tmp_path / "moved" / ".memora")) as repository:
        assert repository.log.head().number == 1


def test_who_names_the_project_in_place_of_its_store_hears_what_was_named(folder: Path) -> None:
    for path in (str(folder.parent), str(folder.parent / "nowhere"), "nowhere"):
        with pytest.raises(NotAStore) as caught:
            Repository.open(path)
        assert str(caught.value) == f"{path} is no memora store"
    below = folder.parent / "below"
    with pytest.raises(NoStore, match=f"in {below} or above it"):
        Repository.open(str(below / ".memora"))
