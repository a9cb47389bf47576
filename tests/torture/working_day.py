"""What an agent does to a store all day, as a list of acts that a test can stop anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from stores import DAY, NOON, contents, make_store, remember

from memora.operations.care.gc import gc
from memora.operations.care.prune import prune
from memora.operations.care.reindex import reindex
from memora.operations.history.commit import commit
from memora.operations.history.undo import undo
from memora.operations.sessions.end import end_session
from memora.operations.sessions.record import record
from memora.operations.sessions.start import start_session
from memora.repository import Repository

LATER = NOON + 400 * DAY


def run_session(repository: Repository, content: str) -> None:
    """An agent's session from beginning to end, with an event; one that was never ended is closed on the way."""
    start_session(repository, author="ada", now=NOON)
    record(repository, "note", {"text": content}, now=NOON)
    end_session(repository, author="ada", now=NOON)


ACTS: dict[str, Callable[[Repository, str], object]] = {
    "add": remember,
    "commit": lambda repository, content: commit(repository, message=content, author="ada", now=NOON),
    "undo": lambda repository, content: undo(repository, author="ada", now=NOON),
    "gc": lambda repository, content: gc(
        repository, author="ada", now=NOON + 400 * DAY, threshold=0.7, aggressive=True
    ),
    "prune": lambda repository, content: prune(repository, now=NOON + 400 * DAY, older_than=DAY),
    "reindex": lambda repository, content: reindex(repository),
    "session": run_session,
}


def work(path: str, acts: Iterator[tuple[str, str]], acknowledge: Callable[[int, set[str]], None]) -> None:
    """Do acts one after the other, each in a store opened for it; acknowledge each with what the store then says.

    The number is that of the last operation.
    """
    for act, content in acts:
        with Repository.open(path) as repository:
            ACTS[act](repository, content)
            number, said = repository.log.head().number, contents(repository)
        acknowledge(number, said)


def busy_store(directory: Path) -> Path:
    """A store with a history, whose log was not emptied: as the processes of a busy day leave it. Gives its folder."""
    repository = make_store(directory, memories=4)
    ACTS["commit"](repository, "first")
    for act in ("add", "gc", "undo"):
        ACTS[act](repository, "and one more")
    repository.index.database.close()
    return directory / ".memora"


def state(path: str) -> tuple[int, frozenset[str]]:
    """The number of the last operation, and what the memories say."""
    with Repository.open(path) as repository:
        return repository.log.head().number, frozenset(contents(repository))
