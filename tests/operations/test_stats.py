"""The store in numbers."""

from pathlib import Path

from seats import Seat

from memora.operations.history.tag import create_tag
from memora.operations.look.list import list_nodes
from memora.operations.look.stats import stats
from memora.operations.remember.edit import edit
from memora.operations.remember.remove import remove


def test_an_empty_store(tmp_path: Path) -> None:
    found = stats(Seat(tmp_path).repository, now=0)
    assert (found.nodes, found.tallies, found.average_confidence, found.observations) == (0, (), None, ())
    assert (found.workspace, found.branch, found.objects) == ("default", "main", {"tree": 1})
    assert (found.branches, found.tags, found.workspaces) == (0, 0, 1)


def test_everything_is_counted(tmp_path: Path) -> None:
    seat = Seat(tmp_path)
    seat.remember("one", key="one", confidence=1.0)
    seat.remember("two", key="two", confidence=0.5, source="cursor")
    seat.remember("two", key="two", confidence=0.5, source="codex")
    seat.remember("guess", type="assumption", ttl="1h", confidence=0)
    seat.remember("gone", key="gone")
    seat.do(remove, ["gone"])
    seat.commit("First")
    seat.do(create_tag, "v1")
    seat.do(edit, "one", {"add_tags": ["a"]})
    seat.at("w2").remember("elsewhere")
    found = stats(seat.repository, now=seat.now + 2 * 3_600_000_000)
    assert [(item.type, item.status, item.nodes) for item in found.tallies] == [
        ("assumption", "ephemeral", 1),
        ("semantic", "ephemeral", 1),
        ("semantic", "stable", 1),
    ]
    assert found.nodes == 3
    assert found.average_confidence == (1 + 0.75 + 0) / 3
    assert dict(found.observations) == {"manual": 2, "cursor": 1, "codex": 1}
    assert (found.expired, found.disputed) == (1, 0)
    assert (found.objects["commit"], found.branches, found.tags, found.workspaces) == (1, 1, 1, 2)
    # one (twice), two (twice), guess, gone and elsewhere
    assert found.objects["node"] == 7
    assert found.size_bytes == sum(path.stat().st_size for path in (tmp_path / ".memora").iterdir())


def test_disputes_are_counted(tmp_path: Path) -> None:
    seat = Seat(tmp_path)
    seat.remember("one")
    [item] = list_nodes(seat.repository, now=seat.now)
    with seat.repository.transaction("test", author="test", now=seat.now) as transaction:
        version = transaction.write_node(item.node._replace(status="conflicted"))
        transaction.set_nodes({item.node.id: version})
    assert stats(seat.repository, now=seat.now).disputed == 1
