"""The real programs, offline against a stand-in for the model: their hooks fire, and the memory arrives.

MEMORA_REAL_AGENTS names a folder for their packages, which npm fills the first time (600 MB); without it, or where they
cannot be had, these tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import Terminal
from stand_in_model import run_model

# Read before any test takes memora's variables away.
FOLDER = os.environ.get("MEMORA_REAL_AGENTS", "")
PACKAGES = {"claude": "@anthropic-ai/claude-code", "codex": "@openai/codex"}
PATIENCE_SECONDS = 120

pytestmark = [
    pytest.mark.real_agents,
    pytest.mark.skipif(not FOLDER, reason="MEMORA_REAL_AGENTS names no folder for the agents' packages"),
]


def find_program(name: str) -> str:
    """The path of an agent's program, installed if need be."""
    path = Path(FOLDER) / "node_modules" / ".bin" / name
    if not path.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not on the PATH")
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", FOLDER, PACKAGES[name]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not path.exists():
            pytest.skip(f"{PACKAGES[name]} cannot be had: {done.stderr.strip()[-200:]}")
    return str(path)


@pytest.fixture
def terminal(tmp_path) -> Terminal:
    """A project with two memories, in a home with nothing in it."""
    project, home = tmp_path / "project", tmp_path / "home"
    project.mkdir()
    home.mkdir()
    terminal = Terminal(project, {"HOME": str(home), "MEMORA_CEILING_DIRECTORIES": str(tmp_path)})
    terminal.ok("init")
    terminal.ok("add", "The zebra service listens on port 4711", "-k", "zebra.port", "--source", "code_read")
    terminal.ok("add", "Deploy with make ship", "-t", "procedural")
    return terminal


def run_agent(terminal: Terminal, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run an agent in the project, with memora on its PATH."""
    programs = terminal.directory.parent / "bin"
    programs.mkdir(exist_ok=True)
    launcher = programs / "memora"
    launcher.write_text(f"#!{sys.executable}\nfrom memora.__main__ import main\nmain()\n")
    launcher.chmod(0o755)
    environment = {
        "HOME": terminal.environment["HOME"],
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "PYTHONPATH": os.environ["PYTHONPATH"],
        "USER": "ada",
        **variables,
    }
    return subprocess.run(
        command,
        cwd=terminal.directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def recorded(terminal: Terminal) -> tuple[str, list[str], list[str]]:
    """The source of the one session, its types of events, and what its user said."""
    terminal.now += 86_400_000_000 * 365  # the agent's clock is the real one
    (session,) = terminal.json("session", "list")
    events = terminal.json("replay", "--session", session["session"])
    prompts = [event["data"]["text"] for event in events if event["event"] == "user_prompt"]
    return session["source"], [event["event"] for event in events], prompts


def test_claude_code_is_told_and_recorded(terminal):
    program = find_program("claude")
    terminal.ok("agent", "install", "claude-code")
    with run_model() as model:
        done = run_agent(
            terminal,
            program,
            "-p",
            "which port does the zebra service use?",
            ANTHROPIC_BASE_URL=model.address,
            ANTHROPIC_API_KEY="none",
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="1",
            DISABLE_AUTOUPDATER="1",
        )
    assert done.returncode == 0, done.stderr
    asked = "".join(model.requests)
    assert "The zebra service listens on port 4711" in asked
    assert "statements to weigh and to check" in asked
    source, types, prompts = recorded(terminal)
    assert source == "claude_code"
    assert prompts == ["which port does the zebra service use?"]
    assert types[0] == "session_started" and types.count("recalled") == 2
    assert "note" in types


def test_codex_is_told_and_recorded(terminal):
    program = find_program("codex")
    home = Path(terminal.environment["HOME"]) / ".codex"
    home.mkdir()
    with run_model() as model:
        (home / "config.toml").write_text(
            'model = "stand-in"\nmodel_provider = "here"\n'
            f'[model_providers.here]\nname = "here"\nbase_url = "{model.address}/v1"\nwire_api = "responses"\n'
            f'[projects."{terminal.directory}"]\ntrust_level = "trusted"\n'
        )
        terminal.ok("agent", "install", "codex", "--user")
        done = run_agent(
            terminal,
            program,
            "exec",
            "--dangerously-bypass-hook-trust",
            "--skip-git-repo-check",
            "which port does the zebra service use?",
        )
    assert done.returncode == 0, done.stderr
    assert "The zebra service listens on port 4711" in "".join(model.requests)
    source, types, prompts = recorded(terminal)
    assert source == "codex"
    assert prompts == ["which port does the zebra service use?"]
    assert types[0] == "session_started" and types.count("recalled") == 2
