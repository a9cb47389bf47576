"""``memora export`` as a person types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "Auth uses JWT RS256", "-k", "auth.jwt", "--source", "code_read")
    terminal.ok("add", "Sessions probably live in Redis", "-t", "assumption")
    terminal.ok("commit", "-m", "one")
    return terminal


def test_it_says_what_it_wrote(terminal):
    out = terminal.ok("export", "--to", "claude-code", "--to", "agents-md")
    assert [line.split()[:3] for line in out.splitlines()] == [
        ["claude-code", "CLAUDE.md", "written"],
        ["agents-md", "AGENTS.md", "written"],
    ]


def test_a_note_says_what_tools_make_of_each_other(terminal):
    terminal.ok("export", "--to", "agents-md")
    assert "read them all" in terminal.run("export", "--to", "gemini").err


def test_check_is_an_exit_code(terminal):
    assert terminal.run("export", "--to", "claude-code", "--check").code == 1
    terminal.ok("export", "--to", "claude-code")
    assert terminal.run("export", "--to", "claude-code", "--check").code == 0
    terminal.ok("add", "More")
    result = terminal.run("export", "--to", "claude-code", "--check", "--diff")
    assert result.code == 1
    assert "+- More (0.80 manual; " in result.out
    assert "More" not in (terminal.directory / "CLAUDE.md").read_text()


def test_all_is_what_the_settings_list(terminal):
    refused = terminal.run("export", "--all")
    assert refused.code == 2
    assert "export.targets lists nothing" in refused.err
    terminal.ok("config", "set", "export.targets", "gemini,claude-code=notes/NOTES.md")
    terminal.ok("export", "--all")
    assert (terminal.directory / "notes" / "NOTES.md").exists()
    assert (terminal.directory / "GEMINI.md").exists()


def test_without_a_target_what_was_written_is_brought_up_to_date(terminal):
    assert terminal.run("export").code == 2
    terminal.ok("add", "Handlers answer with problem+json", "--applies-to", "src/api/**")
    terminal.ok("export", "--to", "cursor", "--top", "5")
    terminal.ok("export", "--to", "gemini", "--out", "notes/memory.md")
    assert terminal.run("export", "--check").code == 0
    terminal.ok("add", "More")
    assert terminal.run("export", "--check").code == 1
    assert len(terminal.ok("export").splitlines()) == 3
    assert "More" in (terminal.directory / "notes" / "memory.md").read_text()
    assert terminal.run("export", "--check").code == 0


def test_out_is_taken_from_where_one_is(terminal):
    (terminal.directory / "sub").mkdir()
    terminal.ok("-C", "sub", "export", "--to", "markdown", "--out", "NOTES.md")
    assert (terminal.directory / "sub" / "NOTES.md").exists()


def test_stdout_prints_and_writes_nothing(terminal):
    before = sorted(terminal.directory.iterdir())
    text = terminal.ok("export", "--to", "cursor", "--stdout", "--top", "1")
    assert text.startswith("---\ndescription:")
    assert "RS256" in text
    assert "Redis" not in text
    assert sorted(terminal.directory.iterdir()) == before


def test_what_did_not_fit_is_counted_and_named(terminal):
    result = terminal.run("export", "--to", "claude-code", "--budget", "130")
    assert "CLAUDE.md: 1 did not fit" in result.err
    assert "(no room)" in result.err


def test_targets_and_templates_are_shown(terminal):
    folder = terminal.directory / ".memora" / "templates"
    folder.mkdir()
    (folder / "team.md").write_text("# Team\n")
    listed = terminal.ok("export", "--list")
    assert "claude-code" in listed
    assert "team" in listed
    assert terminal.ok("export", "--print-template", "team") == "# Team\n"
    assert "Project memory" in terminal.ok("export", "--print-template", "gemini")


def test_edits_come_back(terminal):
    terminal.ok("export", "--to", "claude-code")
    path = terminal.directory / "CLAUDE.md"
    path.write_text(path.read_text().replace("RS256", "ES256"))
    refused = terminal.run("export", "--to", "claude-code")
    assert refused.code == 5
    assert "changed CLAUDE.md:9  Auth uses JWT ES256" in refused.err
    assert terminal.run("export", "--pull", "--check").code == 1
    assert "(taken)" in terminal.ok("export", "--pull", "--commit")
    assert "(known)" in terminal.ok("export", "--pull")
    assert "Auth uses JWT ES256" in terminal.ok("show", "auth.jwt")
    terminal.ok("export", "--to", "claude-code")
    assert terminal.ok("export", "--pull") == ""


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("export", 2),
        ("export --to claude-code --all", 2),
        ("export --to claude-cod", 2),
        ("export --to claude-code --out ../x.md", 5),
        ("export --to claude-code --at nowhere", 4),
        ("export --to claude-code --type fact", 2),
        ("export --to claude-code --commit", 2),
        ("export --pull --all", 2),
        ("export --to gemini --to claude-code --stdout", 2),
        ("export --print-template nothing", 2),
        ("export --print-template json", 2),
        ("-C / export --to claude-code", 3),
    ],
)
def test_what_is_refused(terminal, line, code):
    result = terminal.run(*line.split())
    assert result.code == code
    assert "error: " in result.err


def test_damaged_markers_are_shown(terminal):
    terminal.ok("export", "--to", "claude-code")
    path = terminal.directory / "CLAUDE.md"
    path.write_text(path.read_text() * 2)
    result = terminal.run("export", "--to", "claude-code")
    assert result.code == 5
    assert "two blocks" in result.err
    assert "hint: " in result.err
