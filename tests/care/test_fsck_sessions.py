"""What fsck sees of sessions: a log that was changed, and a sealed object that is not what it was sealed from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import NOON, make_store, problems, remember

from memora.model import canonical
from memora.operations.sessions.end import end_session
from memora.operations.sessions.record import record
from memora.operations.sessions.start import start_session
from memora.repository import Repository
from memora.sessions.sealing import read_sealed
from memora.storage.refs import SESSIONS


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with make_store(tmp_path, memories=2) as repository:
        start_session(repository, author="ada", now=NOON, session_id="run-1")
        record(repository, "note", {"text": "seen"}, now=NOON)
        remember(repository, "learnt in the session")
        end_session(repository, author="ada", now=NOON)
        yield repository


def test_a_sound_session_is_no_problem(repository: Repository) -> None:
    assert problems(repository) == []


@pytest.mark.parametrize(
    "change, rules",
    [
        ("UPDATE sessions SET outcome = 'failed'", {"session"}),
        ("UPDATE sessions SET source = 'codex'", {"session"}),
        ("UPDATE events SET data = '{}' WHERE session = 1 AND seq = 2", {"event-chain"}),
        ("UPDATE events SET tree = zeroblob(32) WHERE session = 1 AND seq = 2", {"event-chain", "missing-object"}),
        ("UPDATE events SET tree = x'00' WHERE session = 1 AND seq = 2", {"event-chain", "database"}),
        ("DELETE FROM events WHERE session = 1 AND seq = 4", {"session"}),
        ("DELETE FROM events WHERE session = 1", {"session"}),
        ("DELETE FROM refs WHERE name LIKE 'refs/sessions/%'", {"pointer", "session"}),
    ],
)
def test_each_change_has_its_rule(repository: Repository, change: str, rules: set[str]) -> None:
    repository.index.database.execute(change)
    assert {problem.rule for problem in problems(repository)} == rules


def test_a_part_that_is_gone_is_named(repository: Repository) -> None:
    sealed = repository.refs.find(SESSIONS + "run-1")
    assert sealed is not None
    (part,) = read_sealed(repository.objects, sealed).parts
    repository.index.database.execute("DELETE FROM objects WHERE id = ?", (part,))
    (problem,) = problems(repository)
    assert (problem.rule, problem.object) == ("missing-object", part)


@pytest.mark.parametrize(
    "change, problem_words",
    [
        ({"hash": "00" * 32}, "does not have the events it was sealed with"),
        ({"outcome": "failed"}, "is not what it was sealed from"),
        ({"owner": "eve"}, "is not what it was sealed from"),
        ({"session": "run-2"}, "holds a part that is not part 0 of run-2"),
        ({"more": 1}, "holds 'more', which is no field of it"),
    ],
)
def test_an_object_that_says_something_else_is_not_trusted(
    repository: Repository, change: dict[str, object], problem_words: str
) -> None:
    sealed = repository.refs.find(SESSIONS + "run-1")
    assert sealed is not None
    body = canonical.decode(repository.objects.read(sealed, "session"))
    with repository.transaction("forge", author="eve", now=NOON) as transaction:
        forged = repository.objects.write("session", canonical.encode({**body, **change}))
        transaction.move_ref(SESSIONS + "run-1", sealed, forged)
    (problem,) = problems(repository)
    assert (problem.rule, problem.object) == ("session", forged)
    assert problem_words in problem.message
