"""fsck: each kind of damage is named by its rule, and a sound store has no problems."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest
from stores import DAY, NOON, make_store, remember

from memora.errors.store import NewerFormat, NoStore, UnsafeStore
from memora.history.load import load_node
from memora.model.ids import NodeId, ObjectId, VersionId, hash_object
from memora.model.node import Dispute
from memora.operations.care.fsck import Checked, fsck
from memora.operations.care.gc import gc
from memora.operations.care.problems import Problem
from memora.operations.care.prune import prune
from memora.operations.care.reindex import reindex
from memora.operations.history.commit import commit
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.tag import create_tag
from memora.operations.history.undo import undo
from memora.operations.look.receipts import record_recall
from memora.recall.terms import index_text
from memora.repository import Repository
from memora.tree.lookup import entries
from memora.tree.walk import walk


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two commits on two branches, a tag, a second workspace, a recall, and something uncommitted."""
    directory = tmp_path_factory.mktemp("template")
    with make_store(directory, memories=70) as repository:
        commit(repository, message="first", author="ada", now=NOON)
        create_tag(repository, "v1", "HEAD", message="as released", author="ada", now=NOON)
        switch_to_new(repository, "topic", None, author="ada", now=NOON)
        remember(repository, "only on topic", key="topic.name", tags=["a", "b"])
        commit(repository, message="second", author="ada", now=NOON)
        switch(repository, "main", author="ada", now=NOON)
        remember(repository, "not committed")
        record_recall(repository, dict(view(repository)), author="bob", now=NOON)
        with Repository.open(repository.path, workspace="agent") as agent:
            remember(agent, "by the agent")
    return directory / ".memora"


@pytest.fixture
def repository(template: Path, tmp_path: Path) -> Iterator[Repository]:
    shutil.copytree(template, tmp_path / ".memora")
    with Repository.open(str(tmp_path / ".memora")) as repository:
        yield repository


def view(repository: Repository) -> list[tuple[NodeId, VersionId]]:
    return list(entries(repository.objects, repository.workspace.tree))


def check(repository: Repository) -> tuple[list[Problem], Checked]:
    found: list[Problem] = []
    checked = fsck(repository.path, report=found.append)
    assert checked.errors + checked.warnings == len(found)
    assert checked.rules == {problem.rule for problem in found}
    return found, checked


def spoil(repository: Repository, sql: str, *values: object) -> None:
    """Change the database as no memora would."""
    connection = apsw.Connection(repository.path + "/memora.db")
    connection.execute(sql, values)
    connection.close()


def version_of(repository: Repository, content: str) -> VersionId:
    for _, object_id, _, body in repository.objects.scan():
        if body.startswith(b"{") and json.loads(body).get("content") == content:
            return VersionId(object_id)
    raise AssertionError(content)


def test_a_sound_store_has_no_problems(repository: Repository) -> None:
    problems, checked = check(repository)
    assert problems == []
    assert checked.counts["objects"] == repository.objects.count()
    assert checked.counts["commits"] == 2
    assert checked.counts["operations"] == repository.log.head().number


def test_a_new_store_has_no_problems(tmp_path: Path) -> None:
    with make_store(tmp_path / "new") as repository:
        assert check(repository)[0] == []


@pytest.mark.parametrize(
    "work",
    [
        lambda repository: undo(repository, author="ada", now=NOON),
        lambda repository: gc(repository, author="ada", now=NOON + 900 * DAY, threshold=1.0, aggressive=True),
        lambda repository: prune(repository, now=NOON + 90 * DAY, older_than=DAY),
        reindex,
        lambda repository: repository.refs.set("refs/heads/none", None),
    ],
)
def test_a_store_stays_sound(repository: Repository, work: Callable[[Repository], object]) -> None:
    work(repository)
    assert check(repository)[0] == []


