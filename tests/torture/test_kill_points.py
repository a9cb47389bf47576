"""A process is killed at every single change it makes to the disk, one after the other, until it gets through.

Whatever the point, the store is as before or as after, sound, and the next command needs nothing mended.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from breaking_disk import Countdown, die, mounted
from stores import in_child, make_store, needs_fork, problems
from working_day import ACTS, busy_store, state

from memora.repository import Repository

pytestmark = [pytest.mark.torture, needs_fork]

KILLED = 9


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return busy_store(tmp_path_factory.mktemp("killed"))


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_kill_at_any_change_to_the_disk_is_survived(template: Path, tmp_path: Path, act: str) -> None:
    before = state(str(shutil.copytree(template, tmp_path / "before")))
    with Repository.open(str(tmp_path / "before")) as repository:
        ACTS[act](repository, "the next thing")
    after = state(str(tmp_path / "before"))
    number = 0
    while True:
        number += 1
        place = tmp_path / str(number)
        shutil.copytree(template, place)

        def run(place: Path = place, number: int = number) -> None:
            with mounted(Countdown(number, die)), Repository.open(str(place)) as repository:
                ACTS[act](repository, "the next thing")

        ending = in_child(run)
        assert ending.code in (KILLED, 0), ending.said
        assert problems(str(place)) == []
        found = state(str(place))
        assert found in (before, after)
        with Repository.open(str(place)) as repository:
            ACTS["add"](repository, "the store goes on")
        shutil.rmtree(place)
        if ending.code == 0:
            assert found == after
            break
    assert number > 30


def test_a_kill_at_any_moment_of_init_leaves_nothing_or_a_store(tmp_path: Path) -> None:
    number = 0
    while True:
        number += 1
        project = tmp_path / str(number)

        def run(project: Path = project, number: int = number) -> None:
            with mounted(Countdown(number, die)):
                make_store(project).close()

        ending = in_child(run)
        assert ending.code in (KILLED, 0), ending.said
        if ending.code == 0:
            break
        try:
            Repository.open(str(project / ".memora")).close()
        except Exception as error:
            assert type(error).__name__ == "NoStore", error
            make_store(project).close()
        with Repository.open(str(project / ".memora")) as repository:
            ACTS["add"](repository, "the store goes on")
        assert problems(str(project / ".memora")) == []
    assert number > 10


@pytest.mark.parametrize("call", ["lseek", "write"])
def test_a_kill_while_the_witness_is_written_is_survived(template: Path, tmp_path: Path, call: str) -> None:
    """The change is durable by then, whether or not anybody was told."""
    place = tmp_path / "store"
    shutil.copytree(template, place)
    before = state(str(place))

    def run() -> None:
        real = getattr(os, call)

        def strike(descriptor: int, *arguments: object) -> object:
            if os.readlink(f"/proc/self/fd/{descriptor}").endswith("witness"):
                if call == "write":
                    real(descriptor, arguments[0][:40])  # type: ignore[index]
                os._exit(KILLED)
            return real(descriptor, *arguments)

        setattr(os, call, strike)
        with Repository.open(str(place)) as repository:
            ACTS["add"](repository, "the next thing")

    if not os.path.exists("/proc/self/fd"):
        pytest.skip("this system does not tell which file a descriptor is")
    assert in_child(run).code == KILLED
    number, said = state(str(place))
    assert (number, said) == (before[0] + 1, before[1] | {"the next thing"})
    assert problems(str(place)) == []
