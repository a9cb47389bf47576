"""An opened store: transactions are whole or nothing, the witness sees losses, and reading sees one moment."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import NOON, contents, make_store, remember

from memora.errors import Refused
from memora.errors.store import LostOperations, NoWorkspace
from memora.repository import Repository
from memora.storage.witness import Seen, read_witness


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with make_store(tmp_path, memories=3) as repository:
        yield repository


def witness(repository: Repository) -> Seen | None:
    return read_witness(repository.path + "/witness")


def test_it_has_at_most_twelve_public_members(repository: Repository) -> None:
    assert len([name for name in dir(repository) if not name.startswith("_")]) <= 12


def test_each_operation_is_witnessed(repository: Repository) -> None:
    assert witness(repository) == repository.log.head()
    assert repository.log.head().number == 3


def test_an_exception_leaves_the_store_as_it_was(repository: Repository) -> None:
    before = (contents(repository), repository.log.head(), repository.objects.count())
    with pytest.raises(Refused), repository.transaction("add", author="ada", now=NOON) as transaction:
        tree = transaction.tree
        transaction.set_nodes(dict.fromkeys(nodes_of(repository, tree)))
        raise Refused("no")
    assert (contents(repository), repository.log.head(), repository.objects.count()) == before
    assert witness(repository) == before[1]
    remember(repository, "the lock is free again")


def nodes_of(repository: Repository, tree: object) -> list[object]:
    from memora.tree.lookup import entries

    return [node for node, _ in entries(repository.objects, tree)]


def test_a_transaction_that_moves_nothing_leaves_no_operation(repository: Repository) -> None:
    before = repository.log.head()
    with repository.transaction("nothing", author="ada", now=NOON):
        pass
    assert repository.log.head() == before


def test_a_snapshot_sees_one_moment(repository: Repository) -> None:
    with Repository.open(repository.path) as reader, reader.snapshot():
        before = contents(reader)
        remember(repository, "written meanwhile")
        with reader.snapshot():
            assert contents(reader) == before
    assert "written meanwhile" in contents(repository)


def test_two_open_repositories_see_each_other(repository: Repository) -> None:
    with Repository.open(repository.path) as other:
        remember(other, "from the other")
        remember(repository, "from this one")
        assert contents(other) == contents(repository)
    assert repository.log.head().number == 5


def test_a_workspace_is_made_by_the_first_transaction_and_not_by_looking(repository: Repository) -> None:
    with Repository.open(repository.path, workspace="agent") as other:
        with pytest.raises(NoWorkspace):
            _ = other.workspace
        remember(other, "by the agent")
        assert contents(other) == {"by the agent"}
    assert "by the agent" not in contents(repository)


def test_a_database_behind_its_witness_is_refused(repository: Repository, tmp_path: Path) -> None:
    repository.close()
    shutil.copy(tmp_path / ".memora" / "memora.db", tmp_path / "older.db")
    with Repository.open(repository.path) as again:
        remember(again, "acknowledged")
        remember(again, "acknowledged too")
    shutil.copy(tmp_path / "older.db", tmp_path / ".memora" / "memora.db")
    with pytest.raises(LostOperations) as caught:
        Repository.open(repository.path)
    assert (caught.value.witnessed, caught.value.found) == (5, 3)
    Repository.open(repository.path, tolerate_loss=True).close()


def test_another_operation_of_the_same_number_is_refused(repository: Repository, tmp_path: Path) -> None:
    repository.close()
    shutil.copytree(tmp_path / ".memora", tmp_path / "copy")
    for place, said in ((tmp_path / ".memora", "here"), (tmp_path / "copy", "there")):
        with Repository.open(str(place)) as again:
            remember(again, said)
    shutil.copy(tmp_path / "copy" / "memora.db", tmp_path / ".memora" / "memora.db")
    with pytest.raises(LostOperations) as caught:
        Repository.open(repository.path)
    assert (caught.value.witnessed, caught.value.found) == (4, 3)


def test_a_witness_that_is_behind_or_gone_is_no_loss(repository: Repository, tmp_path: Path) -> None:
    old = (tmp_path / ".memora" / "witness").read_bytes()
    remember(repository, "one more")
    (tmp_path / ".memora" / "witness").write_bytes(old)  # as a kill between the two leaves it
    Repository.open(repository.path).close()
    (tmp_path / ".memora" / "witness").unlink()
    with Repository.open(repository.path) as again:
        remember(again, "and one more")
    assert witness(repository) == repository.log.head()


def test_a_witness_that_cannot_be_written_fails_no_change(repository: Repository, tmp_path: Path) -> None:
    """The change is durable by then; to call it failed would be the lie."""
    (tmp_path / ".memora" / "witness").unlink()
    (tmp_path / ".memora" / "witness").mkdir()
    remember(repository, "durable")
    assert "durable" in contents(repository)


def test_closing_empties_the_log_and_may_be_done_twice(repository: Repository, tmp_path: Path) -> None:
    log = tmp_path / ".memora" / "memora.db-wal"
    assert log.stat().st_size
    repository.close()
    repository.close()
    assert log.stat().st_size == 0


def test_looking_writes_nothing(repository: Repository, tmp_path: Path) -> None:
    repository.close()

    def files() -> dict[str, bytes]:
        return {entry.name: entry.read_bytes() for entry in (tmp_path / ".memora").iterdir()}

    before = files()
    with Repository.open(repository.path) as again:
        assert len(contents(again)) == 3
        list(again.log.newest_first())
    assert {name: content for name, content in files().items() if name != "memora.db-shm"} == {
        name: content for name, content in before.items() if name != "memora.db-shm"
    }
    assert files().keys() == before.keys()
