"""Hooks as processes: they end well whatever comes, wait for nobody, and lose nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import apsw
import pytest
from agent_calls import Agent, start_process

from memora.operations.care.doctor import doctor
from memora.storage import hook_failures, spool
from memora.storage.lock import WriterLock
from memora.storage.place import FOLDER, LOCK, SPOOL
from memora.storage.session_log import ENDED, STARTED

HARNESSES = ("claude-code", "codex", "cursor", "gemini", "copilot")
SILENCE = {"claude-code": b"", "codex": b"", "copilot": b"", "cursor": b"{}\n", "gemini": b"{}\n"}


def run(directory: Path, raw: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a hook to its end."""
    process = start_process(directory, *words)
    out, err = process.communicate(raw)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def event(directory: Path, name: str, **fields) -> bytes:
    return json.dumps({"hook_event_name": name, "session_id": "s1", "cwd": str(directory), **fields}).encode()


def use(directory: Path, identity: str) -> bytes:
    return event(directory, "PostToolUse", tool_name="Bash", tool_use_id=identity, tool_input={"command": "ls"})


@pytest.fixture
def project(tmp_path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    Agent(directory)
    return directory


INPUTS = {
    "nothing": b"",
    "half": b'{"hook_event_name": "SessionStart", "session_id": "s1"',
    "binary": bytes(range(256)) * 40,
    "a list": b"[1, 2, 3]",
    "wrong types": b'{"hook_event_name": 7, "session_id": ["s1"], "cwd": {}}',
    "an unknown event": b'{"hook_event_name": "Dreamt", "session_id": "s1"}',
    "nested without end": b"[" * 100_000,
    "utf-16": '{"hook_event_name": "SessionStart"}'.encode("utf-16"),
    "10 MB of nothing": b'{"hook_event_name": "Dreamt", "session_id": "s1", "x": "' + b"y" * 10_000_000 + b'"}',
}


@pytest.mark.parametrize("harness", HARNESSES)
def test_what_cannot_be_understood_is_answered_with_nothing(project, harness):
    for name, raw in INPUTS.items():
        done = run(project, raw, harness)
        assert (done.returncode, done.stdout, done.stderr) == (0, SILENCE[harness], b""), name
    assert Agent(project).sessions() == []
    assert hook_failures.read_failures(str(project / FOLDER)) == []


def test_a_huge_event_is_recorded_bounded(project):
    raw = event(project, "PostToolUse", tool_name="Read", tool_use_id="t1", tool_response="z" * 10_000_000)
    assert run(project, raw, "claude-code").returncode == 0
    assert Agent(project).types() == [STARTED, "tool_call", "tool_result"]


def test_without_a_store_it_is_silent(tmp_path):
    done = run(tmp_path, event(tmp_path, "SessionStart"), "claude-code")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [[], ["nobody"], ["claude-code", "Stop", "more"]])
def test_wrong_words_do_not_stop_an_agent(project, words):
    assert run(project, b"{}", *words).returncode == 0


def test_a_reader_that_went_away_does_no_harm(project):
    process = start_process(project, "gemini")
    assert process.stdin is not None and process.stdout is not None
    process.stdout.close()
    process.communicate(event(project, "SessionStart"))
    assert process.returncode == 0


def test_help_is_the_help_of_a_command(project):
    done = run(project, b"", "--help")
    assert done.returncode == 0 and b"Example: memora hook" in done.stdout


def hold_lock(store: str):
    """Keep writers out as another memora does."""
    lock = WriterLock(os.path.join(store, LOCK))
    lock.acquire()
    return lock.release


def hold_database(store: str):
    """Keep writers out as another program does."""
    connection = apsw.Connection(os.path.join(store, "memora.db"))
    connection.execute("BEGIN IMMEDIATE")
    return connection.close


