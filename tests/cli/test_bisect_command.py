"""memora bisect: with real commands that look at the memory of a moment."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import NOON, SECOND, Terminal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands are those of a POSIX system")

GREP = 'grep -q "Auth uses RS256" "$MEMORA_FILE"'


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten commits; from commit 6 on the algorithm is another, beside two other changes."""
    terminal = Terminal(tmp_path_factory.mktemp("history"))
    terminal.ok("init")
    terminal.ok("add", "Auth uses RS256", "--key", "auth")
    for number in range(10):
        terminal.ok("add", f"Tatsache № {number}", "--key", f"fact.{number}")
        if number == 6:
            terminal.ok("add", "Auth uses HS256", "--key", "auth", "--replace")
            terminal.ok("rm", "fact.2")
        terminal.ok("commit", "-m", f"commit {number}")
    return terminal.directory


@pytest.fixture
def terminal(history: Path, tmp_path: Path) -> Terminal:
    shutil.copytree(history / ".memora", tmp_path / ".memora")
    return Terminal(tmp_path, now=NOON + 60 * SECOND)


def commit_of(terminal: Terminal, message: str) -> str:
    return next(record["commit"] for record in terminal.json("log") if record["message"] == message)


def test_run_finds_the_commit(terminal: Terminal) -> None:
    terminal.ok("bisect", "start", "HEAD", "HEAD~9")
    result = terminal.run("bisect", "run", "sh", "-c", GREP)
    assert result.code == 0
    lines = result.out.splitlines()
    found = lines.index(f"{commit_of(terminal, 'commit 6')[:8]} is the first bad commit")
    assert found <= 4
    assert {line.split()[0] for line in lines[:found]} == {"good", "bad"}
    assert "    commit 6" in lines
    assert result.err.startswith(
        f"testing {commit_of(terminal, 'commit 5')[:8]}  commit 5  (9 commits left, about 4 steps)"
    )


def test_run_with_nodes_finds_the_change_in_it(terminal: Terminal) -> None:
    terminal.ok("bisect", "start", "HEAD", "HEAD~9")
    out = terminal.ok("bisect", "run", "--nodes", "sh", "-c", GREP)
    told = out.partition("one of its 3 changes is enough\n")[2].splitlines()
    assert told[0].startswith("~ [semantic] ")
    assert "Auth uses HS256" in told[0]
    assert told[1:3] == ["  - content: Auth uses RS256", "  + content: Auth uses HS256"]


def test_the_records(terminal: Terminal) -> None:
    [started] = terminal.json("bisect", "start", "HEAD", "HEAD~9")
    assert started == {
        "schema": "memora.bisect/v1",
        "outcome": "testing",
        "commit": commit_of(terminal, "commit 5"),
        "node": None,
        "remaining": 9,
        "steps": 4,
        "candidates": [],
    }
    result = terminal.run("--json", "bisect", "run", "--nodes", "sh", "-c", f"echo loud; {GREP}")
    assert result.err == ""
    [found] = map(json.loads, result.out.splitlines())
    assert (found["outcome"], found["commit"], found["remaining"]) == ("found", commit_of(terminal, "commit 6"), 1)
    assert found["node"] == terminal.json("show", "auth")[0]["id"]
    assert [change["fields"]["content"] for change in found["culprits"]] == [
        {"from": "Auth uses RS256", "to": "Auth uses HS256"}
    ]
    assert (found["sufficient"], found["undecided"], found["fails_without"]) == (True, [], False)
    assert terminal.json("bisect", "reset")[0]["outcome"] == "ended"
    assert terminal.json("bisect", "start")[0]["outcome"] == "waiting"


def test_by_hand(terminal: Terminal) -> None:
    assert terminal.ok("bisect", "start") == "waiting for a bad and a good commit\n"
    assert terminal.ok("bisect", "bad") == "waiting for a good commit\n"
    result = terminal.run("bisect", "good", "HEAD~9")
    assert result.out.endswith("commit 5  (9 commits left, about 4 steps)\n")
    assert "memora list --at" in result.err
    while result.out.startswith("testing "):
        at = result.out.split()[1]
        bad = "HS256" in terminal.ok("list", "--at", at)
        result = terminal.run("bisect", "bad" if bad else "good")
    assert result.out.startswith(f"{commit_of(terminal, 'commit 6')[:8]} is the first bad commit\n")