def test_checking_writes_nothing(repository: Repository, tmp_path: Path) -> None:
    repository.close()
    folder = tmp_path / ".memora"
    before = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name != "memora.db-shm"}
    check(repository)
    after = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name != "memora.db-shm"}
    assert after == before


def test_a_damaged_version_names_its_node_and_the_revisions_it_hits(repository: Repository) -> None:
    version = version_of(repository, "only on topic")
    node = load_node(repository.objects, version)
    spoil(repository, "UPDATE objects SET body = CAST(replace(body, 'only', 'onlx') AS BLOB) WHERE id = ?", version)
    problems, checked = check(repository)
    assert [(problem.rule, problem.object, problem.node) for problem in problems] == [("object-id", version, node.id)]
    topic = repository.refs.find("refs/heads/topic")
    assert topic is not None
    assert problems[0].revisions == ("topic", topic.hex()[:12])
    assert checked.whole == ("workspace agent", "workspace default", "main", "v1")


def test_a_missing_version_is_found_wherever_it_is_named(repository: Repository) -> None:
    version = version_of(repository, "memory number 3")
    node = load_node(repository.objects, version)
    spoil(repository, "DELETE FROM objects WHERE id = ?", version)
    problems, checked = check(repository)
    missing = [problem for problem in problems if problem.rule == "missing-object"]
    assert [(problem.object, problem.node) for problem in missing] == [(version, node.id)]
    assert set(missing[0].revisions) >= {"workspace default", "workspace agent", "main", "topic", "v1"}
    assert checked.whole == ()


def test_a_missing_tree_object_is_found(repository: Repository) -> None:
    *_, (leaf, _) = walk(repository.objects, repository.workspace.tree, set())
    spoil(repository, "DELETE FROM objects WHERE id = ?", leaf)
    problems, _ = check(repository)
    assert ("missing-object", leaf) in [(problem.rule, problem.object) for problem in problems]


def test_a_damaged_tree_object_names_the_revisions(repository: Repository) -> None:
    tip = repository.refs.find("refs/heads/topic")
    tree = repository.workspace.tree
    spoil(repository, "UPDATE objects SET body = x'4c' WHERE id = ?", tree)
    problems, checked = check(repository)
    hit = next(problem for problem in problems if problem.object == tree)
    assert (hit.rule, hit.revisions) == ("object-id", ("workspace default",))
    assert tip is not None
    assert "topic" in checked.whole


@pytest.mark.parametrize("kind", ["refs/heads/topic", "refs/tags/v1"])
def test_a_damaged_commit_or_tag_is_found(repository: Repository, kind: str) -> None:
    target = repository.refs.find(kind)
    spoil(repository, "UPDATE objects SET body = x'7b7d' WHERE id = ?", target)
    problems, _ = check(repository)
    assert [(problem.rule, problem.object) for problem in problems] == [("object-id", target)]
    assert kind.split("/")[-1] in problems[0].revisions


def put(repository: Repository, kind: int, body: bytes, name: str) -> ObjectId:
    """Store an object that hashes well and is not as memora would make it."""
    object_id = hash_object(name, body)  # type: ignore[arg-type]
    spoil(repository, "INSERT INTO objects(id, kind, body) VALUES(?, ?, ?)", object_id, kind, body)
    return object_id


@pytest.mark.parametrize(
    "kind, name, body",
    [
        (0, "node", b"{}"),
        (0, "node", b"no json"),
        (0, "node", b'{"a":1,"a":1}'),
        (1, "tree", b"Z"),
        (1, "tree", b"L" + b"b" * 48 + b"a" * 48),
        (2, "commit", b'{"at":1}'),
        (2, "commit", b'{"at": 1,"author":"a","message":"m","tree":"' + b"0" * 64 + b'"}'),
        (2, "commit", b'{"at":1,"author":"a\\u0065","message":"m","tree":"' + b"0" * 64 + b'"}'),
        (2, "commit", '{"at":1,"author":"e\u0301","message":"m","tree":"'.encode() + b"0" * 64 + b'"}'),
        (2, "commit", b'{"at":1,"author":"\\ud800","message":"m","tree":"' + b"0" * 64 + b'"}'),
        (3, "tag", b'{"at":NaN}'),
        (4, "session", b"[]"),
        (4, "session", b'{"b":1,"a":1}'),
    ],
)
def test_an_object_in_another_form_is_found(repository: Repository, kind: int, name: str, body: bytes) -> None:
    object_id = put(repository, kind, body, name)
    problems, _ = check(repository)
    assert {(problem.rule, problem.object) for problem in problems} == {("object-form", object_id)}


