"""A bit flips somewhere in the files of a store: fsck names it, or the store does not open, or it is of no consequence.

Of no consequence is a flip after which every row of every table, and every word of the text index, is as it was.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from stores import NOON, make_store, problems, remember

from memora.errors import MemoraError
from memora.operations.history.commit import commit
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.tag import create_tag
from memora.operations.look.receipts import record_recall
from memora.repository import Repository
from memora.storage.schema import DERIVED_TABLES, TRUTH_TABLES
from memora.tree.lookup import entries

pytestmark = pytest.mark.torture

IN_DATABASE = 300
IN_LOG = 120
SEED = 20260103


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a bit of everything, all of it in the log of its database."""
    repository = make_store(tmp_path_factory.mktemp("flipped"), memories=12)
    remember(repository, "with a key", key="some.key", tags=["a", "b"], evidence=["src/x.py:L1"])
    commit(repository, message="first", author="ada", now=NOON)
    create_tag(repository, "v1", "HEAD", message="as released", author="ada", now=NOON)
    switch_to_new(repository, "topic", None, author="ada", now=NOON)
    remember(repository, "on topic", type="assumption")
    commit(repository, message="second", author="ada", now=NOON)
    switch(repository, "main", author="ada", now=NOON)
    tree = dict(entries(repository.objects, repository.workspace.tree))
    record_recall(repository, tree, author="bob", now=NOON)
    remember(repository, "not committed")
    repository.index.database.close()
    return Path(repository.path)


@pytest.fixture
def emptied(template: Path, tmp_path: Path) -> Path:
    """The same store when its log has gone into the database."""
    place = tmp_path / "emptied"
    shutil.copytree(template, place)
    with Repository.open(str(place)) as repository:
        remember(repository, "the last")
    return place


def everything(place: Path) -> list[object]:
    """All rows of all tables, and all words of the text index."""
    connection = apsw.Connection(str(place / "memora.db"))
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    rows: list[object] = [
        sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)
        for table in (*TRUTH_TABLES, *DERIVED_TABLES)
        if table != "text"
    ]
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, text, instance)")
    rows.append(connection.execute("SELECT * FROM temp.words").fetchall())
    rows.append(connection.execute("SELECT id, sz FROM text_docsize").fetchall())
    connection.close()
    return rows


def flips(size: int, count: int) -> Iterator[int]:
    chance = random.Random(SEED)
    yield from chance.sample(range(size * 8), count)


def unnoticed(place: Path, name: str, count: int) -> tuple[list[int], int]:
    """Bits of a file whose flip changed something and was not named; and how many were named."""
    expected = everything(place)
    files = {entry.name: entry.read_bytes() for entry in place.iterdir() if not entry.name.endswith("-shm")}
    missed, named = [], 0
    for bit in flips(len(files[name]), count):
        (place / "memora.db-shm").unlink(missing_ok=True)
        for other, content in files.items():
            (place / other).write_bytes(content)
        flipped = bytearray(files[name])
        flipped[bit // 8] ^= 1 << bit % 8
        (place / name).write_bytes(flipped)
        try:
            found = bool(problems(str(place)))
        except MemoraError:
            found = True
        if found:
            named += 1
        elif everything(place) != expected:
            missed.append(bit)
    return missed, named


def test_every_harmful_flip_in_the_database_is_named(emptied: Path) -> None:
    missed, named = unnoticed(emptied, "memora.db", IN_DATABASE)
    assert missed == []
    assert named > IN_DATABASE / 8  # most of a small database is room


def test_every_flip_in_the_log_is_named(template: Path, tmp_path: Path) -> None:
    """SQLite itself takes the log for shorter, and drops all that came after without a word."""
    place = tmp_path / "store"
    shutil.copytree(template, place)
    missed, named = unnoticed(place, "memora.db-wal", IN_LOG)
    assert missed == []
    assert named == IN_LOG


def test_no_command_that_reads_breaks_over_a_flip(emptied: Path) -> None:
    """It gives its answer or says in a sentence that the store is damaged; never a failure of its own."""
    from commandline import Terminal

    (emptied.parent / "project").mkdir()
    place = emptied.rename(emptied.parent / "project" / ".memora")
    terminal = Terminal(place.parent)
    whole = (place / "memora.db").read_bytes()
    for bit in flips(len(whole), 60):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        (place / "memora.db").write_bytes(flipped)
        for command in ("status", "log", "list", "op log", "branch"):
            result = terminal.run(*command.split())
            assert result.code in (0, 1, 4, 5, 6), (bit, command, result)


def test_every_truncation_is_named(emptied: Path) -> None:
    whole = (emptied / "memora.db").read_bytes()
    for size in [*range(0, len(whole), 4096), 1, 99, 511, 5000]:
        (emptied / "memora.db").write_bytes(whole[:size])
        (emptied / "memora.db-wal").write_bytes(b"")
        (emptied / "memora.db-shm").unlink(missing_ok=True)
        found = problems(str(emptied))
        assert found, size
        assert all(problem.severity == "error" for problem in found)
