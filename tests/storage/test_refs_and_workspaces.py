"""References and workspaces: the pointers that commands move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.errors import AlreadyExists, Damaged
from memora.model.ids import CommitId, ObjectId, TreeId
from memora.storage.database import Database
from memora.storage.refs import BRANCHES, TAGS, Head, Refs, format_head, parse_head
from memora.storage.schema import create_schema

A = ObjectId(b"a" * 32)
B = ObjectId(b"b" * 32)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(str(tmp_path / "refs.db"), create=True)
    create_schema(database)
    yield database
    database.close()


@pytest.fixture
def refs(database: Database) -> Refs:
    return Refs(database)


def test_a_reference_is_set_moved_and_removed(refs: Refs) -> None:
    assert refs.find(BRANCHES + "main") is None
    refs.set(BRANCHES + "main", A)
    refs.set(BRANCHES + "main", B)
    assert refs.find(BRANCHES + "main") == B
    refs.set(BRANCHES + "main", None)
    refs.set(BRANCHES + "main", None)
    assert refs.find(BRANCHES + "main") is None


def test_a_list_holds_what_is_below_its_prefix_by_name(refs: Refs) -> None:
    for name in ("refs/heads/b", "refs/heads/a/x", "refs/tags/v1", "refs/heads/ä", "refs/headsets/no"):
        refs.set(name, A)
    assert [name for name, _ in refs.list(BRANCHES)] == ["a/x", "b", "ä"]
    assert refs.list(TAGS) == [("v1", A)]


@pytest.mark.parametrize("taken, wanted", [("Main", "main"), ("straße", "STRASSE"), ("ﬁne", "fine")])
def test_names_that_look_alike_clash(refs: Refs, taken: str, wanted: str) -> None:
    refs.set(BRANCHES + taken, A)
    with pytest.raises(AlreadyExists, match=taken):
        refs.set(BRANCHES + wanted, B)
    assert refs.find(BRANCHES + wanted) is None
    refs.set(TAGS + wanted, B)  # a tag is another name


def test_a_damaged_target_is_called_damage(refs: Refs, database: Database) -> None:
    refs.set(BRANCHES + "main", A)
    for spoilt in ("text", 7, b"short"):
        database.execute("UPDATE refs SET target = ?", (spoilt,))
        with pytest.raises(Damaged):
            refs.find(BRANCHES + "main")
        with pytest.raises(Damaged):
            refs.list(BRANCHES)


def test_workspaces_are_made_moved_and_forgotten(refs: Refs) -> None:
    workspaces = refs.workspaces
    made = workspaces.add("default", Head("main"), TreeId(A))
    other = workspaces.add("agent/7", Head(None, CommitId(B)), TreeId(A))
    assert workspaces.find("default") == made
    assert workspaces.list() == [other, made]
    workspaces.set(made.number, Head("topic", CommitId(A)), TreeId(B))
    assert workspaces.find("default") == made._replace(head=Head("topic", CommitId(A)), tree=TreeId(B))
    assert workspaces.find("agent/7") == other
    workspaces.remove(other.number)
    assert workspaces.list() == [workspaces.find("default")]


def test_workspaces_whose_names_look_alike_clash(refs: Refs) -> None:
    refs.workspaces.add("Agent", Head("main"), TreeId(A))
    with pytest.raises(AlreadyExists, match="Agent"):
        refs.workspaces.add("agent", Head("main"), TreeId(A))


@given(
    branch=st.none() | st.sampled_from(["main", "feature/auth", "ä"]),
    commit=st.none() | st.binary(min_size=32, max_size=32).map(lambda raw: CommitId(ObjectId(raw))),
)
def test_a_head_survives_its_stored_form(branch: str | None, commit: CommitId | None) -> None:
    assert parse_head(format_head(Head(branch, commit))) == Head(branch, commit)


@pytest.mark.parametrize(
    "text", ["", "main", " -", "main 12", "main zz", "main " + "a" * 63, "main " + "A" * 64, "main - -", None, 3]
)
def test_a_damaged_head_is_called_damage(text: str) -> None:
    with pytest.raises(Damaged):
        parse_head(text)