def test_an_object_under_a_wrong_kind_is_told_from_a_damaged_one(repository: Repository) -> None:
    put(repository, 1, b'{"a":1}', "session")
    (problem,), _ = check(repository)
    assert (problem.rule, problem.message) == ("object-kind", "it is stored as a tree and is a session")


@pytest.mark.parametrize("value", ["'text'", "5", "x'00'"])
@pytest.mark.parametrize("column", ["id", "body", "kind"])
def test_fields_of_any_type_are_called_damage(repository: Repository, column: str, value: str) -> None:
    version = version_of(repository, "memory number 3")
    spoil(repository, f"UPDATE objects SET {column} = {value} WHERE id = ?", version)
    rules = check(repository)[1].rules
    assert rules & {"object-id", "object-kind"}


def test_a_version_under_another_node_is_found(repository: Repository) -> None:
    """The tree is in order, the version is sound, and yet one node would read as another."""
    (node, version), (other, _) = view(repository)[:2]
    with repository.transaction("swap", author="eve", now=NOON) as transaction:
        transaction.set_nodes({other: version})
    problems, _ = check(repository)
    assert [(problem.rule, problem.object, problem.node) for problem in problems if problem.rule == "tree-entry"] == [
        ("tree-entry", version, other)
    ]
    assert node != other


def test_a_tree_that_is_not_in_order_is_found(repository: Repository) -> None:
    *_, (leaf, body) = walk(repository.objects, repository.workspace.tree, set())
    twisted = body[:1] + body[49:97] + body[1:49] + body[97:]
    tree = put(repository, 1, twisted, "tree")
    problems, _ = check(repository)
    assert ("object-form", tree) in [(problem.rule, problem.object) for problem in problems]
    assert leaf != tree


def test_what_a_dispute_stands_between_must_be_there(repository: Repository) -> None:
    node = load_node(repository.objects, view(repository)[0][1])
    nowhere = VersionId(hash_object("node", b"nowhere"))
    with repository.transaction("merge", author="ada", now=NOON) as transaction:
        disputed = node._replace(status="conflicted", dispute=Dispute(None, (nowhere, nowhere)))
        transaction.set_nodes({node.id: transaction.write_node(disputed)})
    problems, _ = check(repository)
    assert [(problem.rule, problem.object, problem.node) for problem in problems] == [
        ("missing-object", nowhere, node.id)
    ]


