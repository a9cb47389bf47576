"""A purge is killed at every single change it makes to the disk, one after the other, until it gets through.

Before the change of history is durable nothing has happened. After it the store is sound, says that something is left
to do, and the same call does it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import apsw
import pytest
from breaking_disk import Call, Countdown, die, mounted
from stores import NOON, in_child, make_store, needs_fork, problems, remember
from working_day import ACTS

from memora.errors import MemoraError
from memora.operations.care.purge import Erased, NothingToPurge, purge
from memora.operations.sessions.record import record
from memora.operations.sessions.start import start_session
from memora.repository import Repository
from memora.storage.cleaning import is_unfinished

pytestmark = [pytest.mark.torture, needs_fork]

KILLED = 9
TEXT = "Erika Mustermann"
# After each so many kills the same call goes on; to do that after every one would tell nothing more.
AGAIN = 4


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a history in which the text stands, whose log was not emptied."""
    directory = tmp_path_factory.mktemp("killed")
    repository = make_store(directory, memories=1)
    start_session(repository, author="ada", now=NOON)
    remember(repository, f"the contact is {TEXT}")
    record(repository, "note", {"text": f"she is {TEXT}"}, now=NOON)
    ACTS["commit"](repository, f"{TEXT} is here")
    ACTS["add"](repository, "and one more")
    repository.index.database.close()
    return directory / ".memora"


def erase(place: Path) -> Erased | NothingToPurge:
    with Repository.open(str(place)) as repository:
        return purge(repository, match=TEXT, author="ada", now=NOON)


def is_held(place: Path) -> bool:
    """Whether any file holds the text, or a word of it as the index writes it."""
    return any(word in path.read_bytes() for path in place.iterdir() for word in (TEXT.encode(), b"mustermann"))


def commands(place: Path) -> list[str]:
    with Repository.open(str(place)) as repository:
        return [operation.command for operation in list(repository.log.newest_first())]


def test_a_kill_at_any_change_to_the_disk_leaves_it_undone_or_to_be_finished(template: Path, tmp_path: Path) -> None:
    before = commands(template)
    assert is_held(template)
    seen: set[tuple[bool, bool]] = set()
    number = 0
    while True:
        # Behind the change of history a few hundred pages are written anew, one like the other.
        number += 5 if (True, True) in seen else 1
        place = tmp_path / str(number)
        shutil.copytree(template, place)

        def run(place: Path = place, number: int = number) -> None:
            with mounted(Countdown(number, die)):
                erase(place)

        ending = in_child(run)
        assert ending.code in (KILLED, 0), ending.said
        assert {problem.rule for problem in problems(str(place))} <= {"purging"}
        is_done = commands(place) != before
        assert commands(place) == (["purge", *before] if is_done else before)
        if is_done:
            assert is_unfinished(str(place)) or ending.code == 0 or not is_held(place)
        seen.add((is_done, is_unfinished(str(place))))
        if number % AGAIN == 0 or ending.code == 0:
            again = erase(place)
            assert isinstance(again, NothingToPurge) == is_done
            assert not is_held(place)
            assert problems(str(place)) == []
            with Repository.open(str(place)) as repository:
                ACTS["add"](repository, "the store goes on")
        shutil.rmtree(place)
        if ending.code == 0:
            break
    assert number > 30
    assert seen == {(False, True), (True, True), (True, False)}


def test_a_disk_that_fails_at_any_point_leaves_it_undone_or_to_be_finished(template: Path, tmp_path: Path) -> None:
    """Not every point: what is at stake is the same as in a kill, but for the process, which lives."""

    def fail(call: Call) -> None:
        raise apsw.FullError("database or disk is full")

    before = commands(template)
    number = 0
    while True:
        number += 7
        place = tmp_path / str(number)
        shutil.copytree(template, place)

        def run(place: Path = place, number: int = number) -> str:
            countdown = Countdown(number, fail)
            with mounted(countdown):
                try:
                    erase(place)
                except MemoraError as error:
                    return " ".join([error.code, *getattr(error, "__notes__", ())])
            return "" if countdown.reached else "done"

        ending = in_child(run)
        assert ending.code == 0, ending.said
        assert {problem.rule for problem in problems(str(place))} <= {"purging"}
        if "call `memora purge` again" in ending.said:
            assert commands(place) == ["purge", *before]
        erase(place)
        assert not is_held(place)
        assert problems(str(place)) == []
        shutil.rmtree(place)
        if ending.said == "done":
            break


def test_a_kill_before_the_witness_is_written_is_survived(template: Path, tmp_path: Path) -> None:
    """The witness then holds the hash of an operation that was written anew."""
    place = tmp_path / "store"
    shutil.copytree(template, place)

    def run() -> None:
        from memora.repository import repository as module

        module.write_witness = lambda *_: os._exit(KILLED)  # type: ignore[assignment]
        erase(place)

    assert in_child(run).code == KILLED
    assert {problem.rule for problem in problems(str(place))} == {"purging"}
    assert isinstance(erase(place), NothingToPurge)
    assert problems(str(place)) == []
    assert not is_held(place)
