"""Adding one memory: what is new, what is known already, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
from seats import Seat

from memora.errors import Ambiguous, BadInput, DamagedObject, KeyTaken, NotFound
from memora.model.belief import birth_id
from memora.model.ids import NodeId, VersionId
from memora.model.node import Link, Node
from memora.model.times import DAY
from memora.operations.naming import read_named
from memora.operations.remember.add import add
from memora.operations.remember.changes import ChangeSet
from memora.operations.remember.edit import edit
from memora.operations.remember.remove import remove


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(tmp_path)


def put(seat: Seat, content: str, *, replace: bool = False, **fields: Any) -> ChangeSet:
    result = seat.do(add, {"content": content, **fields}, replace=replace)
    assert isinstance(result, ChangeSet)
    return result


def only(changes: ChangeSet) -> Node:
    [item] = changes.nodes
    return item.node


def write(seat: Seat, *nodes: Node) -> None:
    """Put nodes into the working tree as they are."""
    with seat.repository.transaction("test", author="test", now=seat.now) as transaction:
        transaction.set_nodes({node.id: transaction.write_node(node) for node in nodes})


def operations(seat: Seat) -> int:
    return seat.repository.log.head().number


def test_a_memory_is_kept_with_what_was_said_of_it(seat: Seat) -> None:
    first = only(put(seat, "Tokens rotate daily", key="auth.rotation"))
    changes = put(
        seat,
        "Auth uses JWT RS256",
        key="auth.jwt",
        type="project",
        source="code-read",
        evidence=["src/auth.rs:L4", "https://example.org"],
        tags=["b", "A"],
        applies_to=["src/**"],
        ttl="7d",
        links=["depends_on:auth.rotation"],
        pinned=True,
        valid_from="2026-11-01",
    )
    node = only(changes)
    assert changes.outcome == "added"
    assert node == read_named(seat.repository, ["auth.jwt"])[0].node
    assert node.id == birth_id("project", "auth.jwt", "")
    assert (node.type, node.content, node.key) == ("project", "Auth uses JWT RS256", "auth.jwt")
    assert (node.confidence, node.status, node.pinned) == (1.0, "ephemeral", True)
    assert (node.tags, node.applies_to) == (("a", "b"), ("src/**",))
    assert node.links == (Link("depends_on", first.id),)
    assert node.expires_at == seat.now + 7 * 86_400_000_000
    [seen] = node.observations
    assert (seen.source, seen.author, seen.at) == ("code_read", "ada", seat.now)
    assert seen.evidence == ("https://example.org", "src/auth.rs:L4")


def test_the_version_that_comes_back_is_the_one_in_the_tree(seat: Seat) -> None:
    for outcome in ("added", "known"):
        changes = put(seat, "one")
        assert changes.outcome == outcome
        assert changes.nodes == tuple(read_named(seat.repository, [only(changes).id.hex()]))


def test_the_same_observer_is_not_counted_twice(seat: Seat) -> None:
    first = only(put(seat, "one"))
    number = operations(seat)
    changes = put(seat, " one ")
    assert (changes.outcome, only(changes)) == ("known", first)
    assert operations(seat) == number


def test_white_space_makes_no_other_memory(seat: Seat) -> None:
    first = only(put(seat, "one  two"))
    assert only(put(seat, "one\ntwo")).id == first.id


@pytest.mark.parametrize("fields", [{"source": "test_result"}, {"author": "bob"}])
def test_another_observer_corroborates_and_promotes(seat: Seat, fields: dict[str, str]) -> None:
    put(seat, "Probably uses Redis", type="assumption", confidence=0.5)
    changes = put(seat, "Probably uses Redis", type="assumption", confidence=0.5, **fields)
    node = only(changes)
    assert changes.outcome == "corroborated"
    assert (node.confidence, node.status, node.expires_at) == (0.75, "stable", None)
    assert len(node.observations) == 2


def test_new_evidence_of_the_same_observer_is_kept_but_counts_as_known(seat: Seat) -> None:
    put(seat, "one", evidence=["a"])
    changes = put(seat, "one", evidence=["b"])
    assert changes.outcome == "known"
    assert [item.evidence for item in only(changes).observations] == [("a",), ("b",)]


def test_another_type_is_another_memory(seat: Seat) -> None:
    assert only(put(seat, "one")).id != only(put(seat, "one", type="project")).id
    assert len(seat.memories) == 1


def test_an_expired_memory_lives_again_when_it_is_seen_again(seat: Seat) -> None:
    put(seat, "deploys are slow", type="episodic", ttl="1h")
    seat.now += 2 * 3_600_000_000
    node = only(put(seat, "deploys are slow", type="episodic", ttl="1h"))
    assert not node.is_expired(seat.now)


def test_a_key_that_says_something_else_is_refused(seat: Seat) -> None:
    first = only(put(seat, "SQLite", key="db.engine"))
    with pytest.raises(KeyTaken) as caught:
        put(seat, "PostgreSQL", key="db.engine")
    assert caught.value.node == first.id.hex()
    assert caught.value.content == "SQLite"
    assert seat.memories == {"SQLite"}


def test_replace_revises_what_the_key_stands_for(seat: Seat) -> None:
    first = only(put(seat, "SQLite", key="db.engine", tags=["a"]))
    put(seat, "SQLite", key="db.engine", author="bob")
    changes = put(seat, "PostgreSQL", key="db.engine", source="code_read", tags=["b"], replace=True)
    node = only(changes)
    assert changes.outcome == "changed"
    assert (node.id, node.content, node.status, node.confidence) == (first.id, "PostgreSQL", "ephemeral", 1.0)
    assert [item.observer for item in node.observations] == [("code_read", "ada")]
    assert node.tags == ("a", "b")


def test_replace_keeps_the_type_unless_one_is_said(seat: Seat) -> None:
    put(seat, "Probably SQLite", key="db.engine", type="assumption")
    kept = only(put(seat, "Probably MySQL", key="db.engine", replace=True))
    assert (kept.type, kept.expires_at) == ("assumption", seat.now + 14 * DAY)
    changed = only(put(seat, "PostgreSQL", key="db.engine", type="project", replace=True))
    assert (changed.id, changed.type, changed.expires_at) == (kept.id, "project", None)


def test_replace_takes_the_lifetime_that_is_said(seat: Seat) -> None:
    put(seat, "Probably SQLite", key="db.engine", type="assumption")
    node = only(put(seat, "Probably MySQL", key="db.engine", ttl="2d", replace=True))
    assert (node.type, node.expires_at) == ("assumption", seat.now + 2 * DAY)


def test_replace_of_the_same_words_supports_them(seat: Seat) -> None:
    put(seat, "SQLite", key="db.engine")
    assert put(seat, "SQLite", key="db.engine", author="bob", replace=True).outcome == "corroborated"


def test_an_id_whose_node_says_something_else_now_is_not_taken(seat: Seat) -> None:
    first = only(put(seat, "one"))
    seat.do(edit, first.id.hex(), {"content": "two"})
    again = only(put(seat, "one"))
    assert again.id == birth_id("semantic", None, "one", 1)
    assert put(seat, "one").outcome == "known"
    assert seat.memories == {"one", "two"}


def test_a_key_that_moved_away_can_be_given_anew(seat: Seat) -> None:
    first = only(put(seat, "one", key="k"))
    seat.do(edit, "k", {"key": "other"})
    assert only(put(seat, "two", key="k")).id != first.id
    assert seat.memories == {"one", "two"}


def test_of_two_nodes_under_a_key_the_one_that_says_so_is_supported(seat: Seat) -> None:
    ours = only(put(seat, "SQLite", key="db.engine"))
    theirs = ours._replace(id=NodeId(b"t" * 16), content="PostgreSQL")
    write(seat, theirs)
    changes = put(seat, "PostgreSQL", key="db.engine", author="bob")
    assert (changes.outcome, only(changes).id) == ("corroborated", theirs.id)
    with pytest.raises(Ambiguous):
        put(seat, "MySQL", key="db.engine", replace=True)


def test_a_link_may_name_a_node_by_id_prefix_or_key(seat: Seat) -> None:
    target = only(put(seat, "one", key="k")).id
    for number, name in enumerate([target.hex(), target.hex()[:6].upper(), "k"]):
        node = only(put(seat, f"link {number}", links=[f"supports:{name}"]))
        assert node.links == (Link("supports", target),)


def test_links_that_lead_nowhere_or_back_are_refused(seat: Seat) -> None:
    with pytest.raises(NotFound):
        put(seat, "one", links=["supports:nowhere"])
    assert seat.memories == set()
    put(seat, "one", key="k")
    with pytest.raises(BadInput, match="to itself"):
        put(seat, "one", key="k", author="bob", links=["supports:k"])
    with pytest.raises(Ambiguous):
        write(seat, *(only(put(seat, "x"))._replace(id=NodeId(b"aa" + bytes([n]) * 14)) for n in (1, 2)))
        put(seat, "two", links=["supports:6161"])


def test_a_new_workspace_knows_what_was_committed(seat: Seat) -> None:
    seat.remember("SQLite", key="db.engine")
    seat.commit("First")
    other = seat.at("w2")
    with pytest.raises(KeyTaken):
        other.remember("PostgreSQL", key="db.engine")
    assert put(seat.at("w3"), "SQLite", key="db.engine").outcome == "corroborated"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"content": ""}, "content"),
        ({"content": " \n\t"}, "content"),
        ({"content": "x" * 65537}, "content"),
        ({"content": "é" * 32769}, "content"),
        ({"content": "a\x1b[2Jb"}, "content"),
        ({"content": "a\u202eb"}, "content"),
        ({"content": "a\udc80b"}, "content"),
        ({"content": None}, "content"),
        ({"content": ["a"]}, "content"),
        ({"type": "fact"}, "type"),
        ({"source": "hearsay"}, "source"),
        ({"source": "unknown:"}, "source"),
        ({"confidence": 1.01}, "confidence"),
        ({"confidence": -0.0001}, "confidence"),
        ({"confidence": float("nan")}, "confidence"),
        ({"confidence": "nan"}, "confidence"),
        ({"confidence": "high"}, "confidence"),
        ({"confidence": True}, "confidence"),
        ({"key": "a b"}, "key"),
        ({"key": "a..b"}, "key"),
        ({"key": ""}, "key"),
        ({"tags": ["a b"]}, "tag"),
        ({"tags": 3}, "tags"),
        ({"evidence": [""]}, "evidence"),
        ({"applies_to": ["../x"]}, "applies_to"),
        ({"ttl": "soon"}, "ttl"),
        ({"ttl": "1d", "expires_at": "2030-01-01"}, "ttl"),
        ({"valid_from": "2030-01-02", "valid_to": "2030-01-01"}, "valid_to"),
        ({"links": ["supports"]}, "link"),
        ({"links": ["hates:abcd"]}, "relation"),
        ({"author": "a\nb"}, "author"),
        ({"confidance": 1}, "field 'confidance'"),
    ],
)
def test_bad_fields_are_named_and_nothing_is_written(seat: Seat, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        seat.do(add, {"content": "one", **fields})
    assert caught.value.field == field
    assert (seat.memories, operations(seat)) == (set(), 0)


def test_what_was_removed_can_be_learnt_again(seat: Seat) -> None:
    first = only(put(seat, "one", key="k"))
    seat.do(remove, ["k"])
    changes = put(seat, "one", key="k")
    assert (changes.outcome, only(changes).id) == ("added", first.id)


def test_the_operation_log_says_what_was_added(seat: Seat) -> None:
    put(seat, "one")
    put(seat, "one", author="bob")
    commands = [(item.command, item.summary) for item in seat.repository.log.newest_first()]
    assert commands == [("add", "[semantic] one (corroborated)"), ("add", "[semantic] one")]


def test_a_version_that_cannot_be_read_is_named(seat: Seat) -> None:
    node = only(put(seat, "one", key="k")).id
    repository = seat.repository
    with repository.exclusive():
        version, row, _ = repository.objects.insert("node", b'{"content":"one"}')
        repository.index.nodes.set_view(repository.workspace.number, [(node, row)])
    with pytest.raises(DamagedObject) as caught:
        read_named(repository, [node.hex()])
    assert caught.value.object_id == VersionId(version).hex()
