"""The derived table of commits."""

from pathlib import Path

import pytest
from stores import NOON, SECOND, make_store

from memora.history.graph import walk
from memora.model.commit import Commit, CommitEntry
from memora.model.ids import CommitId, ObjectId
from memora.repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return make_store(tmp_path)


def write(repository: Repository, *parents: CommitId, at: int = NOON, message: str = "m") -> CommitId:
    with repository.transaction("commit", author="ada", now=at) as transaction:
        return transaction.write_commit(Commit(transaction.tree, parents, "ada", at, message))


def test_an_entry_holds_generation_time_and_parents(repository: Repository) -> None:
    first = write(repository)
    second = write(repository, first, at=NOON + SECOND)
    other = write(repository, first, at=NOON + 2 * SECOND)
    merge = write(repository, second, other, at=NOON + 3 * SECOND)
    find = repository.index.commits.find
    assert find(first) == CommitEntry(1, NOON, ())
    assert find(second) == CommitEntry(2, NOON + SECOND, (first,))
    assert find(merge) == CommitEntry(3, NOON + 3 * SECOND, (second, other))
    assert find(CommitId(ObjectId(bytes(32)))) is None


def test_a_commit_by_a_slow_clock_still_comes_after_its_parents(repository: Repository) -> None:
    first = write(repository, at=NOON)
    late = write(repository, first, at=NOON - SECOND)
    merge = write(repository, first, late, at=NOON - 2 * SECOND)
    entries = [repository.index.commits.find(commit) for commit in (first, late, merge)]
    assert [entry.at for entry in entries if entry] == [NOON, NOON + 1, NOON + 2]


def test_a_long_history_is_walked_in_runs_and_by_another_connection_too(repository: Repository) -> None:
    made = []
    with repository.transaction("commit", author="ada", now=NOON) as transaction:
        for number in range(3000):
            parents = made[-1:] if number % 50 else made[-2:]
            value = Commit(transaction.tree, tuple(parents), "ada", NOON + number, str(number))
            made.append(transaction.write_commit(value))
    repository.index.database.execute("BEGIN")
    asked: list[str] = []
    repository.index.database.connection.exec_trace = lambda _, sql, values: bool(asked.append(sql)) or True
    walked = [commit for commit, _ in walk(repository.index.commits, made[-1:])]
    assert walked == made[::-1]
    assert len(asked) < 50


def test_a_commit_written_since_is_found(repository: Repository) -> None:
    first = write(repository)
    assert repository.index.commits.find(first)
    second = write(repository, first)
    assert repository.index.commits.find(second) == CommitEntry(2, NOON + 1, (first,))
