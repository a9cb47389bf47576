"""``memora config set`` takes no value that the command which uses it would refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import Result, Terminal

from memora.config.settings import SETTINGS, find_setting
from memora.config.toml_edit import set_value

TAKEN_AS_IT_IS = {"safe.directories", "pull.trusted", "hook.recall", "hook.commit", "follow.git", "pull.quarantine"}
BY_RANGE = {setting.name for setting in SETTINGS if setting.lowest is not None}

# A setting, a value that it does not take, as its text and as what that means; and a command that uses it.
REFUSED = [
    ("user.name", "Ada\nLovelace", "Ada\nLovelace", "add Tests-need-no-network"),
    ("user.name", "a" * 400, "a" * 400, "add Tests-need-no-network"),
    ("init.branch", "my branch", "my branch", "init below"),
    ("init.branch", "HEAD", "HEAD", "init below"),
    ("core.editor", "'vi", "'vi", "edit auth"),
    ("core.editor", " ", " ", "edit auth"),
    ("merge.episodic", "wisdom", ["wisdom"], "merge other"),
    ("merge.semantic", "source,wisdom", ["source", "wisdom"], "merge other"),
    ("merge.procedural", "Newest", ["Newest"], "merge other"),
    ("merge.assumption", "wisdom", ["wisdom"], "merge other"),
    ("merge.project", "wisdom", ["wisdom"], "merge other"),
    ("merge.preference", "wisdom", ["wisdom"], "merge other"),
    ("check.fail", "fatal", "fatal", "check"),
    ("check.severity", "expired", ["expired"], "check"),
    ("check.severity", "expired=bad", ["expired=bad"], "check"),
    ("check.severity", "expire=note", ["expire=note"], "check"),
    ("check.ignore", "hijack", ["hijack"], "check"),
    ("check.ignore", "hijak:deploy.steps", ["hijak:deploy.steps"], "check"),
    ("export.targets", "claude", ["claude"], "export --all"),
    ("export.targets", "claude-code,=notes.md", ["claude-code", "=notes.md"], "export --all"),
    ("export.targets", "team", ["team"], "export --all"),
    ("export.targets", "claude-code=A.md,gemini=./A.md", ["claude-code=A.md", "gemini=./A.md"], "export --all"),
    ("export.targets", "gemini=../GEMINI.md", ["gemini=../GEMINI.md"], "export --all"),
    ("export.targets", "gemini=.memora/x.md", ["gemini=.memora/x.md"], "export --all"),
    ("fetch.branches", "main", ["main"], "fetch"),
    ("fetch.branches", "origin/main,origin/", ["origin/main", "origin/"], "fetch"),
]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A store with another branch, a remote and a template of one's own, and somebody who can type."""
    terminal = Terminal(tmp_path, terminal=True)
    terminal.ok("init")
    terminal.ok("add", "Auth uses JWT", "--key", "auth")
    terminal.ok("commit", "-m", "First")
    terminal.ok("switch", "-c", "other")
    terminal.ok("add", "Deploys run at noon")
    terminal.ok("commit", "-m", "Second")
    terminal.ok("switch", "main")
    terminal.ok("remote", "add", "origin", "../shared")
    terminal.ok("push")
    (tmp_path / ".memora" / "templates").mkdir()
    (tmp_path / ".memora" / "templates" / "team.md").write_text("{{ entries | length }}\n")
    return terminal


def error(result: Result) -> tuple[int, str, str]:
    """The exit code, sentence and hint of a command that failed."""
    assert result.out == ""
    record = json.loads(result.err)
    return result.code, record["message"], record["hint"]


@pytest.mark.parametrize("user", [False, True], ids=["store", "user"])
@pytest.mark.parametrize(("name", "text", "value", "command"), REFUSED)
def test_what_a_command_would_refuse_is_refused_in_the_same_words(
    terminal: Terminal, name: str, text: str, value: str | list[str], command: str, user: bool
) -> None:
    user = user or find_setting(name).user_only
    files = [Path(record["path"]) for record in terminal.json("config", "path")]
    before = [path.read_text() if path.exists() else None for path in files]
    refused = error(terminal.run("config", "set", name, text, *(["--user"] if user else []), "--json"))
    assert [path.read_text() if path.exists() else None for path in files] == before
    written = files[1 if user else 0]
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(set_value(written.read_text() if written.exists() else "", name, value))
    (terminal.directory / "below").mkdir()
    assert refused == error(terminal.run(*command.split(), "--json"))
    assert refused[0] == (5 if "outside" in refused[1] or "does not write to" in refused[1] else 2)
    assert "{" not in refused[2]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("user.name", ""),
        ("core.editor", ""),
        ("core.editor", "code --wait 'a b'"),
        ("init.branch", "trunk"),
        ("merge.semantic", ""),
        ("merge.semantic", "newest_human,confidence"),
        ("check.fail", "note"),
        ("check.severity", "expired=off,hijack=error"),
        ("check.ignore", "secrets:docs/*.md,hijack:deploy.steps"),
        ("export.targets", "claude-code,gemini=notes/GEMINI.md,team=TEAM.md"),
        ("export.targets", ""),
        ("fetch.branches", "origin/main,other/feature/x"),
        ("pull.trusted", "origin,s3://bucket/path"),
        ("safe.directories", "*"),
    ],
)
def test_what_they_take_is_set(terminal: Terminal, name: str, text: str) -> None:
    terminal.ok("config", "set", name, text, "--user")
    assert terminal.ok("config", "get", name) == f"{text}\n"


def test_another_setting_that_is_wrong_does_not_stand_in_the_way(terminal: Terminal) -> None:
    path = terminal.directory / ".memora" / "config.toml"
    path.write_text('check.fail = "fatal"\ncheck.ignore = ["hijack"]\n')
    terminal.ok("config", "set", "check.ignore", "")
    terminal.ok("config", "set", "check.fail", "error")
    assert terminal.run("check").code in (0, 1)


def test_a_wrong_value_is_known_of_every_setting() -> None:
    tried = {name for name, *_ in REFUSED}
    rest = {setting.name for setting in SETTINGS} - tried - TAKEN_AS_IT_IS - BY_RANGE
    assert rest == set(), "say of each new setting what it does not take"
