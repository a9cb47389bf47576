"""``memora session``: what a person sees of it, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    return terminal


def test_a_session_as_a_person_runs_it(terminal: Terminal) -> None:
    assert terminal.ok("session", "start", "--id", "run-1") == "session run-1 began in workspace default\n"
    terminal.ok("add", "Auth uses JWT")
    said = terminal.ok("session", "record", "-t", "note", "--data", '{"text": "done"}')
    assert said == "    3  2027-01-15 08:00:04 UTC  note             done\n"
    current = terminal.ok("session", "current")
    assert current == "run-1  manual  2027-01-15 08:00:02 UTC  2 seconds  3 events  active\n"
    assert terminal.ok("session", "end") == "session run-1 ended (completed) with 4 events\n"
    listed = terminal.ok("session", "list")
    assert listed == "run-1  manual  2027-01-15 08:00:02 UTC  4 seconds  4 events  completed\n"
    shown = terminal.ok("session", "show")
    assert "owner manual, workspace default\nsealed as " in shown
    assert shown.endswith("      1  node_added\n      1  note\n      1  session_ended\n      1  session_started\n")


def test_nothing_to_show_is_exit_1(terminal: Terminal) -> None:
    for words, note in ((["current"], "no session is active"), (["list"], "no sessions yet")):
        result = terminal.run("session", *words)
        assert (result.code, result.out, result.err) == (1, "", f"{note}\n")
    terminal.ok("session", "start")
    terminal.ok("session", "end")
    assert terminal.run("session", "list", "--active").code == 1


def test_a_second_start_closes_what_was_never_ended(terminal: Terminal) -> None:
    terminal.ok("session", "start", "--id", "one")
    result = terminal.run("session", "start", "--id", "two")
    assert result.code == 0
    assert result.err == "session one was never ended; it is closed and marked as abandoned\n"
    assert [record["outcome"] for record in terminal.json("session", "list")] == [None, "abandoned"]
    assert terminal.run("session", "start", "--id", "ONE").code == 5
    assert terminal.run("session", "start", "--id", "two", "--owner", "other").code == 5


def test_what_ended_is_refused_in_words(terminal: Terminal) -> None:
    terminal.ok("session", "start", "--id", "run-1")
    terminal.ok("session", "end", "--outcome", "failed")
    for words, code, error in (
        (["end"], 4, "no session is active in workspace 'default'"),
        (["end", "run-1"], 5, "session 'run-1' has ended (failed)"),
        (["record", "-t", "note"], 4, "no session is active in workspace 'default'"),
        (["record", "-t", "note", "--session", "run-1"], 5, "session 'run-1' has ended (failed)"),
        (["record", "-t", "note", "--session", "nothing"], 4, "no session 'nothing'"),
        (["show", "nothing"], 4, "no session 'nothing'"),
        (["end", "--outcome", "great"], 2, "outcome 'great' is none of completed, failed, cancelled, abandoned"),
    ):
        result = terminal.run("session", *words)
        assert (result.code, result.out) == (code, "")
        assert result.err.startswith(f"error: {error}\nhint: "), result.err


@pytest.mark.parametrize(
    "data, problem",
    [
        ("{", "is not JSON: "),
        ("[1]", "is not a JSON object"),
        ('"text"', "is not a JSON object"),
        ('{"n": NaN}', "holds a number that is not finite"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"a":' * 30 + "1" + "}" * 30, "is nested deeper than 24 levels"),
        (json.dumps({"output": "x" * 10_000_000}), "is longer than 64 KiB"),
        (b"\xff\xfe\x00", "is not valid UTF-8 at byte 1"),
    ],
)
def test_data_that_cannot_be_taken(terminal: Terminal, data: str | bytes, problem: str) -> None:
    terminal.ok("session", "start")
    result = terminal.run("session", "record", "--type", "tool_result", "-", stdin=data)
    assert result.code == 2
    assert result.err.startswith(f"error: data {problem}"), result.err[:200]
    assert terminal.json("session", "current")[0]["events"] == 1


def test_data_that_JSON_can_say_and_a_store_cannot_is_kept_as_near_as_can_be(terminal: Terminal) -> None:
    terminal.ok("session", "start")
    said = r'{"big": 12345678901234567890, "tiny": 1e-9, "half": "\ud800", "nothing": null, "plain": 1.0}'
    (event,) = terminal.json("session", "record", "-t", "x_odd", "-", stdin=said)
    assert event["data"] == {
        "big": "12345678901234567890",
        "tiny": "1e-09",
        "half": "\ufffd",
        "nothing": None,
        "plain": 1,
    }
    terminal.ok("session", "end")
    assert "no problems" in terminal.ok("fsck")


def test_data_comes_one_way_only(terminal: Terminal) -> None:
    terminal.ok("session", "start")
    assert terminal.run("session", "record", "-t", "note", "-", "--data", "{}").code == 2
    assert terminal.run("session", "record", "-t", "note", "file.json").code == 2
    assert terminal.run("session", "record", "--data", "{}").code == 2
    assert terminal.run("session", "record", "-t", "recalled", "--data", "{}").code == 2


def test_text_of_an_agent_moves_no_cursor(terminal: Terminal) -> None:
    terminal.ok("session", "start")
    data = json.dumps({"text": "\x1b[2J\u202egone\nsecond line"})
    line = terminal.ok("session", "record", "-t", "note", "-", stdin=data)
    assert line.endswith(r"note             \u{1b}[2J\u{202e}gone …" + "\n")


def test_the_environment_names_the_session(terminal: Terminal) -> None:
    terminal.ok("session", "start", "--id", "one", "--owner", "one")
    terminal.ok("session", "start", "--id", "two", "--owner", "two")
    terminal.environment["MEMORA_SESSION"] = "one"
    terminal.ok("add", "Auth uses JWT")
    assert terminal.json("session", "current")[0]["session"] == "one"
    assert {record["session"]: record["events"] for record in terminal.json("session", "list")} == {"one": 2, "two": 1}
    terminal.ok("session", "end")
    terminal.ok("add", "counted to none")
    result = terminal.run("session", "current")
    assert (result.code, result.err) == (1, "no session is active; MEMORA_SESSION names one, which has ended\n")
    terminal.environment["MEMORA_SESSION"] = "no such one"
    terminal.ok("add", "counted to none either")
    assert terminal.run("session", "current").code == 4
    del terminal.environment["MEMORA_SESSION"]
    assert terminal.json("session", "current")[0]["events"] == 1


def test_outside_a_store(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    for words in ("session start", "session list", "session current", "replay", "receipts", "impact abcd"):
        assert terminal.run(*words.split()).code == 3, words
