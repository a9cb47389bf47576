"""prune: what nothing leads to goes, with all that was derived from it; everything else stays readable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import DAY, NOON, contents, make_store, problems, remember

from memora.errors import Damaged
from memora.history.load import load_commit, load_node
from memora.model import canonical
from memora.model.commit import Commit, Decision
from memora.model.ids import CommitId, ObjectId
from memora.model.node import Dispute, Node
from memora.operations.care.prune import prune
from memora.operations.history.branch import create_branch, delete_branch
from memora.operations.history.commit import commit
from memora.operations.history.switch import switch, switch_to_commit, switch_to_new
from memora.operations.history.tag import create_tag
from memora.operations.history.undo import NothingLeft, undo
from memora.operations.remember.remove import remove
from memora.operations.sessions.end import end_session
from memora.operations.sessions.record import record
from memora.operations.sessions.start import start_session
from memora.repository import Repository
from memora.tree.lookup import entries


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with make_store(tmp_path, memories=5) as repository:
        yield repository


def objects(repository: Repository) -> dict[ObjectId, bytes]:
    return {object_id: body for _, object_id, _, body in repository.objects.scan()}


def nodes(repository: Repository) -> list[Node]:
    return [
        load_node(repository.objects, version) for _, version in entries(repository.objects, repository.workspace.tree)
    ]


def write_stray(repository: Repository, content: str = "a version that nothing leads to") -> ObjectId:
    node = nodes(repository)[0]._replace(content=content)
    with repository.transaction("stray", author="ada", now=NOON) as transaction:
        return transaction.write_node(node)


def test_what_operations_went_from_is_kept(repository: Repository) -> None:
    before = objects(repository)
    assert prune(repository, now=NOON + 90 * DAY).objects == 0
    assert objects(repository) == before
    for _ in range(5):
        undo(repository, author="ada", now=NOON)
    assert contents(repository) == set()


def test_what_nothing_leads_to_goes_with_its_derived_rows(repository: Repository) -> None:
    stray = write_stray(repository)
    row = repository.objects.row_of(stray)
    kept = repository.objects.count() - 1
    pruned = prune(repository, now=NOON)
    assert (pruned.objects, pruned.kinds, pruned.kept, pruned.operations) == (1, {"node": 1}, kept, 0)
    assert pruned.size_bytes > 100
    assert not repository.objects.has(stray)
    assert repository.index.text.frequencies(["nothing"], 10) == [0]
    assert problems(repository) == []
    # its row may be taken again, by something else
    repository_row = repository.objects.row_of(write_stray(repository, "another"))
    assert repository_row == row
    assert problems(repository) == []


def test_a_dry_run_counts_the_same_and_removes_nothing(repository: Repository) -> None:
    write_stray(repository)
    before = objects(repository)
    dry = prune(repository, now=NOON + 90 * DAY, older_than=DAY, dry_run=True)
    assert dry.operations == 4
    assert objects(repository) == before
    assert repository.log.count() == 5
    assert prune(repository, now=NOON + 90 * DAY, older_than=DAY) == dry


def test_forgotten_operations_keep_nothing_and_cannot_be_undone(repository: Repository) -> None:
    remember(repository, "the newest", now=NOON + 50 * DAY)
    before = contents(repository)
    pruned = prune(repository, now=NOON + 60 * DAY, older_than=30 * DAY)
    assert pruned.operations == 4
    assert pruned.kinds == {"tree": 5}
    assert contents(repository) == before
    undo(repository, author="ada", now=NOON)
    assert contents(repository) == before - {"the newest"}
    assert undo(repository, author="ada", now=NOON) == NothingLeft(forgotten=True)
    assert problems(repository) == []


def test_nothing_young_is_forgotten(repository: Repository) -> None:
    assert prune(repository, now=NOON + DAY, older_than=30 * DAY).operations == 0
    assert repository.log.count() == 5


def test_an_operation_that_is_the_only_one_is_not_forgotten(tmp_path: Path) -> None:
    with make_store(tmp_path / "young") as young:
        remember(young, "one")
        prune(young, now=NOON + 90 * DAY, older_than=DAY)
        assert problems(young) == []
        undo(young, author="ada", now=NOON)
        assert contents(young) == set()


@pytest.mark.parametrize("later", [0, 1])
def test_a_log_of_which_only_the_first_operation_is_old_stays_sound(tmp_path: Path, later: int) -> None:
    with make_store(tmp_path, memories=1) as repository:
        for number in range(later):
            remember(repository, f"later {number}", now=NOON + 50 * DAY)
        assert prune(repository, now=NOON + 60 * DAY, older_than=30 * DAY).operations == 0
        assert problems(repository) == []


def test_a_store_from_which_every_memory_went_is_sound(tmp_path: Path) -> None:
    with make_store(tmp_path, memories=1) as repository:
        remove(repository, [nodes(repository)[0].id.hex()], author="ada", now=NOON)
        assert prune(repository, now=NOON + 60 * DAY, older_than=DAY).kinds["node"] == 1
        assert problems(repository) == []


def test_every_commit_of_every_branch_stays_readable(repository: Repository) -> None:
    commit(repository, message="one", author="ada", now=NOON)
    remember(repository, "on both")
    commit(repository, message="two", author="ada", now=NOON)
    create_branch(repository, "topic", None, author="ada", now=NOON)
    for node in nodes(repository):
        remove(repository, [node.id.hex()], author="ada", now=NOON)
    commit(repository, message="three", author="ada", now=NOON)
    assert prune(repository, now=NOON + 90 * DAY, older_than=DAY).objects > 0
    assert problems(repository) == []


def test_a_deleted_branch_goes_when_its_operations_are_forgotten(repository: Repository) -> None:
    commit(repository, message="base", author="ada", now=NOON)
    switch_to_new(repository, "topic", None, author="ada", now=NOON)
    remember(repository, "only on topic")
    commit(repository, message="lost", author="ada", now=NOON)
    tip = repository.workspace.head.commit
    assert tip is not None
    switch(repository, "main", author="ada", now=NOON)
    delete_branch(repository, "topic", force=True, author="ada", now=NOON)
    prune(repository, now=NOON)
    assert repository.objects.has(tip)
    prune(repository, now=NOON + 90 * DAY, older_than=DAY)
    assert not repository.objects.has(tip)
    assert problems(repository) == []


def forget_everything(repository: Repository) -> None:
    prune(repository, now=NOON + 90 * DAY, older_than=DAY)


def test_a_commit_that_only_a_tag_names_is_kept(repository: Repository) -> None:
    commit(repository, message="base", author="ada", now=NOON)
    switch_to_new(repository, "topic", None, author="ada", now=NOON)
    remember(repository, "as released")
    commit(repository, message="release", author="ada", now=NOON)
    tip = repository.workspace.head.commit
    create_tag(repository, "v1", "HEAD", message="the release", author="ada", now=NOON)
    switch(repository, "main", author="ada", now=NOON)
    delete_branch(repository, "topic", force=True, author="ada", now=NOON)
    forget_everything(repository)
    assert tip is not None
    assert repository.objects.has(tip)
    assert problems(repository) == []


def test_the_commit_that_a_workspace_started_from_is_kept(repository: Repository) -> None:
    commit(repository, message="base", author="ada", now=NOON)
    remember(repository, "more")
    commit(repository, message="more", author="ada", now=NOON)
    tip = repository.workspace.head.commit
    switch_to_commit(repository, "HEAD", author="ada", now=NOON)
    with repository.transaction("back", author="ada", now=NOON) as transaction:
        branch = repository.refs.find("refs/heads/main")
        first = load_commit(repository.objects, CommitId(branch)).parents[0] if branch else None
        transaction.move_ref("refs/heads/main", branch, first)
    forget_everything(repository)
    assert tip is not None
    assert repository.objects.has(tip)
    assert problems(repository) == []


def test_what_a_merge_overruled_is_kept(repository: Repository) -> None:
    node = nodes(repository)[0]
    with repository.transaction("merge", author="ada", now=NOON) as transaction:
        overruled = transaction.write_node(node._replace(content="overruled"))
        decisions = (Decision(node.id, "newest", overruled),)
        merged = transaction.write_commit(Commit(transaction.tree, (), "ada", NOON, "merge", decisions))
        transaction.move_ref("refs/heads/main", None, merged)
    forget_everything(repository)
    assert repository.objects.has(overruled)
    assert problems(repository) == []


def test_what_a_session_names_is_kept(repository: Repository) -> None:
    with repository.transaction("session", author="ada", now=NOON) as transaction:
        seen = transaction.write_node(nodes(repository)[0]._replace(content="seen in a session"))
        body = canonical.encode({"events": [{"version": seen.hex()}], "id": "0123"})
        session = repository.objects.write("session", body)
        transaction.move_ref("refs/sessions/0123", None, session)
    forget_everything(repository)
    assert repository.objects.has(seen)
    assert [problem.rule for problem in problems(repository)] == ["session"]  # it is none of this version's


def test_what_the_events_of_a_session_saw_is_kept(repository: Repository) -> None:
    started = start_session(repository, author="ada", now=NOON).session
    with repository.transaction("edit", author="ada", now=NOON) as transaction:
        node = nodes(repository)[0]
        seen = transaction.write_node(node._replace(content="seen in a session"))
        transaction.set_nodes({node.id: seen})
        named = transaction.write_node(node._replace(content="named in a session"))
    record(repository, "note", {"version": named.hex()}, now=NOON)
    undo(repository, author="ada", now=NOON)
    end_session(repository, author="ada", now=NOON)
    forget_everything(repository)
    assert repository.objects.has(seen)
    assert repository.objects.has(named)
    assert repository.sessions.find(started.id)
    assert problems(repository) == []


def test_what_a_dispute_stands_between_is_kept(repository: Repository) -> None:
    node = nodes(repository)[0]
    with repository.transaction("merge", author="ada", now=NOON) as transaction:
        base = transaction.write_node(node._replace(content="base"))
        inner = transaction.write_node(
            node._replace(content="inner", status="conflicted", dispute=Dispute(None, (base, base)))
        )
        other = transaction.write_node(node._replace(content="other"))
        outer = node._replace(content="outer", status="conflicted", dispute=Dispute(base, (inner, other)))
        transaction.set_nodes({node.id: transaction.write_node(outer)})
        stray = transaction.write_node(node._replace(content="stray"))
    prune(repository, now=NOON + 90 * DAY, older_than=DAY)
    assert all(repository.objects.has(version) for version in (base, inner, other))
    assert not repository.objects.has(stray)
    assert problems(repository) == []


def test_a_store_with_damage_is_not_pruned(repository: Repository) -> None:
    """What a damaged tree leads to is unknown, so nothing can be known to be unreachable."""
    write_stray(repository)
    tree = repository.workspace.tree
    repository.index.database.execute("UPDATE objects SET body = x'4c' WHERE id = ?", (tree,))
    before = objects(repository)
    with pytest.raises(Damaged):
        prune(repository, now=NOON + 90 * DAY, older_than=DAY)
    assert objects(repository) == before
    assert repository.log.count() == 5


def test_a_disputed_version_that_was_damaged_stops_a_prune(repository: Repository) -> None:
    node = nodes(repository)[0]
    with repository.transaction("merge", author="ada", now=NOON) as transaction:
        side = transaction.write_node(node._replace(content="side"))
        version = transaction.write_node(node._replace(status="conflicted", dispute=Dispute(None, (side, side))))
        transaction.set_nodes({node.id: version})
    repository.index.database.execute(
        "UPDATE objects SET body = CAST(replace(body, 'conflict', 'cunflict') AS BLOB) WHERE id = ?",
        (version,),
    )
    with pytest.raises(Damaged):
        prune(repository, now=NOON)
    assert repository.objects.has(side)


def test_a_second_prune_finds_nothing(repository: Repository) -> None:
    write_stray(repository)
    prune(repository, now=NOON + 90 * DAY, older_than=DAY)
    again = prune(repository, now=NOON + 90 * DAY, older_than=DAY)
    assert (again.objects, again.operations) == (0, 0)
