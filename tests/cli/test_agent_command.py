"""Coding agents are told of memora in their own settings files, and told otherwise again."""

from __future__ import annotations

import json
import os
import stat

import pytest
from commandline import Terminal

from memora.harnesses.names import HARNESSES

SETTINGS = """{
  // mine
  "model": "opus",\r
  "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "lint.sh"}]}]}
}
"""


@pytest.fixture
def terminal(tmp_path) -> Terminal:
    project = tmp_path / "project"
    project.mkdir()
    terminal = Terminal(project, {"HOME": str(tmp_path / "home"), "MEMORA_CEILING_DIRECTORIES": str(tmp_path)})
    terminal.ok("init")
    return terminal


def files(folder) -> dict[str, bytes]:
    """Every file below a folder that is not the store's."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if ".memora" not in path.parts}
    return {name: path.read_bytes() for name, path in found.items() if path.is_file()}


def test_all_agents_are_told_and_told_otherwise(terminal):
    assert len(terminal.ok("agent", "install", "all").splitlines()) == len(HARNESSES)
    assert files(terminal.directory).keys() == {
        ".claude/settings.json",
        ".codex/hooks.json",
        ".cursor/hooks.json",
        ".gemini/settings.json",
        ".github/hooks/memora.json",
    }
    terminal.ok("agent", "uninstall", "all")
    assert [path.name for path in terminal.directory.iterdir()] == [".memora"]


def test_the_file_comes_back_to_the_byte(terminal):
    path = terminal.directory / ".claude" / "settings.json"
    path.parent.mkdir()
    path.write_bytes(SETTINGS.encode())
    path.chmod(0o640)
    assert "Claude Code calls memora now" in terminal.ok("agent", "install", "claude")
    installed = path.read_bytes()
    assert b"memora hook claude-code" in installed
    assert b"  // mine\n" in installed
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert "calls memora already" in terminal.ok("agent", "install", "claude-code")
    assert path.read_bytes() == installed
    terminal.ok("agent", "uninstall", "claude-code")
    assert path.read_bytes() == SETTINGS.encode()
    assert "did not call memora" in terminal.ok("agent", "uninstall", "claude-code")


def test_a_dry_run_shows_the_change_and_makes_none(terminal):
    shown = terminal.ok("agent", "install", "gemini", "--dry-run")
    assert '+            "command": "memora hook gemini",' in shown
    (record,) = terminal.json("agent", "install", "gemini", "--dry-run")
    assert record["outcome"] == "installed" and not record["written"] and "+{" in record["diff"]
    assert files(terminal.directory) == {}


def test_the_users_own_settings_need_no_project(tmp_path):
    home = tmp_path / "home"
    terminal = Terminal(tmp_path, {"HOME": str(home), "MEMORA_CEILING_DIRECTORIES": str(tmp_path.parent)})
    terminal.ok("agent", "install", "codex", "--user")
    assert (home / ".codex" / "hooks.json").exists()
    result = terminal.run("agent", "install", "codex")
    assert result.code == 3
    terminal.environment["CODEX_HOME"] = str(home / "elsewhere")
    terminal.ok("agent", "install", "codex", "--user")
    assert (home / "elsewhere" / "hooks.json").exists()


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff{}", b'{"hooks": 7}'])
def test_a_file_that_cannot_be_understood_is_not_touched(terminal, text):
    path = terminal.directory / ".claude" / "settings.json"
    path.parent.mkdir()
    path.write_bytes(text)
    for verb in ("install", "uninstall"):
        result = terminal.run("agent", verb, "claude-code")
        assert result.code == 5
        assert "it was not touched" in result.err
    assert path.read_bytes() == text
    # The others are told all the same.
    result = terminal.run("agent", "install", "all")
    assert result.code == 5
    assert (terminal.directory / ".cursor" / "hooks.json").exists()
    assert path.read_bytes() == text


def test_a_link_of_the_users_is_followed_and_one_out_of_a_project_is_not(terminal, tmp_path):
    dotfiles = tmp_path / "dotfiles.json"
    dotfiles.write_text("{}")
    home = tmp_path / "home" / ".claude"
    home.mkdir(parents=True)
    (home / "settings.json").symlink_to(dotfiles)
    terminal.ok("agent", "install", "claude-code", "--user")
    assert "memora hook" in dotfiles.read_text()
    assert (home / "settings.json").is_symlink()
    terminal.ok("agent", "uninstall", "claude-code", "--user")
    assert dotfiles.read_text() == "{}"
    (terminal.directory / ".claude").symlink_to(home)
    result = terminal.run("agent", "install", "claude-code")
    assert result.code == 5 and "leads out of the project" in result.err
    assert dotfiles.read_text() == "{}"


def test_pipes_and_huge_files_are_not_waited_for(terminal):
    folder = terminal.directory / ".claude"
    folder.mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "settings.json")
        assert terminal.run("agent", "install", "claude-code").code == 5
        (folder / "settings.json").unlink()
    with open(folder / "settings.json", "wb") as file:
        file.truncate(5 * 1024 * 1024)
    assert terminal.run("agent", "install", "claude-code").code == 5


def test_the_status_says_how_each_file_stands(terminal):
    assert terminal.run("agent", "status").code == 1
    terminal.ok("agent", "install", "claude-code")
    terminal.ok("agent", "install", "codex", "--user")
    old = {"hooks": {"SessionStart": [{"hooks": [{"type": "command", "command": "memora hook gemini"}]}]}}
    (terminal.directory / ".gemini").mkdir()
    (terminal.directory / ".gemini" / "settings.json").write_text(json.dumps(old))
    (terminal.directory / ".cursor").mkdir()
    (terminal.directory / ".cursor" / "hooks.json").write_text("no")
    states = {(record["agent"], record["scope"]): record for record in terminal.json("agent", "status")}
    assert len(states) == 10
    assert {key: record["state"] for key, record in states.items() if record["state"] != "absent"} == {
        ("claude-code", "project"): "installed",
        ("codex", "user"): "installed",
        ("gemini", "project"): "outdated",
        ("cursor", "project"): "unreadable",
    }
    assert "/hooks" in states["codex", "user"]["note"]
    assert "no" in (terminal.directory / ".cursor" / "hooks.json").read_text()
    shown = terminal.ok("agent", "status", "--quiet").splitlines()
    assert len([line for line in shown if not line.startswith(" ")]) == 4


def test_codex_settings_that_turn_hooks_off_are_told(terminal):
    terminal.ok("agent", "install", "codex")
    (terminal.directory / ".codex" / "config.toml").write_text("[features]\nhooks = false\n")
    (note,) = [
        record["note"]
        for record in terminal.json("agent", "status")
        if (record["agent"], record["scope"]) == ("codex", "project")
    ]
    assert "turns hooks off" in note


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["install"], 2),
        (["install", "nobody"], 4),
        (["install", "codex", "--user", "--project"], 2),
        (["uninstall"], 2),
    ],
)
def test_wrong_usage(terminal, words, code):
    assert terminal.run("agent", *words).code == code
    assert files(terminal.directory) == {}
