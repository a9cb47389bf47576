"""reindex: the derived tables come out as they were written, row for row, whatever order objects were stored in."""

from __future__ import annotations

from pathlib import Path

import pytest
from stores import NOON, make_store, problems, remember

from memora.errors import DamagedObject
from memora.model.commit import Commit, encode_commit
from memora.model.ids import CommitId
from memora.operations.care.reindex import reindex
from memora.operations.history.commit import commit
from memora.operations.look.receipts import record_recall
from memora.operations.remember.link import link
from memora.operations.remember.remove import remove
from memora.repository import Repository
from memora.storage.schema import DERIVED_TABLES
from memora.tree.lookup import entries


def derived(repository: Repository) -> dict[str, list[tuple[object, ...]]]:
    tables = [table for table in DERIVED_TABLES if table != "text"]
    return {table: sorted(repository.index.database.all(f"SELECT * FROM {table}"), key=repr) for table in tables}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = make_store(tmp_path, memories=70)
    nodes = [node for node, _ in entries(repository.objects, repository.workspace.tree)]
    link(repository, nodes[0].hex(), "supports", nodes[1].hex(), author="ada", now=NOON)
    link(repository, nodes[2].hex(), "derived_from", nodes[3].hex(), author="ada", now=NOON)
    remove(repository, [nodes[3].hex()], author="ada", now=NOON)
    for number in range(3):
        remember(repository, f"for commit {number}", key=f"c.{number}", tags=["x"])
        commit(repository, message=str(number), author="ada", now=NOON - number)
    record_recall(repository, dict(entries(repository.objects, repository.workspace.tree)), author="b", now=NOON)
    with Repository.open(repository.path, workspace="agent") as agent:
        remember(agent, "by the agent")
    return repository


def test_what_comes_out_is_what_was_written(repository: Repository) -> None:
    before = derived(repository)
    assert all(before.values())
    projected = reindex(repository)
    assert derived(repository) == before
    assert projected.commits == 3
    assert projected.view == 72 + 73
    assert projected.accesses == 72
    assert (projected.damaged, projected.unreadable) == (0, ())
    assert problems(repository) == []


def test_whatever_is_in_the_tables_is_replaced(repository: Repository) -> None:
    before = derived(repository)
    for table in DERIVED_TABLES:
        if table != "text":
            repository.index.database.execute(f"DELETE FROM {table}")
    repository.index.text.clear()
    reindex(repository)
    assert derived(repository) == before
    assert repository.index.text.frequencies(["memory"], 100) == [72]  # the links made versions
    assert reindex(repository) == reindex(repository)


def test_it_is_no_operation(repository: Repository) -> None:
    head = repository.log.head()
    reindex(repository)
    assert repository.log.head() == head


def test_commits_that_were_stored_before_their_parents_get_their_place(repository: Repository) -> None:
    """As a fetch may store them."""
    tree = repository.workspace.tree
    parent = Commit(tree, (), "ada", NOON, "parent")
    with repository.exclusive():
        from memora.model.ids import hash_object

        parent_id = CommitId(hash_object("commit", encode_commit(parent)))
        child = Commit(tree, (parent_id,), "ada", NOON, "child")
        child_id = CommitId(repository.objects.write("commit", encode_commit(child)))
        assert repository.objects.write("commit", encode_commit(parent)) == parent_id
    reindex(repository)
    with Repository.open(repository.path) as again:
        found = again.index.commits.find(child_id)
        assert found is not None
        assert (found.generation, found.parents) == (2, (parent_id,))


def test_a_damaged_object_is_left_out_and_counted(repository: Repository) -> None:
    version = next(version for _, version in entries(repository.objects, repository.workspace.tree))
    repository.index.database.execute("UPDATE objects SET body = x'00' WHERE id = ?", (version,))
    with pytest.raises(DamagedObject):
        repository.objects.read(version, "node")
    projected = reindex(repository)
    assert projected.damaged == 1
    assert {problem.rule for problem in problems(repository)} == {"object-id"}


def test_a_workspace_whose_tree_is_damaged_is_left_out_and_named(repository: Repository) -> None:
    repository.index.database.execute("UPDATE objects SET body = x'00' WHERE id = ?", (repository.workspace.tree,))
    projected = reindex(repository)
    assert projected.unreadable == ("default",)
    assert projected.view == 73


def test_a_kill_in_the_middle_leaves_the_old_tables(repository: Repository) -> None:
    before = derived(repository)

    def interrupt(what: str, count: int) -> None:
        raise KeyboardInterrupt

    many = "\n".join(f'{{"content": "more {number}"}}' for number in range(1000)).splitlines()
    from memora.operations.remember.add import add_batch

    add_batch(repository, many, author="ada", now=NOON)
    before = derived(repository)
    with pytest.raises(KeyboardInterrupt):
        reindex(repository, progress=interrupt)
    assert derived(repository) == before
    assert problems(repository) == []
