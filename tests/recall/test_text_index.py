"""The text index over SQLite: what it counts, forgets and notices."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from recall_samples import NOW, WORKSPACE, Shelf

from memora.errors import Damaged
from memora.model.matches import Clause
from memora.model.selection import NodeFilter
from memora.recall.terms import index_text


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf.db")


def commit(shelf: Shelf) -> None:
    if shelf.database.in_transaction:
        shelf.database.execute("COMMIT")


def rows(shelf: Shelf, *clauses: Clause) -> list[tuple[int, int, int]]:
    commit(shelf)
    found = shelf.text.matches(clauses, workspace=WORKSPACE, wanted=NodeFilter(), now=NOW)
    return [(match.row, match.weight, match.bits) for match in found]


def test_size_follows_every_add_and_remove(shelf: Shelf) -> None:
    commit(shelf)
    assert shelf.text.size() == 0
    for number in range(200):
        shelf.put(f"n{number}", f"memory {number}")
    commit(shelf)
    assert shelf.text.size() == 200
    shelf.text.remove(range(1, 51))
    assert shelf.text.size() == 150
    shelf.text.compact()
    assert shelf.text.size() == 150
    shelf.text.clear()
    assert shelf.text.size() == 0


def test_frequencies_count_versions_whatever_the_inflection(shelf: Shelf) -> None:
    shelf.put("a", "Deploying is slow", key="deploy.a")
    shelf.put("b", "We deploy deploys")
    shelf.put("c", "Nothing")
    commit(shelf)
    assert shelf.text.frequencies(["deployed", "DEPLOY", "nothing", "else", "noth*"], 100) == [2, 2, 1, 0, 1]
    assert shelf.text.frequencies(["deploy"], 1) == [1]


def test_frequencies_are_counted_again_after_a_change(shelf: Shelf) -> None:
    shelf.put("a", "deploy")
    commit(shelf)
    assert shelf.text.frequencies(["deploy"], 9) == [1]
    shelf.put("b", "deploy")
    commit(shelf)
    assert shelf.text.frequencies(["deploy"], 9) == [2]
    shelf.text.remove([1])
    assert shelf.text.frequencies(["deploy"], 9) == [1]


def test_weights_and_bits_add_up_heaviest_and_then_newest_first(shelf: Shelf) -> None:
    shelf.put("one", "retry")
    shelf.put("two", "retry webhook")
    shelf.put("three", "retry", tags=("retry",))
    shelf.put("four", "retry")
    clauses = (Clause("retry", 10, 1), Clause("webhook", 5, 2), Clause("retry", 3, 4, named=True))
    assert rows(shelf, *clauses) == [(2, 15, 3), (3, 13, 5), (4, 10, 1), (1, 10, 1)]


def test_a_clause_beside_others_takes_only_what_holds_one_of_them(shelf: Shelf) -> None:
    shelf.put("one", "retry")
    shelf.put("two", "retry webhook")
    shelf.put("three", "queue", key="retry")
    assert rows(shelf, Clause("retry", 1, 1, ("webhook", "queue"))) == [(3, 1, 1), (2, 1, 1)]
    assert rows(shelf, Clause("retry", 1, 1, ("webhook", "queue"), named=True)) == [(3, 1, 1)]


def test_length_is_counted_in_characters_of_the_content_alone(shelf: Shelf) -> None:
    shelf.put("long", "wörd " * 9_999 + "word", tags=("one", "two"), evidence=("src/a.py",))
    shelf.put("short", "word word", tags=("one", "two"), evidence=("src/a.py",))
    commit(shelf)
    found = shelf.text.matches([Clause("word", 1, 1)], workspace=WORKSPACE, wanted=NodeFilter(), now=NOW)
    assert [match.length for match in found] == [9, 49_999]


def test_without_a_workspace_every_version_is_there(shelf: Shelf) -> None:
    shelf.put("node", "retry once")
    shelf.put("node", "retry twice")
    commit(shelf)
    found = shelf.text.matches([Clause("retry", 1, 1)], workspace=None, wanted=NodeFilter(), now=NOW)
    assert [match.row for match in found] == [2, 1]


def test_removed_versions_answer_no_more(shelf: Shelf) -> None:
    shelf.put("one", "retry")
    shelf.put("two", "retry")
    shelf.text.remove([1])
    assert rows(shelf, Clause("retry", 1, 1)) == [(2, 1, 1)]


def test_compact_takes_the_words_of_removed_versions_out_of_the_file(shelf: Shelf, tmp_path: Path) -> None:
    secret = "xyzzyplughsecret"
    shelf.database.execute("COMMIT")
    shelf.database.one("PRAGMA journal_mode=DELETE")
    shelf.text.add([(1, *index_text(f"the password is {secret}", None, (), ()))])
    for row in range(2, 40):
        shelf.text.add([(row, *index_text(f"memory number {row}", None, (), ()))])
    path = tmp_path / "shelf.db"
    assert secret.encode() in path.read_bytes()
    shelf.text.remove([1])
    shelf.text.compact()
    assert secret.encode() not in path.read_bytes()


def test_missing_and_stray_rows_are_named(shelf: Shelf) -> None:
    shelf.put("one", "retry")
    shelf.put("two", "retry")
    assert (shelf.text.unindexed_rows(), shelf.text.stray_rows()) == ([], [])
    shelf.text.remove([2])
    shelf.text.add([(99, "retry", "", "")])
    assert (shelf.text.unindexed_rows(), shelf.text.stray_rows()) == ([2], [99])


def test_an_index_that_lost_a_page_is_damaged(shelf: Shelf) -> None:
    for number in range(50):
        shelf.put(f"n{number}", f"memory {number}")
    commit(shelf)
    shelf.text.check()
    import apsw

    shelf.database.connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 0)
    shelf.database.execute("DELETE FROM text_data WHERE id = (SELECT max(id) FROM text_data)")
    with pytest.raises(Damaged):
        shelf.text.check()


def test_a_cleared_index_can_be_filled_again(shelf: Shelf) -> None:
    shelf.put("one", "retry")
    shelf.text.clear()
    assert rows(shelf, Clause("retry", 1, 1)) == []
    shelf.text.add([(1, "retry", "", "")])
    shelf.text.compact()
    assert rows(shelf, Clause("retry", 1, 1)) == [(1, 1, 1)]


def add_many(shelf: Shelf, first: int, count: int) -> None:
    for start in range(first, first + count, 500):
        shelf.text.add([(row, f"memory word{row}", "", "") for row in range(start, start + 500)])


@contextmanager
def transaction(shelf: Shelf) -> Iterator[None]:
    shelf.database.execute("BEGIN")
    shelf.text.begin()
    yield
    shelf.text.settle()
    shelf.database.execute("COMMIT")


def pieces(shelf: Shelf) -> int:
    row = shelf.database.one("SELECT count(DISTINCT segid) FROM text_idx")
    assert row
    return int(row[0])


def merging(shelf: Shelf) -> dict[str, int]:
    return dict(shelf.database.all("SELECT k, v FROM text_config WHERE k LIKE '%merge'"))  # type: ignore[arg-type]


def test_a_batch_that_doubles_the_index_ends_in_one_piece(shelf: Shelf) -> None:
    for number in range(40):
        shelf.put(f"n{number}", "deploy")
        commit(shelf)
    assert pieces(shelf) > 1
    with transaction(shelf):
        add_many(shelf, 101, 2_000)
        assert merging(shelf)["automerge"] == 0
    assert pieces(shelf) == 1
    assert merging(shelf) == {"automerge": 4, "crisismerge": 16}
    assert (shelf.text.size(), shelf.text.frequencies(["deploy", "word2000"], 99)) == (2_040, [40, 1])
    shelf.text.check()


def test_a_batch_that_is_undone_leaves_merging_as_it_was(shelf: Shelf) -> None:
    commit(shelf)
    shelf.database.execute("BEGIN")
    shelf.text.begin()
    add_many(shelf, 1, 2_500)
    shelf.database.execute("ROLLBACK")
    assert merging(shelf) == {"automerge": 4, "crisismerge": 16}
    for number in range(100):  # without merging this many commits would leave this many pieces
        shelf.put(f"n{number}", "deploy")
        commit(shelf)
    assert pieces(shelf) < 20
    shelf.text.check()


def test_a_batch_that_adds_little_to_what_is_there_leaves_that_as_it_is(shelf: Shelf) -> None:
    commit(shelf)
    with transaction(shelf):
        add_many(shelf, 1, 3_000)
    with transaction(shelf):
        add_many(shelf, 5_001, 2_500)
        assert merging(shelf)["automerge"] == 4
    assert pieces(shelf) > 1