def test_memora_itself_can_be_asked_inside(terminal: Terminal, tmp_path: Path) -> None:
    terminal.ok("bisect", "start", "HEAD", "HEAD~9")
    script = f'"{sys.executable}" -m memora --json list --at "$MEMORA_REVISION" | grep -q RS256'
    terminal.environment |= os.environ
    [found] = terminal.json("--json", "bisect", "run", "--nodes", "sh", "-c", script)
    assert found["commit"] == commit_of(terminal, "commit 6")
    assert found["node"] == terminal.json("show", "auth")[0]["id"]


def test_what_the_command_sees(terminal: Terminal, tmp_path: Path) -> None:
    terminal.ok("bisect", "start", "HEAD~8", "HEAD~9")
    terminal.ok("bisect", "start", "HEAD~7", "HEAD~9")
    copy = 'cp "$MEMORA_FILE" records; cp "$(dirname "$MEMORA_FILE")/memory.md" list; echo "$MEMORA_FILE" > path; '
    result = terminal.run("bisect", "run", "sh", "-c", copy + 'echo "$MEMORA_REVISION"; echo bad >&2; cat; pwd; exit 1')
    tested = commit_of(terminal, "commit 1")
    assert result.err.splitlines()[1:] == [tested, "bad", str(tmp_path)]
    records = (tmp_path / "records").read_text(encoding="utf-8")
    expected = terminal.json("list", "--at", tested, "--sort", "type")
    assert [json.loads(line) for line in records.splitlines()] == expected
    assert "Tatsache № 1" in records
    listed = (tmp_path / "list").read_text(encoding="utf-8")
    assert "- [semantic] Auth uses RS256 (" in listed
    assert listed.count("\n") == 3
    path = Path((tmp_path / "path").read_text().strip())
    assert (path.name, path.parent.exists()) == ("memory.jsonl", False)
    assert result.out.splitlines()[0] == f"bad   {tested[:8]}  commit 1"


def test_everything_behind_the_command_is_the_command_s(terminal: Terminal, tmp_path: Path) -> None:
    terminal.ok("bisect", "start", "HEAD~7", "HEAD~9")
    script = tmp_path / "judge"
    script.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > seen\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    words = ("--json", "-q", "--nodes", "-C", "/nowhere", "--help", "--", "a b", "$HOME", "*")
    out = terminal.ok("bisect", "run", "./judge", *words)
    assert out.startswith("good  ")
    assert tuple((tmp_path / "seen").read_text().splitlines()) == words
    terminal.ok("bisect", "start", "HEAD~7", "HEAD~9")
    terminal.ok("bisect", "run", "--", "./judge", "--", "x")
    assert (tmp_path / "seen").read_text() == "--\nx\n"


def test_skipped_commits_are_passed_over(terminal: Terminal) -> None:
    terminal.ok("bisect", "start", "HEAD", "HEAD~9")
    unsure = f'grep -q "№ 6" "$MEMORA_FILE" && ! grep -q "№ 8" "$MEMORA_FILE" && exit 125; {GREP}'
    result = terminal.run("bisect", "run", "sh", "-c", unsure)
    assert result.code == 1
    told = result.out.partition("only skipped commits are left; the first bad one is one of these:\n")[2]
    expected = [commit_of(terminal, f"commit {number}")[:8] for number in (8, 7, 6)]
    assert told.split() == expected
    [found] = [json.loads(line) for line in terminal.run("--json", "bisect", "run", "true").out.splitlines()]
    assert (found["outcome"], found["commit"], [commit[:8] for commit in found["candidates"]]) == (
        "undecided",
        None,
        expected,
    )


@pytest.mark.parametrize(
    ("script", "words"),
    [("exit 128", "ended with exit code 128"), ("exit 255", "exit code 255"), ("kill -9 $$", "ended by signal 9")],
)
def test_a_command_that_says_nothing_stops_the_run(terminal: Terminal, script: str, words: str) -> None:
    terminal.ok("bisect", "start", "HEAD", "HEAD~9")
    operations = terminal.ok("op", "log")
    result = terminal.run("bisect", "run", "sh", "-c", script)
    assert result.code == 7
    assert words in result.err
    assert "hint: nothing was marked" in result.err
    assert terminal.ok("op", "log") == operations