@pytest.mark.parametrize("hold", [hold_lock, hold_database])
def test_a_busy_store_takes_events_in_later(project, hold):
    agent, store = Agent(project), str(project / FOLDER)
    assert run(project, event(project, "SessionStart", source="startup"), "claude-code").returncode == 0
    release = hold(store)
    for raw in (use(project, "t1"), event(project, "UserPromptSubmit", prompt="go on"), use(project, "t1")):
        done = run(project, raw, "claude-code")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert spool.count(store) == 3
    assert next(check for check in doctor(store) if check.name == "hooks").state == "warning"
    release()
    assert agent.types() == [STARTED]
    assert run(project, use(project, "t2"), "claude-code").returncode == 0
    assert agent.types() == [STARTED, "tool_call", "tool_result", "user_prompt", "tool_call", "tool_result"]
    assert [kept.at for kept in agent.events()] == sorted(kept.at for kept in agent.events())
    assert spool.count(store) == 0


def test_a_whole_run_beside_a_busy_store_is_recorded_by_the_next(project):
    agent, store = Agent(project), str(project / FOLDER)
    release = hold_lock(store)
    for raw in (event(project, "SessionStart"), use(project, "t1"), event(project, "SessionEnd", reason="other")):
        assert run(project, raw, "claude-code").returncode == 0
    release()
    other = event(project, "SessionStart").replace(b'"s1"', b'"s2"')
    assert run(project, other, "claude-code").returncode == 0
    assert agent.types("s1") == [STARTED, "tool_call", "tool_result", ENDED]
    assert agent.types("s2") == [STARTED]


def test_an_event_that_was_taken_in_but_still_waits_is_not_taken_in_twice(project, tmp_path):
    """As a process leaves it that dies between its commit and the removal of the file."""
    agent, store = Agent(project), str(project / FOLDER)
    release = hold_lock(store)
    for raw in (event(project, "SessionStart"), event(project, "UserPromptSubmit", prompt="go"), use(project, "t1")):
        run(project, raw, "claude-code")
    release()
    shutil.copytree(os.path.join(store, SPOOL), tmp_path / "kept")
    for _ in range(2):
        run(project, use(project, "t1"), "claude-code")
        shutil.copytree(tmp_path / "kept", os.path.join(store, SPOOL), dirs_exist_ok=True)
    run(project, use(project, "t2"), "claude-code")
    kept = [STARTED, "user_prompt", "tool_call", "tool_result", "tool_call", "tool_result"]
    assert agent.types() == kept


