"""``memora replay``, ``receipts`` and ``impact``: a session seen again, and asked who was told what."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from commandline import Terminal

RUN = """
init
add "The database is SQLite" -k db.engine
commit -m first
session start --id run-1 --source claude_code
session record -t user_prompt --data '{"text": "Which database?"}'
recall "which database"
add "Tests need Docker" -k tests.docker
edit db.engine --content "The database is PostgreSQL"
commit -m learnt
session end
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    for line in RUN.strip().splitlines():
        terminal.ok(*shlex.split(line))
    return terminal


def node_of(terminal: Terminal, key: str) -> str:
    return terminal.json("show", key)[0]["id"]


def test_the_events_in_order_with_what_they_changed(terminal: Terminal) -> None:
    assert terminal.ok("replay").splitlines()[:4] == [
        "    1  2027-01-15 08:00:04 UTC  session_started  claude_code, ada",
        "    2  2027-01-15 08:00:05 UTC  user_prompt      Which database?",
        "    3  2027-01-15 08:00:06 UTC  recalled         which database → 1 memory",
        "    4  2027-01-15 08:00:07 UTC  node_added",
    ]
    lines = terminal.ok("replay", "--session", "run-1", "--from", "4", "--to", "5").splitlines()
    assert [line.split("UTC  ")[-1] for line in lines[::2]] == ["node_added", "node_updated"]
    assert "+ [semantic]" in lines[1] and "Tests need Docker" in lines[1]
    assert "~ [semantic]" in lines[3] and "The database is PostgreSQL" in lines[3]


def test_records_are_filtered_by_type_and_number(terminal: Terminal) -> None:
    events = terminal.json("replay", "--type", "node_added", "-t", "node_updated")
    assert [(event["seq"], event["changes"]["added"], event["changes"]["changed"]) for event in events] == [
        (4, 1, 0),
        (5, 0, 1),
    ]
    assert [event["seq"] for event in terminal.json("replay", "--from", "6")] == [6, 7]
    assert terminal.run("replay", "--type", "error").code == 1
    assert terminal.run("replay", "--from", "8").code == 1
    assert terminal.run("replay", "--type", "frobnicated").code == 2
    assert terminal.run("replay", "--session", "nothing").code == 4
    assert terminal.run("replay", "--step", "--state", "1").code == 2
    assert terminal.run("replay", "-m", "message").code == 2


def test_memory_as_it_was_at_an_event_is_a_revision(terminal: Terminal) -> None:
    assert "SQLite" in terminal.ok("replay", "--state", "4")
    assert "PostgreSQL" in terminal.ok("replay", "--state", "5")
    assert len(terminal.json("list", "--at", "session:run-1@1")) == 1
    assert [hit["node"]["content"] for hit in terminal.json("recall", "--at", "session:run-1@3", "database")] == [
        "The database is SQLite"
    ]
    assert terminal.json("show", "db.engine", "--at", "session:run-1@4")[0]["content"] == "The database is SQLite"
    blamed = terminal.json("blame", "db.engine", "--at", "session:run-1@5")
    origins = {value["field"]: value["commit"] for value in blamed}
    assert origins["content"] is None and origins["type"] is not None
    plain = terminal.ok("diff", "session:run-1@3", "session:run-1@5", "--semantic")
    assert '~ [semantic] "The database is SQLite" → "The database is PostgreSQL"' in plain
    assert len(terminal.json("diff", "session:run-1@3", "session:run-1@3")) == 0
    assert terminal.run("replay", "--state", "8").code == 4
    for bad, code in (("session:run-1@0", 4), ("session:run-1@99", 4), ("session:nothing@1", 4), ("session:run-1", 2)):
        assert terminal.run("list", "--at", bad).code == code, bad


def test_where_a_commit_is_needed_it_is_the_one_of_that_moment(terminal: Terminal) -> None:
    (first,) = terminal.json("log", "session:run-1@2")
    assert first["message"] == "first"
    assert [record["message"] for record in terminal.json("log", "session:run-1@6")] == ["learnt", "first"]
    result = terminal.run("branch", "side", "session:run-1@4")
    assert (result.code, result.err.splitlines()[0]) == (
        5,
        "error: memory at session:run-1@4 was not committed as it was",
    )
    terminal.ok("branch", "side", "session:run-1@1")
    assert terminal.json("log", "side")[0]["commit"] == first["commit"]


def test_memory_goes_back_to_a_moment_that_no_commit_has(terminal: Terminal) -> None:
    terminal.ok("add", "later")
    (made,) = terminal.json("rollback", "--to", "session:run-1@4")
    assert (made["target"], made["message"]) == (None, "Roll back to session:run-1@4")
    assert made["checkpoint"] is not None
    assert {node["content"] for node in terminal.json("list")} == {"The database is SQLite", "Tests need Docker"}
    again = terminal.run("rollback", "--to", "session:run-1@4")
    assert again.code == 1 and again.err.startswith("nothing to roll back: this is ")
    terminal.ok("undo")
    assert len(terminal.json("list")) == 3


