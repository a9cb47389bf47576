"""Folders of processes that were killed go, and those of others stay."""

from __future__ import annotations

import os
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from stores import in_child, needs_fork

from memora.remotes.temporary_folder import TemporaryFolder

pytestmark = needs_fork


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def names(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def test_a_folder_goes_with_what_is_in_it(place: Path) -> None:
    folder = TemporaryFolder("memora-test-")
    Path(folder.path, "more").mkdir()
    assert Path(folder.path).stat().st_mode & 0o777 == 0o700
    folder.remove()
    folder.remove()
    assert not names(place)


def test_what_a_killed_process_left_goes_and_what_others_use_stays(place: Path) -> None:
    used = TemporaryFolder("memora-test-")

    def die() -> None:
        Path(TemporaryFolder("memora-test-").path, "secret").write_text("left")
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(die).code == -signal.SIGKILL
    assert len(names(place)) == 2
    other = TemporaryFolder("memora-test-")
    assert names(place) == {Path(used.path).name, Path(other.path).name}


def test_what_is_none_of_ours_stays(place: Path) -> None:
    away = place / "away"
    away.mkdir()
    (away / "in-use").touch()
    (place / "memora-test-link").symlink_to(away)
    (place / "memora-test-new").mkdir()  # somebody makes it just now: no lock yet
    (place / "memora-test-file").touch()
    TemporaryFolder("memora-test-").remove()
    assert names(place) == {"away", "memora-test-link", "memora-test-new", "memora-test-file"}
    assert (away / "in-use").exists()


def test_who_clears_takes_nothing_that_is_made_at_that_moment(place: Path) -> None:
    def make(_: int) -> bool:
        folder = TemporaryFolder("memora-test-")
        is_there = Path(folder.path, "in-use").exists()
        folder.remove()
        return is_there

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(make, range(800)))
    assert not names(place)