def test_what_was_acknowledged_survives_a_kill(project):
    """Hooks are killed at all moments of their lives, some while the store is busy."""
    agent, store = Agent(project), str(project / FOLDER)
    run(project, event(project, "SessionStart"), "claude-code")
    acknowledged = []
    for number in range(30):
        release = hold_lock(store) if number % 10 == 0 else None
        process = start_process(project, "claude-code")
        assert process.stdin is not None
        process.stdin.write(use(project, f"t{number}"))
        process.stdin.close()
        try:
            process.wait(0.01 * (number % 10) if number % 3 else 20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        if process.returncode == 0:
            acknowledged.append(f"t{number}")
        if release is not None:
            release()
    run(project, use(project, "last"), "claude-code")
    kept = [kept.data["id"] for kept in agent.events() if kept.event == "tool_result"]
    assert set(acknowledged) <= set(kept)
    assert len(set(kept)) == len(kept)
    assert len(acknowledged) >= 10


def test_many_agents_at_once_lose_nothing(project):
    processes = [start_process(project, "claude-code") for _ in range(12)]
    for number, process in enumerate(processes):
        assert process.stdin is not None
        process.stdin.write(use(project, f"t{number}"))
        process.stdin.close()
    assert {process.wait() for process in processes} == {0}
    run(project, use(project, "last"), "claude-code")
    agent = Agent(project)
    assert [session.id for session in agent.sessions()] == ["s1"]
    kept = [kept.data["id"] for kept in agent.events() if kept.event == "tool_result"]
    assert sorted(kept) == sorted([*(f"t{number}" for number in range(12)), "last"])


def test_a_store_that_runs_things_by_itself_is_left_alone(project):
    connection = apsw.Connection(str(project / FOLDER / "memora.db"))
    connection.execute("CREATE TRIGGER evil AFTER INSERT ON events BEGIN DELETE FROM refs; END")
    connection.close()
    for raw in (use(project, "t1"), event(project, "SessionStart")):
        done = run(project, raw, "claude-code")
        assert (done.returncode, done.stdout) == (0, b"")
    connection = apsw.Connection(str(project / FOLDER / "memora.db"))
    assert connection.execute("SELECT count(*) FROM events").fetchall() == [(0,)]
    connection.close()


def test_a_link_in_place_of_a_store_is_left_alone(project, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / FOLDER).symlink_to(project / FOLDER)
    assert run(elsewhere, event(elsewhere, "SessionStart"), "claude-code").returncode == 0
    assert Agent(project).sessions() == []


def test_failures_are_kept_and_told_by_the_doctor(project):
    store = str(project / FOLDER)
    with open(os.path.join(store, "config.toml"), "a") as file:
        file.write("no toml = =\n")
    done = run(project, event(project, "UserPromptSubmit", prompt="go on"), "claude-code")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (line,) = hook_failures.read_failures(store)
    assert "claude-code UserPromptSubmit: bad_config" in line
    check = next(check for check in doctor(store) if check.name == "hooks")
    assert check.state == "warning" and "bad_config" in check.message
    # The event was kept all the same, and the next one takes it in.
    run(project, use(project, "t1"), "claude-code")
    assert Agent(project).types() == [STARTED, "user_prompt", "tool_call", "tool_result"]
    for number in range(3_000):
        hook_failures.append_failure(store, f"{number} " + "x" * 80)
    assert os.path.getsize(os.path.join(store, hook_failures.FILE)) <= hook_failures.LARGEST_BYTES
    assert hook_failures.read_failures(store)[-1].startswith("2999 ")


def test_hooks_can_be_switched_off(project, monkeypatch):
    monkeypatch.setenv("MEMORA_HOOKS", "0")
    assert run(project, event(project, "SessionStart"), "claude-code").returncode == 0
    assert Agent(project).sessions() == []


def test_two_settings_files_tell_once(project):
    """Copilot runs its own hooks and those of Claude Code, at the same time."""
    environment = {**os.environ, "COPILOT_CLI": "1"}
    code = "import sys; sys.argv = ['memora', 'hook', *sys.argv[1:]]; from memora.__main__ import main; main()"
    own = {"sessionId": "s1", "timestamp": 1, "cwd": str(project), "source": "new", "initialPrompt": "hi"}
    borrowed = {"session_id": "s1", "hook_event_name": "SessionStart", "cwd": str(project), "source": "new"}
    outs = []
    for words, payload in ((["copilot", "sessionStart"], own), (["claude-code"], borrowed)):
        command = [sys.executable, "-c", code, *words]
        raw = json.dumps(payload).encode()
        done = subprocess.run(command, input=raw, env=environment, capture_output=True, check=True)
        outs.append(done.stdout)
    assert outs == [b"", b""]
    (session,) = Agent(project).sessions()
    assert session.source == "copilot"


def test_what_waits_and_cannot_be_read_is_set_aside(project):
    store = str(project / FOLDER)
    os.mkdir(os.path.join(store, SPOOL))
    for name, raw in (("1.json", b"{"), ("2.json", b'{"at": 1}'), ("3.json", b"[]"), ("4.json", b'{"at": "x"}')):
        Path(store, SPOOL, name).write_bytes(raw)
    run(project, use(project, "t1"), "claude-code")
    assert Agent(project).types() == [STARTED, "tool_call", "tool_result"]
    assert (spool.count(store), spool.count_aside(store)) == (0, 4)
    assert "4 events" in next(check for check in doctor(store) if check.name == "hooks").message