def test_a_change_from_outside_is_told_from_those_of_the_session(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("session", "start", "--id", "one", "--owner", "one")
    terminal.ok("session", "start", "--id", "two", "--owner", "two")
    terminal.ok("add", "Auth uses JWT")
    terminal.environment["MEMORA_SESSION"] = "one"
    terminal.ok("session", "record", "-t", "note")
    lines = terminal.ok("replay").splitlines()
    assert lines[2] == "       memory was changed meanwhile: 1 added"
    assert "+ [semantic]" in lines[3]


def test_its_changes_go_onto_another_branch(terminal: Terminal) -> None:
    terminal.ok("switch", "-c", "release", "HEAD~1")
    terminal.ok("edit", "db.engine", "--add-tag", "infra")
    terminal.ok("commit", "-m", "tagged")
    terminal.ok("switch", "main")
    (commit,) = terminal.json("replay", "--onto", "release", "-m", "Take it over")
    assert (commit["branch"], commit["message"], commit["replayed"], commit["conflicts"]) == (
        "release",
        "Take it over",
        "run-1",
        [],
    )
    assert (commit["changes"]["added"], commit["changes"]["changed"]) == (1, 1)
    assert terminal.json("status")[0]["branch"] == "main"
    terminal.ok("switch", "release")
    node = terminal.json("show", "db.engine")[0]
    assert (node["content"], node["tags"]) == ("The database is PostgreSQL", ["infra"])
    again = terminal.run("replay", "--onto", "release", "--session", "run-1")
    assert (again.code, again.err) == (1, "session run-1 changes nothing on release\n")
    terminal.ok("switch", "main")
    terminal.ok("undo")
    terminal.ok("undo")
    assert "no problems" in terminal.ok("fsck")


def test_the_working_tree_follows_where_it_is_on_that_branch(terminal: Terminal) -> None:
    terminal.ok("switch", "-c", "release", "HEAD~1")
    terminal.ok("add", "not committed")
    assert terminal.run("replay", "--onto", "release").code == 5
    terminal.ok("undo")
    said = terminal.ok("replay", "--onto", "release")
    assert said.splitlines()[1] == "1 added, 1 changed"
    assert terminal.json("status")[0]["nodes"] == 2
    assert terminal.run("replay", "--onto", "nothing").code == 4


def test_the_questions_again_with_other_memories(terminal: Terminal) -> None:
    (again,) = terminal.json("replay", "--against", "HEAD")
    assert (again["seq"], again["question"]) == (3, "which database")
    assert again["changed"] == [node_of(terminal, "db.engine")]
    assert (again["gone"], again["new"]) == ([], [])
    lines = terminal.ok("replay", "--against", "HEAD").splitlines()
    assert "~ [semantic]" in lines[1] and "SQLite" in lines[1]
    assert "→ [semantic]" in lines[2] and "PostgreSQL" in lines[2]
    assert terminal.ok("replay", "--against", "session:run-1@3").splitlines()[1].strip() == "the same answer"
    terminal.ok("rm", "db.engine")
    terminal.ok("add", "Migrations lock the database")
    terminal.ok("commit", "-m", "later")
    (later,) = terminal.json("replay", "--against", "HEAD")
    assert len(later["gone"]) == len(later["new"]) == 1
    assert terminal.run("replay", "--against", "nothing").code == 4
    before = terminal.json("receipts")
    assert len(before) == 1, "to ask again is no receipt"


def test_who_was_told_what(terminal: Terminal) -> None:
    node = node_of(terminal, "db.engine")
    (receipt,) = terminal.json("receipts", "--session", "run-1")
    assert (receipt["session"], receipt["seq"], receipt["node"], receipt["via"]) == ("run-1", 3, node, "recall")
    assert "run-1@3  recall" in terminal.ok("receipts")
    terminal.ok("recall", "database")
    terminal.ok("add", "Backups use pg_dump", "--link", "derived_from:db.engine", "-k", "db.backup")
    (found,) = terminal.json("impact", "db.engine")
    assert [(item["session"], item["version"] == found["current"]["version"]) for item in found["sessions"]] == [
        ("run-1", False),
        (None, True),
    ]
    assert [item["depth"] for item in found["derived"]] == [1]
    text = terminal.ok("impact", "db.engine")
    assert "session run-1@3, ada  recall  version " in text and "no session, ada  recall  as it is" in text
    terminal.ok("rm", "db.engine")
    assert "is not in the working tree any more" in terminal.ok("impact", node)
    assert terminal.run("impact", "db.engine").code == 4
    assert terminal.run("impact", "0" * 32).code == 4
    assert terminal.run("impact", "z" * 32).code == 4
    assert terminal.run("receipts", "--session", "nothing").code == 4


def test_a_walk_goes_both_ways(terminal: Terminal) -> None:
    terminal.terminal = True
    keys = "b\nn\n\nn\nd\nx\ns\nb\nq\n"
    result = terminal.run("replay", "--step", stdin=keys)
    assert result.code == 0
    shown = [line.split()[0] for line in result.out.splitlines() if " UTC " in line]
    assert [number.removeprefix("\x1b[1m") for number in shown] == ["1", "2", "3", "4", "3"]
    assert "this is the first event" in result.err
    assert "+ key: tests.docker" in result.out
    assert result.out.count("The database is SQLite") == 1


def test_a_walk_ends_with_its_input_and_at_the_last_event(terminal: Terminal) -> None:
    terminal.terminal = True
    result = terminal.run("replay", "--step", "--from", "7", stdin="n\n")
    assert result.code == 0
    assert "this is the last event" in result.err
    assert terminal.run("replay", "--step", "--from", "70").code == 4


def test_a_walk_without_a_terminal_is_plain_lines(terminal: Terminal) -> None:
    assert terminal.ok("replay", "--step", stdin="q\n") == terminal.ok("replay")
