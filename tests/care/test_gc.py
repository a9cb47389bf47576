"""gc: what is forgotten, in which order, by which numbers, and that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import DAY, NOON, contents, make_store, remember

from memora.errors import BadInput
from memora.errors.store import NoWorkspace
from memora.history.load import load_node
from memora.model.importance import weigh_importance
from memora.model.node import Dispute, Node
from memora.operations.care.gc import Collection, gc
from memora.operations.history.undo import undo
from memora.operations.look.receipts import record_recall
from memora.operations.remember.pin import pin
from memora.repository import Repository
from memora.tree.lookup import entries

LATER = NOON + 13 * DAY


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with make_store(tmp_path) as repository:
        yield repository


def collect(repository: Repository, now: int = LATER, **options: object) -> Collection:
    return gc(repository, author="ada", now=now, **options)  # type: ignore[arg-type]


def statuses(repository: Repository) -> dict[str, str]:
    return {node.content: node.status for node in nodes(repository)}


def nodes(repository: Repository) -> list[Node]:
    tree = repository.workspace.tree
    return [load_node(repository.objects, version) for _, version in entries(repository.objects, tree)]


def doubtful(repository: Repository, content: str = "maybe Redis", **fields: object) -> None:
    remember(repository, content, type="assumption", confidence=0.1, ttl="52w", **fields)


def test_nothing_to_do_says_so_and_leaves_no_operation(repository: Repository) -> None:
    remember(repository, "certain")
    head = repository.log.head()
    assert collect(repository) == Collection((), 1, 0.3, False)
    assert repository.log.head() == head


def test_first_deprecated_then_removed(repository: Repository) -> None:
    """The second gc needs no new age: to be deprecated does not make a memory recent again."""
    doubtful(repository)
    remember(repository, "certain")
    first = collect(repository)
    assert [(item.action, item.node.content) for item in first.decisions] == [("deprecated", "maybe Redis")]
    assert statuses(repository) == {"maybe Redis": "deprecated", "certain": "ephemeral"}
    second = collect(repository)
    assert [item.action for item in second.decisions] == ["removed"]
    assert statuses(repository) == {"certain": "ephemeral"}
    assert collect(repository).decisions == ()


def test_aggressive_removes_at_once(repository: Repository) -> None:
    doubtful(repository)
    assert [item.action for item in collect(repository, aggressive=True).decisions] == ["removed"]
    assert contents(repository) == set()


def test_a_deprecated_one_that_became_important_again_stays(repository: Repository) -> None:
    doubtful(repository)
    collect(repository)
    node = nodes(repository)[0]
    version = next(version for _, version in entries(repository.objects, repository.workspace.tree))
    for number in range(60):
        assert record_recall(repository, {node.id: version}, author="bob", now=LATER + number)
    # access is now 60/65 of its fifth; a lower threshold than before keeps it
    assert collect(repository, threshold=0.28).decisions == ()
    assert statuses(repository) == {"maybe Redis": "deprecated"}


def test_the_expired_leave_whatever_their_importance(repository: Repository) -> None:
    remember(repository, "the build is red", type="episodic", source="code_read", ttl="1h")
    remember(repository, "certain", source="code_read")
    collection = collect(repository, now=NOON + DAY)
    assert [(item.action, item.importance.total > 0.7) for item in collection.decisions] == [("expired", True)]
    assert contents(repository) == {"certain"}


def test_one_moment_before_its_end_nothing_is_expired(repository: Repository) -> None:
    remember(repository, "the build is red", source="code_read", ttl="1h")
    hour = 3600 * 1_000_000
    assert collect(repository, now=NOON + hour - 1).decisions == ()
    assert len(collect(repository, now=NOON + hour).decisions) == 1


def test_the_pinned_are_never_collected(repository: Repository) -> None:
    remember(repository, "by hand", type="assumption", confidence=0.01, ttl="1h")
    pin(repository, [nodes(repository)[0].id.hex()], author="ada", now=NOON)
    collection = collect(repository, now=NOON + 900 * DAY, threshold=1.0, aggressive=True)
    assert collection == Collection((), 0, 1.0, False)
    assert contents(repository) == {"by hand"}


def test_the_disputed_are_never_touched(repository: Repository) -> None:
    remember(repository, "disputed", confidence=0.01, ttl="1h")
    node = nodes(repository)[0]
    with repository.transaction("merge", author="ada", now=NOON) as transaction:
        side = transaction.write_node(node)
        disputed = node._replace(status="conflicted", dispute=Dispute(None, (side, side)))
        transaction.set_nodes({node.id: transaction.write_node(disputed)})
    assert collect(repository, now=NOON + 900 * DAY, threshold=1.0, aggressive=True).decisions == ()
    assert statuses(repository) == {"disputed": "conflicted"}


def test_a_dry_run_decides_the_same_and_changes_nothing(repository: Repository) -> None:
    doubtful(repository)
    doubtful(repository, "maybe Kafka")
    remember(repository, "gone tomorrow", ttl="1d")
    before = (repository.log.head(), repository.workspace, repository.objects.count())
    dry = collect(repository, dry_run=True)
    assert (repository.log.head(), repository.workspace, repository.objects.count()) == before
    assert collect(repository) == dry._replace(dry_run=False)


def test_decisions_come_by_action_and_then_the_least_important_first(repository: Repository) -> None:
    for confidence, content in ((0.2, "b"), (0.1, "a"), (0.3, "c")):
        remember(repository, content, type="assumption", confidence=confidence, ttl="52w")
    remember(repository, "z", source="code_read", ttl="1h")
    collection = collect(repository, threshold=0.9)
    assert [item.node.content for item in collection.decisions] == ["z", "a", "b", "c"]
    assert [collection.count("expired"), collection.count("removed"), collection.count("deprecated")] == [1, 0, 3]


def test_every_decision_carries_the_numbers_of_the_one_formula(repository: Repository) -> None:
    doubtful(repository)
    decision = collect(repository).decisions[0]
    expected = weigh_importance("assumption", 0.1, NOON, LATER)
    assert decision.importance == expected
    assert expected.total == pytest.approx(0.5 * 0.1 + 0.3 * 0.5 ** (13 / 7))
    assert decision.accesses == 0


@pytest.mark.parametrize(
    "type_name, confidence, days, accesses, collected",
    [
        ("assumption", 0.6, 9999, 0, False),
        ("assumption", 0.5, 18.0, 0, False),
        ("assumption", 0.5, 18.2, 0, True),
        ("assumption", 0.5, 9999, 5, False),
        ("semantic", 0.3, 364.9, 0, False),
        ("semantic", 0.3, 365.1, 0, True),
        ("preference", 0.1, 9999, 0, False),
    ],
)
def test_the_consequences_that_the_document_tells(
    repository: Repository, type_name: str, confidence: float, days: float, accesses: int, collected: bool
) -> None:
    remember(repository, "a belief", type=type_name, confidence=confidence, ttl="9999w")
    ((node, version),) = entries(repository.objects, repository.workspace.tree)
    for _ in range(accesses):
        record_recall(repository, {node: version}, author="bob", now=NOON)
    assert bool(collect(repository, now=NOON + int(days * DAY)).decisions) == collected


def test_undo_takes_it_back(repository: Repository) -> None:
    doubtful(repository)
    remember(repository, "gone tomorrow", ttl="1d")
    before = (contents(repository), repository.workspace.tree)
    collect(repository, aggressive=True)
    assert contents(repository) == set()
    undo(repository, author="ada", now=LATER)
    assert (contents(repository), repository.workspace.tree) == before
    assert len(collect(repository, aggressive=True, dry_run=True).decisions) == 2


def test_the_operation_says_how_many(repository: Repository) -> None:
    doubtful(repository)
    remember(repository, "gone tomorrow", ttl="1d")
    collect(repository)
    operation = repository.log.last_of("default")
    assert operation is not None
    assert (operation.command, operation.summary) == ("gc", "1 expired, 1 deprecated")


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_threshold_that_is_no_share_is_refused(repository: Repository, threshold: float) -> None:
    with pytest.raises(BadInput, match="threshold"):
        collect(repository, threshold=threshold)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_workspace_that_is_not_there_is_not_made(repository: Repository, dry_run: bool) -> None:
    with Repository.open(repository.path, workspace="nobody") as other, pytest.raises(NoWorkspace):
        collect(other, dry_run=dry_run)
    assert [item.name for item in repository.refs.workspaces.list()] == ["default"]


def test_a_clock_that_went_backwards_removes_nothing(repository: Repository) -> None:
    remember(repository, "from the future", confidence=0.31, ttl="1h", now=NOON + 90 * DAY)
    assert collect(repository, now=NOON).decisions == ()