@pytest.mark.parametrize(
    "sql, rules",
    [
        ("UPDATE refs SET target = (SELECT tree FROM workspaces LIMIT 1) WHERE name = 'refs/heads/topic'",
         {"wrong-kind", "pointer"}),
        ("UPDATE refs SET target = zeroblob(32) WHERE name = 'refs/heads/topic'", {"missing-object", "pointer"}),
        ("UPDATE refs SET target = 'text' WHERE name = 'refs/heads/topic'", {"database"}),
        ("UPDATE refs SET folded = 'x' WHERE name = 'refs/heads/topic'", {"ref-name"}),
        ("UPDATE refs SET name = 'refs/heads/../x' WHERE name = 'refs/heads/topic'", {"ref-name", "pointer"}),
        ("UPDATE refs SET name = 'refs/heads/topid', folded = 'refs/heads/topid' WHERE name = 'refs/heads/topic'",
         {"pointer"}),
        ("DELETE FROM refs WHERE name = 'refs/heads/topic'", {"pointer"}),
        ("INSERT INTO refs SELECT 'refs/heads/new', 'refs/heads/new', target FROM refs LIMIT 1", {"pointer"}),
        ("UPDATE refs SET target = (SELECT target FROM refs WHERE name = 'refs/heads/main')"
         " WHERE name = 'refs/heads/topic'", {"pointer"}),
        ("UPDATE workspaces SET head = 'main -' WHERE name = 'default'", {"pointer"}),
        ("UPDATE workspaces SET head = 'nonsense' WHERE name = 'default'", {"database"}),
        ("UPDATE workspaces SET head = 'a..b -' WHERE name = 'agent'", {"ref-name"}),
        ("UPDATE workspaces SET tree = zeroblob(32) WHERE name = 'default'", {"missing-object", "pointer", "index"}),
        ("UPDATE workspaces SET folded = 'x' WHERE name = 'default'", {"ref-name"}),
        ("UPDATE workspaces SET head = replace(head, 'a', 'A') WHERE name = 'default'", {"database"}),
        ("DELETE FROM workspaces WHERE name = 'default'", {"pointer", "index"}),
        ("UPDATE operations SET author = 'eve' WHERE number = 3", {"operation-chain"}),
        ("DELETE FROM moves WHERE operation = 3", {"operation-chain"}),
        ("UPDATE events SET at = at + 1", {"event-chain", "index"}),
        ("UPDATE events SET data = '{\"nodes\":[]}'", {"event-chain", "index"}),
        ("UPDATE versions SET confidence = 1 WHERE row = (SELECT max(row) FROM versions)", {"index"}),
        ("UPDATE versions SET tags = 'c' WHERE key IS NOT NULL", {"index"}),
        ("DELETE FROM versions WHERE row = (SELECT max(row) FROM versions)", {"index"}),
        ("INSERT INTO versions SELECT 9999, node, type, status, key, confidence, created_at, updated_at, expires_at,"
         " pinned, length, tags, sources FROM versions LIMIT 1", {"index"}),
        ("DELETE FROM view WHERE workspace = 1 AND node = (SELECT node FROM view WHERE workspace = 1 LIMIT 1)",
         {"index"}),
        ("UPDATE view SET workspace = 77 WHERE workspace = 2", {"index"}),
        ("UPDATE commits SET generation = 9", {"index"}),
        ("UPDATE commits SET parents = ''", {"index"}),
        ("DELETE FROM accesses WHERE node = (SELECT node FROM accesses LIMIT 1)", {"index"}),
        ("DELETE FROM text WHERE rowid = (SELECT max(row) FROM versions)", {"index"}),
        ("INSERT INTO text(rowid, content) VALUES(9999, 'planted')", {"index"}),
        ("INSERT INTO links VALUES(x'00', 3, 'supports')", {"index"}),
        ("CREATE TRIGGER evil AFTER INSERT ON operations BEGIN DELETE FROM refs; END", {"schema"}),
        ("DROP TABLE view", {"schema"}),
        ("PRAGMA application_id = 7", {"schema"}),
        ("PRAGMA user_version = 0", {"schema"}),
    ],
)  # fmt: skip
def test_each_damage_is_named_by_its_rules(repository: Repository, sql: str, rules: set[str]) -> None:
    repository.close()
    spoil(repository, sql)
    problems, checked = check(repository)
    assert checked.rules == rules, problems
    assert checked.errors == len(problems)


def test_words_of_the_text_index_that_changed_are_noticed(repository: Repository) -> None:
    """The same rows, of the same sizes, with another word: no count can tell."""
    version = version_of(repository, "only on topic")
    node, row = load_node(repository.objects, version), repository.objects.row_of(version)
    columns = index_text("wholly on topic", node.key, node.tags, node.applies_to)
    repository.close()
    spoil(repository, "DELETE FROM text WHERE rowid = ?", row)
    spoil(repository, "INSERT INTO text(rowid, content, names, places) VALUES(?, ?, ?, ?)", row, *columns)
    assert check(repository)[1].rules == {"index"}


