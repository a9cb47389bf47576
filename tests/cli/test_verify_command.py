"""``memora verify``: what a person and a program see of evidence that does not hold."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from commandline import Terminal

from memora.evidence.commands import run_command

LINE = "def sign(claims): return encode(claims)"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    assert terminal.run("init").code == 0
    (tmp_path / "auth.py").write_text(f"{LINE}\n")
    terminal.run("add", "Tokens are signed", "-k", "auth", "--evidence", "auth.py:L1")
    return terminal


def test_what_holds_is_counted(terminal: Terminal) -> None:
    result = terminal.run("verify")
    assert (result.code, result.out, result.err) == (0, "", "1 memory, 1 piece of evidence holds\n")


def test_what_moved_is_shown_and_mended(terminal: Terminal) -> None:
    (terminal.directory / "auth.py").write_text(f"import x\n{LINE}\n")
    result = terminal.run("verify")
    assert result.code == 0
    assert result.out.startswith("moved ") and result.out.endswith("auth.py:L1 -> auth.py:L2\n")
    assert "--fix" in result.err
    assert terminal.json("verify")[0]["moved_to"] == "auth.py:L2"
    terminal.run("verify", "--fix")
    assert "auth.py:L2" in terminal.run("show", "auth").out
    assert terminal.run("verify").out == ""


def test_what_changed_is_stale_everywhere(terminal: Terminal) -> None:
    (terminal.directory / "auth.py").write_text("something else\n")
    result = terminal.run("verify")
    assert result.code == 1
    assert result.out.splitlines()[0].startswith("changed ")
    for command in (["list"], ["list", "--stale"], ["show", "auth"], ["recall", "tokens signed"], ["status"]):
        assert "stale" in terminal.run(*command).out, command
    assert terminal.run("list", "--no-stale").code == 1
    terminal.ok("commit", "-m", "What the code says now")
    assert "1 memory, 1 stale" in terminal.ok("status")
    checked = terminal.run("check", "stale")
    assert checked.code == 1
    assert "warning: stale  auth.py:1  auth.py:L1 is not what it was: Tokens are signed" in checked.out


def test_the_settings_say_what_a_stale_belief_is_worth(terminal: Terminal) -> None:
    terminal.run("config", "set", "verify.stale", "0.1")
    (terminal.directory / "auth.py").unlink()
    terminal.run("verify")
    assert terminal.json("list")[0]["confidence"] == 0.08


def test_commands_run_in_the_project_for_a_bounded_time(terminal: Terminal) -> None:
    script = f"{sys.executable} -c 'import os; os.stat(\"auth.py\")'"
    terminal.run("add", "There is a file", "-k", "file", "--evidence", f"cmd: {script}")
    assert terminal.run("verify", "file").code == 0
    result = terminal.run("verify", "file", "--run")
    assert result.code == 0 and "running" in result.err
    (terminal.directory / "auth.py").unlink()
    assert terminal.run("verify", "file", "--run").code == 1


def test_a_command_that_takes_too_long_or_is_not_there_fails(tmp_path: Path) -> None:
    assert not run_command(f"{sys.executable} -c 'input(); import time; time.sleep(60)'", str(tmp_path), 30)
    assert not run_command(f"{sys.executable} -c 'while True: pass'", str(tmp_path), 0.2)
    assert not run_command("no-such-program-here", str(tmp_path), 1)
    assert not run_command("'", str(tmp_path), 1)
    assert not run_command("", str(tmp_path), 1)


def test_a_node_that_there_is_not(terminal: Terminal) -> None:
    assert terminal.run("verify", "nothing").code == 4
