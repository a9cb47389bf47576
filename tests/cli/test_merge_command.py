"""``merge``, ``conflicts`` and ``resolve`` as typed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "The database is SQLite", "-k", "db", "--source", "import")
    terminal.ok("commit", "-m", "Base")
    terminal.ok("switch", "-c", "theirs")
    terminal.ok("add", "The database is PostgreSQL", "-k", "db", "--replace", "--author", "bob")
    terminal.ok("add", "Deploys run at noon")
    terminal.ok("commit", "-m", "Theirs")
    terminal.ok("switch", "main")
    terminal.ok("add", "The database is MySQL", "-k", "db", "--replace")
    terminal.ok("commit", "-m", "Ours")
    return terminal


def test_a_merge_says_what_it_did_and_shows_both_values(terminal: Terminal) -> None:
    out = terminal.ok("merge", "theirs")
    assert "merged: 1 taken, 1 in dispute" in out
    assert "ours    The database is MySQL" in out
    assert "theirs  The database is PostgreSQL" in out
    assert "disputed" in terminal.ok("list", "--status", "conflicted")
    assert terminal.json("status")[0]["conflicted"] == 1


def test_the_plan_is_printed_and_nothing_changes(terminal: Terminal) -> None:
    before = terminal.json("status")
    out = terminal.ok("merge", "theirs", "--dry-run")
    assert out.startswith("merge plan (nothing was changed)\n")
    assert "taken from theirs" in out
    assert terminal.json("merge", "theirs", "--dry-run")[0]["dry_run"] is True
    assert terminal.json("status") == before


def test_a_decision_is_printed_with_its_reason(terminal: Terminal) -> None:
    terminal.ok("edit", "db", "--confidence", "0.95")
    terminal.ok("commit", "-m", "Surer")
    out = terminal.ok("merge", "theirs", "--explain")
    assert "kept ours, by confidence (confidence 0.95 against 0.80)" in out
    assert "taken from theirs" in out


def test_a_side_that_was_asked_for_is_said_once(terminal: Terminal) -> None:
    assert "kept ours (ours was asked for)\n" in terminal.ok("merge", "theirs", "--strategy", "ours")


def test_a_clash_of_a_key_alone_is_printed_kept_and_shown(terminal: Terminal) -> None:
    terminal.ok("merge", "theirs", "--strategy", "ours")
    terminal.ok("switch", "-c", "other")
    terminal.ok("edit", "db", "--key", "db.engine")
    terminal.ok("commit", "-m", "Other")
    terminal.ok("switch", "main")
    terminal.ok("edit", "db", "--key", "db.kind")
    terminal.ok("commit", "-m", "Kind")
    out = terminal.ok("merge", "other", "--strategy", "theirs")
    assert "db.engine: took theirs for key (theirs was asked for)" in out
    assert "manual by ada, key db.kind)" in out
    shown = terminal.ok("show", "HEAD")
    assert "db.engine, by strategy_theirs" in shown
    assert "key db.kind)" in shown


def test_the_record(terminal: Terminal) -> None:
    (record,) = terminal.json("merge", "theirs")
    assert record["schema"] == "memora.merge/v1"
    assert (record["outcome"], record["dry_run"]) == ("merged", False)
    assert (record["decisions"], len(record["conflicts"])) == ([], 1)
    (conflict,) = terminal.json("conflicts")
    assert conflict["schema"] == "memora.conflict/v1"
    assert conflict["node"] == record["conflicts"][0]
    assert [conflict[side]["content"].split()[-1] for side in ("base", "ours", "theirs")] == [
        "SQLite",
        "MySQL",
        "PostgreSQL",
    ]


@pytest.mark.parametrize(
    ("choice", "content"),
    [
        (["--ours"], "The database is MySQL"),
        (["--theirs"], "The database is PostgreSQL"),
        (["--base"], "The database is SQLite"),
        (["--content", "There is no database"], "There is no database"),
    ],
)
def test_a_dispute_is_settled(terminal: Terminal, choice: list[str], content: str) -> None:
    terminal.ok("merge", "theirs")
    terminal.ok("resolve", "db", *choice)
    (node,) = terminal.json("show", "db")
    assert (node["content"], node["status"]) == (content, "stable")
    assert terminal.json("conflicts") == []


def test_both_sides_can_be_kept(terminal: Terminal) -> None:
    terminal.ok("merge", "theirs")
    terminal.ok("resolve", "db", "--keep-both")
    kept = {node["content"]: node.get("key") for node in terminal.json("list", "--text", "database")}
    assert kept == {"The database is MySQL": "db", "The database is PostgreSQL": None}


def test_walking_through_disputes(terminal: Terminal) -> None:
    terminal.ok("merge", "theirs")
    assert terminal.run("resolve", "--interactive", stdin="t\n").code == 2
    terminal.terminal = True
    assert terminal.run("resolve", "--interactive", "--no-input").code == 2
    skipped = terminal.run("resolve", "--interactive", stdin="x\ns\n")
    assert (skipped.code, skipped.err.count("[k]eep both")) == (1, 2)
    assert skipped.err.endswith("1 left in dispute\n")
    settled = terminal.run("resolve", "--interactive", stdin="t\n")
    assert (settled.code, settled.err.endswith("nothing is in dispute\n")) == (0, True)
    assert terminal.json("show", "db")[0]["content"] == "The database is PostgreSQL"


def test_only_sides_that_there_are_can_be_chosen(terminal: Terminal) -> None:
    terminal.ok("switch", "theirs")
    terminal.ok("rm", "db")
    terminal.ok("commit", "-m", "Gone")
    terminal.ok("switch", "main")
    terminal.ok("merge", "theirs")
    terminal.terminal = True
    asked = terminal.run("resolve", "--interactive", stdin="k\nq\n").err
    assert "[k]eep" not in asked
    assert asked.count("[b]ase") == 2


def test_a_deletion_settles_a_dispute_and_is_remembered(terminal: Terminal) -> None:
    terminal.ok("switch", "theirs")
    terminal.ok("rm", "db")
    terminal.ok("commit", "-m", "Gone")
    terminal.ok("switch", "main")
    terminal.ok("merge", "theirs")
    assert terminal.ok("resolve", "db", "--theirs").startswith("removed [semantic] ")
    assert terminal.run("show", "db").code == 4
    terminal.ok("undo")
    terminal.ok("undo")
    terminal.ok("merge", "theirs")
    assert terminal.json("status")[0]["conflicted"] == 1
    terminal.ok("resolve", "db", "--theirs")
    terminal.ok("commit", "-m", "Settled")
    terminal.ok("switch", "-c", "again", "HEAD~2")
    assert "settled as before: (deleted)" in terminal.ok("merge", "theirs")
    assert terminal.run("show", "db").code == 4
    assert terminal.json("fsck") == []
    terminal.ok("undo")
    terminal.ok("switch", "main")
    terminal.ok("undo")


@pytest.mark.parametrize(("editor", "content"), [("true", None), ("sed -i 1s/.*/#\\ Neither/", "# Neither")])
def test_what_is_right_is_written_in_an_editor(terminal: Terminal, editor: str, content: str | None) -> None:
    terminal.ok("merge", "theirs")
    terminal.terminal = True
    terminal.environment |= {"EDITOR": editor, "PATH": os.environ["PATH"]}
    assert terminal.run("resolve", "db", "--edit").code == (0 if content else 1)
    terminal.terminal = False
    assert terminal.json("status")[0]["conflicted"] == (0 if content else 1)
    if content:
        assert terminal.json("show", "db")[0]["content"] == content


def test_strategies(terminal: Terminal) -> None:
    terminal.ok("merge", "theirs", "--strategy", "theirs")
    assert terminal.json("show", "db")[0]["content"] == "The database is PostgreSQL"
    terminal.ok("undo")
    terminal.ok("merge", "theirs", "--strategy", "ours")
    assert terminal.json("show", "db")[0]["content"] == "The database is MySQL"


def test_policies_come_from_the_settings(terminal: Terminal) -> None:
    terminal.ok("config", "set", "merge.semantic", "newest")
    assert "by newest" in terminal.ok("merge", "theirs")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["merge", "nowhere"], 4, "nowhere"),
        (["merge", "theirs", "--strategy", "best"], 2, "auto, ours, theirs, manual"),
        (["merge", "theirs", "--ff-only"], 5, "main has commits that theirs does not have"),
        (["merge", "theirs", "--no-ff", "--ff-only"], 2, "exclude each other"),
        (["resolve", "db", "--ours"], 5, "not in dispute"),
        (["resolve", "nothing", "--ours"], 4, "nothing"),
        (["resolve", "db"], 2, "choose one of"),
        (["resolve", "db", "--ours", "--theirs"], 2, "choose one of"),
        (["resolve"], 2, "name the memory"),
    ],
)
def test_bad_input(terminal: Terminal, arguments: list[str], code: int, words: str) -> None:
    before = terminal.json("status")
    result = terminal.run(*arguments)
    assert result.code == code, result
    assert words in result.err
    assert "hint: " in result.err
    assert json.loads(terminal.run(*arguments, "--json").err)["exit"] == code
    assert terminal.json("status") == before


def test_a_rule_that_there_is_not(terminal: Terminal) -> None:
    (terminal.directory / ".memora" / "config.toml").write_text('merge.semantic = ["wisdom"]\n')
    assert terminal.run("merge", "theirs").code == 2


def test_uncommitted_changes_are_refused_with_the_way_out(terminal: Terminal) -> None:
    terminal.ok("add", "Not committed")
    result = terminal.run("merge", "theirs")
    assert result.code == 5
    assert "memora commit" in result.err


def test_a_branch_merged_into_itself(terminal: Terminal) -> None:
    result = terminal.run("merge", "main")
    assert (result.code, result.out) == (0, "Already up to date\n")
    assert "main is the branch this workspace is on" in result.err


def test_suspicious_pairs_are_shown_after_a_merge_and_by_check(terminal: Terminal) -> None:
    terminal.ok("add", "Deploys run at midnight")
    terminal.ok("commit", "-m", "Another time")
    assert "suspicious  other_value" in terminal.ok("merge", "theirs")
    result = terminal.run("check", "--contradictions", "--json")
    assert result.code == 1
    (problem,) = [json.loads(line) for line in result.out.splitlines()]
    assert (problem["rule"], problem["link"]["rel"]) == ("contradictions", "contradicts")
    terminal.ok("link", problem["node"], "contradicts", problem["other"])
    assert terminal.run("check", "contradictions").code == 0


def test_words_that_end_a_dispute_say_so(terminal: Terminal) -> None:
    terminal.ok("merge", "theirs")
    result = terminal.run("edit", "db", "--content", "The database is Oracle")
    assert "it was in dispute, and these words settle that" in result.err
    terminal.ok("undo")
    assert "it was in dispute" in terminal.run("add", "Oracle", "-k", "db", "--replace").err
    terminal.ok("undo")
    assert "it was in dispute" not in terminal.run("edit", "db", "--add-tag", "x").err
    assert len(terminal.json("conflicts")) == 1


def test_a_difference_shows_what_a_dispute_stands_between(terminal: Terminal) -> None:
    terminal.ok("merge", "theirs")
    for arguments in (("diff",), ("diff", "--semantic"), ("blame", "db")):
        out = terminal.ok(*arguments)
        assert 'between "The database is' in out
        assert '"The database is MySQL"' in out
        assert '"The database is PostgreSQL"' in out
    assert "in dispute between" in terminal.ok("diff", "--semantic")
    terminal.ok("resolve", "db", "--ours")
    assert "no longer in dispute between" in terminal.ok("diff", "--working", "--semantic")


def test_a_base_is_offered_only_where_there_is_one(terminal: Terminal) -> None:
    terminal.ok("merge", "theirs")
    assert "--base" in terminal.run("conflicts").err
    for branch in ("one", "two"):
        terminal.ok("switch", "-c", branch, "theirs")
        terminal.ok("add", f"Deploys by {branch}", "-k", "deploy")
        terminal.ok("commit", "-m", branch)
    terminal.ok("merge", "one")
    hint = terminal.run("conflicts").err
    assert "--ours" in hint
    assert "--base" not in hint