def test_lost_operations_are_counted(repository: Repository, tmp_path: Path) -> None:
    repository.close()
    shutil.copy(tmp_path / ".memora" / "memora.db", tmp_path / "older.db")
    with Repository.open(repository.path) as again:
        last = again.log.head().number
        for number in range(3):
            remember(again, f"acknowledged {number}")
    shutil.copy(tmp_path / "older.db", tmp_path / ".memora" / "memora.db")
    (problem,), checked = check(repository)
    assert (problem.rule, checked.errors) == ("lost-operations", 1)
    assert problem.message == (
        f"operations {last + 1} to {last + 3} were acknowledged and are lost; the log ends with operation {last}"
    )


def test_another_history_that_is_longer_is_no_substitute(repository: Repository, tmp_path: Path) -> None:
    repository.close()
    shutil.copytree(tmp_path / ".memora", tmp_path / "copy")
    with Repository.open(repository.path) as again:
        remember(again, "acknowledged")
    with Repository.open(str(tmp_path / "copy")) as other:
        for number in range(3):
            remember(other, f"another history {number}")
    shutil.copy(tmp_path / "copy" / "memora.db", tmp_path / ".memora" / "memora.db")
    assert check(repository)[1].rules == {"lost-operations"}


@pytest.mark.parametrize("content", [None, b"", b"torn"])
def test_a_missing_witness_is_a_warning(repository: Repository, tmp_path: Path, content: bytes | None) -> None:
    witness = tmp_path / ".memora" / "witness"
    witness.unlink() if content is None else witness.write_bytes(content)
    (problem,), checked = check(repository)
    assert (problem.rule, problem.severity) == ("witness", "warning")
    assert (checked.errors, checked.warnings) == (0, 1)


def test_a_database_without_its_log_mode_is_a_warning(repository: Repository) -> None:
    repository.close()
    spoil(repository, "PRAGMA journal_mode=DELETE")
    assert [(problem.rule, problem.severity) for problem in check(repository)[0]] == [("journal", "warning")]


@pytest.mark.parametrize("content", [b"", b"x", b"no database" * 900])
def test_what_is_no_database_is_one_clear_problem(repository: Repository, tmp_path: Path, content: bytes) -> None:
    repository.close()
    (tmp_path / ".memora" / "memora.db").write_bytes(content)
    (problem,), checked = check(repository)
    assert (problem.rule, checked.errors) == ("database", 1)
    assert "memora.db" in problem.message


def test_a_database_that_is_gone_is_one_clear_problem(repository: Repository, tmp_path: Path) -> None:
    repository.close()
    (tmp_path / ".memora" / "memora.db").unlink()
    (problem,), _ = check(repository)
    assert problem.rule == "database"


@pytest.mark.parametrize("share", [0.1, 0.35, 0.5, 0.8, 0.95])
def test_a_truncated_database_is_named(repository: Repository, tmp_path: Path, share: float) -> None:
    repository.close()
    path = tmp_path / ".memora" / "memora.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "database" in check(repository)[1].rules


def test_a_newer_format_is_not_looked_into(repository: Repository) -> None:
    repository.close()
    spoil(repository, "PRAGMA user_version = 99")
    with pytest.raises(NewerFormat):
        check(repository)


def test_no_store_and_no_folder_are_no_damage(tmp_path: Path) -> None:
    with pytest.raises(NoStore):
        fsck(str(tmp_path / ".memora"), report=print)
    (tmp_path / ".memora").write_text("")
    with pytest.raises(UnsafeStore):
        fsck(str(tmp_path / ".memora"), report=print)