@pytest.mark.parametrize("code", [1, 2, 124, 126, 127])
def test_any_other_code_is_bad(terminal: Terminal, code: int) -> None:
    terminal.ok("bisect", "start", "HEAD~7", "HEAD~9")
    assert terminal.ok("bisect", "run", "sh", "-c", f"exit {code}").startswith("bad   ")


def test_a_command_that_does_not_exist(terminal: Terminal, tmp_path: Path) -> None:
    terminal.ok("bisect", "start", "HEAD", "HEAD~9")
    operations = terminal.ok("op", "log")
    (tmp_path / "text").write_text("not a program")
    for program in ("no-such-program", "./text", str(tmp_path)):
        result = terminal.run("bisect", "run", program, "x")
        assert result.code == 2
        assert f"error: {program!r} cannot be started: " in result.err
        assert "sh -c" in result.err
    assert terminal.ok("op", "log") == operations
    error = json.loads(terminal.run("--json", "bisect", "run", "no-such-program").err)
    assert (error["code"], error["exit"]) == ("command_not_started", 2)


@pytest.mark.parametrize("words", [("good",), ("bad", "HEAD"), ("skip",), ("run", "true")])
def test_without_a_start(terminal: Terminal, words: tuple[str, ...]) -> None:
    result = terminal.run("bisect", *words)
    assert result.code == 5
    assert result.err == (
        "error: no bisection is going on in this workspace\nhint: `memora bisect start BAD GOOD` begins one\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("start", "HEAD", "HEAD"), 5, "cannot be both good and bad"),
        (("start", "HEAD~3", "HEAD"), 5, "comes before good commit"),
        (("start", "nowhere"), 4, "no revision 'nowhere'"),
        (("start", "HEAD", "nowhere"), 4, "no revision 'nowhere'"),
        (("run",), 2, "CMD"),
        (("frobnicate",), 2, "has no command"),
    ],
)
def test_bad_input(terminal: Terminal, words: tuple[str, ...], code: int, message: str) -> None:
    before = terminal.ok("op", "log")
    result = terminal.run("bisect", *words)
    assert result.code == code
    assert message in result.err
    assert terminal.ok("op", "log") == before


def test_a_run_that_lacks_an_end(terminal: Terminal) -> None:
    terminal.ok("bisect", "start", "HEAD")
    result = terminal.run("bisect", "run", "true")
    assert (result.code, "needs a bad and a good commit" in result.err) == (5, True)


def test_reset_and_undo(terminal: Terminal) -> None:
    terminal.ok("bisect", "start", "HEAD", "HEAD~9")
    terminal.ok("bisect", "good")
    assert "undid: bisect good " in terminal.ok("undo")
    assert terminal.run("bisect", "reset").err == "the search is over\n"
    again = terminal.run("bisect", "reset")
    assert (again.code, again.out, again.err) == (1, "", "no bisection was going on\n")
    terminal.ok("undo")
    assert terminal.ok("bisect", "skip").startswith("testing ")


def test_a_process_of_its_own_lets_the_command_speak_at_once(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the command prints stands on standard error behind the line that names the commit, in order."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    terminal.ok("bisect", "start", "HEAD~5", "HEAD~9")
    run = subprocess.run(
        [sys.executable, "-m", "memora", "bisect", "run", "sh", "-c", "echo judging; cat; exit 1"],
        input="typed by somebody",
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    words = [line.split()[0] for line in run.stdout.splitlines() if line]
    assert words[:6] == ["testing", "judging", "bad", "testing", "judging", "bad"]
    quiet = subprocess.run(
        [sys.executable, "-m", "memora", "--quiet", "bisect", "run", "sh", "-c", "echo judging"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert quiet.stderr == ""


def test_status_says_that_a_search_is_going_on(terminal: Terminal) -> None:
    assert terminal.json("status")[0]["bisecting"] is False
    terminal.ok("bisect", "start")
    assert "A bisect search is going on" in terminal.ok("status")
    assert terminal.json("status")[0]["bisecting"] is True
    terminal.ok("bisect", "reset")
    assert "bisect" not in terminal.ok("status")
