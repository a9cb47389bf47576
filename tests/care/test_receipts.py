"""Noting that memories were handed out: counted, kept, and never in anybody's way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import NOBODY, NOON, give_away, in_child, make_store, needs_root, public_directory

from memora.model.ids import NodeId, VersionId
from memora.operations.look.receipts import record_recall
from memora.repository import Repository
from memora.storage.lock import WriterLock
from memora.storage.node_index import Access
from memora.tree.lookup import entries


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with make_store(tmp_path, memories=3) as repository:
        yield repository


def handed_out(repository: Repository) -> dict[NodeId, VersionId]:
    return dict(entries(repository.objects, repository.workspace.tree))


def test_each_node_is_counted_and_the_event_kept(repository: Repository) -> None:
    all_nodes = handed_out(repository)
    one = dict([next(iter(all_nodes.items()))])
    assert record_recall(repository, all_nodes, author="bob", now=NOON + 5)
    assert record_recall(repository, one, author="bob", now=NOON + 2)
    (node,) = one
    assert repository.index.nodes.access(node) == Access(2, NOON + 5)
    assert [repository.index.nodes.access(other).times for other in all_nodes if other != node] == [1, 1]
    event = next(repository.sessions.of_type("recalled"))
    assert event.data == {
        "nodes": {node.hex(): version.hex() for node, version in all_nodes.items()},
        "author": "bob",
        "workspace": "default",
    }


def test_it_is_no_operation(repository: Repository) -> None:
    head = repository.log.head()
    record_recall(repository, handed_out(repository), author="bob", now=NOON)
    assert repository.log.head() == head


def test_nothing_handed_out_is_no_event(repository: Repository) -> None:
    assert record_recall(repository, {}, author="bob", now=NOON)
    assert list(repository.sessions.events(None)) == []


def test_a_busy_store_is_not_waited_for(repository: Repository) -> None:
    with WriterLock(repository.path + "/lock"):
        assert not record_recall(repository, handed_out(repository), author="bob", now=NOON)
    assert list(repository.sessions.events(None)) == []
    assert record_recall(repository, handed_out(repository), author="bob", now=NOON)


@needs_root
def test_a_store_that_can_only_be_read_does_without() -> None:
    with public_directory() as directory:
        make_store(directory, memories=1).close()
        give_away(directory / ".memora", NOBODY, 0o444)

        def recall() -> bool:
            with Repository.open(str(directory / ".memora")) as repository:
                return record_recall(repository, handed_out(repository), author="bob", now=NOON)

        assert in_child(recall, user=NOBODY) == (0, "False")
