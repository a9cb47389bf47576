"""doctor: each thing that does not fit is told, with what to do about it."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest
from stores import NOBODY, in_child, make_store, needs_root, public_directory, remember

from memora.errors.store import NoStore
from memora.operations.care.doctor import Check, doctor
from memora.repository import Repository
from memora.storage.filesystem import find_synchroniser, find_type, is_shared
from memora.storage.lock import WriterLock

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
tmpfs /home/ada/fast tmpfs rw 0 0
//nas/share /mnt/a\\040b cifs rw 0 0
C: /mnt/c 9p rw 0 0
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_store(tmp_path / "repository" / "project", memories=2).close()
    return tmp_path / "repository" / "project" / ".memora"


def checks(folder: Path, mounts: str = "/dev/sda1 / ext4 rw 0 0\n") -> dict[str, Check]:
    return {check.name: check for check in doctor(str(folder), mounts=mounts)}


def test_a_sound_store_is_ok_everywhere(folder: Path) -> None:
    assert {check.state for check in checks(folder).values()} == {"ok"}
    assert all(not check.advice for check in checks(folder).values())


def test_looking_changes_nothing(folder: Path) -> None:
    before = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name != "memora.db-shm"}
    checks(folder)
    assert {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name != "memora.db-shm"} == before


@pytest.mark.parametrize(
    "path, expected",
    [
        ("/srv/x", "ext4"),
        ("/home/ada/x", "nfs4"),
        ("/home/ada/fast/x", "tmpfs"),
        ("/homeless/x", "ext4"),
        ("/mnt/a b/x", "cifs"),
        ("/mnt/c/Users", "9p"),
        ("/mnt/c", "9p"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path: str, expected: str) -> None:
    assert find_type(path, MOUNTS) == expected


def test_a_system_that_tells_no_mounts_is_believed() -> None:
    assert find_type("/srv", "") is None


@pytest.mark.parametrize("name", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "virtiofs"])
def test_the_file_systems_of_other_hosts_are_known(name: str) -> None:
    assert is_shared(name)


@pytest.mark.parametrize("name", ["ext4", "xfs", "btrfs", "zfs", "apfs", "tmpfs", "overlay"])
def test_local_file_systems_are_known(name: str) -> None:
    assert not is_shared(name)


def test_a_shared_file_system_is_a_warning(folder: Path) -> None:
    check = checks(folder, "server:/ / nfs4 rw 0 0\n")["file-system"]
    assert check.state == "warning"
    assert "nfs4" in check.message
    assert check.advice


@pytest.mark.parametrize("name", ["Dropbox", "OneDrive - Work", "Google Drive", "iCloud Drive", "Mobile Documents"])
def test_a_synchronised_folder_is_a_warning(tmp_path: Path, name: str) -> None:
    make_store(tmp_path / name / "project").close()
    assert find_synchroniser(str(tmp_path / name / "project")) == name
    assert checks(tmp_path / name / "project" / ".memora")["synchronised"].state == "warning"


def test_a_lock_that_is_held_is_a_warning(folder: Path) -> None:
    with WriterLock(str(folder / "lock")):
        assert checks(folder)["lock"].state == "warning"
    assert checks(folder)["lock"].state == "ok"


def test_a_missing_witness_is_a_warning(folder: Path) -> None:
    (folder / "witness").unlink()
    assert checks(folder)["witness"].state == "warning"


def test_lost_operations_are_a_failure(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "memora.db", tmp_path / "older.db")
    with Repository.open(str(folder)) as repository:
        remember(repository, "acknowledged")
    shutil.copy(tmp_path / "older.db", folder / "memora.db")
    assert checks(folder)["database"].state == "failure"


def spoil(folder: Path, sql: str) -> None:
    connection = apsw.Connection(str(folder / "memora.db"))
    connection.execute(sql)
    connection.close()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM view WHERE version = (SELECT max(version) FROM view)",
        "DELETE FROM versions WHERE row = (SELECT max(row) FROM versions)",
        "DELETE FROM text WHERE rowid = (SELECT max(row) FROM versions)",
    ],
)
def test_an_index_that_is_out_of_step_is_a_failure(folder: Path, sql: str) -> None:
    spoil(folder, sql)
    check = checks(folder)["index"]
    assert check.state == "failure"
    assert "reindex" in check.advice


def test_a_newer_format_is_a_failure(folder: Path) -> None:
    spoil(folder, "PRAGMA user_version = 99")
    assert checks(folder)["format"].state == "failure"


@pytest.mark.parametrize("content", [b"", b"no database" * 500])
def test_a_database_that_is_none_is_a_failure(folder: Path, content: bytes) -> None:
    (folder / "memora.db").write_bytes(content)
    assert "failure" in {check.state for check in checks(folder).values()}


def test_a_store_that_git_does_not_ignore_is_a_warning(folder: Path) -> None:
    assert checks(folder)["git"].message == "the store is in no git repository"
    (folder.parent.parent / ".git").mkdir()
    assert checks(folder)["git"].message == "git ignores the store"
    (folder / ".gitignore").write_text("# nothing\n")
    assert checks(folder)["git"].state == "warning"
    (folder / ".gitignore").unlink()
    assert checks(folder)["git"].state == "warning"


def test_a_link_in_its_place_is_a_failure(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".memora").symlink_to(folder)
    (check,) = doctor(str(tmp_path / "other" / ".memora"))
    assert check.state == "failure"
    assert "symbolic link" in check.message


def test_no_store_is_not_a_check(tmp_path: Path) -> None:
    with pytest.raises(NoStore):
        list(doctor(str(tmp_path / ".memora")))


@needs_root
def test_a_store_that_can_only_be_read_is_a_warning() -> None:
    with public_directory() as project:
        make_store(project, memories=1).close()

        def look() -> str:
            found = {check.name: check for check in doctor(str(project / ".memora"), trusted=["*"], mounts="")}
            return " ".join(f"{name}={check.state}" for name, check in found.items() if check.state != "ok")

        assert in_child(look, user=NOBODY).said == "writable=warning lock=warning"
