"""``--workspace`` and ``MEMORA_WORKSPACE``: who reads a workspace that is not there, and who makes it."""

from pathlib import Path

import pytest
from commandline import Terminal

READING = [
    ("status",),
    ("list",),
    ("log",),
    ("diff",),
    ("branch",),
    ("op", "log"),
    ("stats",),
    ("undo",),
    ("redo",),
]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "one")
    terminal.ok("commit", "-m", "One")
    return terminal


def contents(terminal: Terminal, workspace: str) -> set[str]:
    return {record["content"] for record in terminal.json("--workspace", workspace, "list")}


@pytest.mark.parametrize("command", READING)
def test_a_workspace_that_is_not_there_is_named(terminal: Terminal, command: tuple[str, ...]) -> None:
    result = terminal.run("--workspace", "w2", *command)
    assert (result.code, result.out) == (4, "")
    assert result.err.splitlines() == [
        "error: no workspace 'w2'",
        "hint: it is made by the first command that writes: `memora --workspace w2 switch BRANCH`",
    ]
    assert terminal.run("--workspace", "w2", *command).code == 4


@pytest.mark.parametrize("line", [("--workspace", "", "list"), ("--workspace=", "list"), ("list", "--workspace", "")])
def test_an_empty_name_is_not_the_default(terminal: Terminal, line: tuple[str, ...]) -> None:
    result = terminal.run(*line)
    assert (result.code, result.err.splitlines()[0]) == (2, "error: workspace name '' is empty")


def test_switch_makes_one(terminal: Terminal) -> None:
    result = terminal.run("--workspace", "w2", "switch", "main")
    assert (result.code, result.out, result.err) == (0, "Already on 'main'\n", "made workspace 'w2'\n")
    assert contents(terminal, "w2") == {"one"}
    result = terminal.run("switch", "--workspace", "w2", "main")
    assert (result.out, result.err) == ("Already on 'main'\n", "")


def test_two_on_one_branch(terminal: Terminal) -> None:
    terminal.ok("--workspace", "w2", "switch", "main")
    terminal.ok("add", "from default")
    terminal.ok("commit", "-m", "From default")
    terminal.ok("--workspace", "w2", "add", "from w2")
    terminal.ok("--workspace", "w2", "commit", "-m", "From w2")
    assert contents(terminal, "w2") == {"one", "from default", "from w2"}
    assert contents(terminal, "default") == {"one", "from default"}
    tip = terminal.json("branch")[0]["commit"]
    assert terminal.ok("switch", "main") == f"Moved to the tip of branch 'main', {tip[:8]}\n"
    assert contents(terminal, "default") == contents(terminal, "w2")


def test_two_on_two_branches(terminal: Terminal) -> None:
    terminal.environment["MEMORA_WORKSPACE"] = "w2"
    terminal.ok("switch", "-c", "dev")
    terminal.ok("add", "from w2")
    assert terminal.json("branch")[0]["current"]
    del terminal.environment["MEMORA_WORKSPACE"]
    assert contents(terminal, "default") == {"one"}
    assert [record["current"] for record in terminal.json("branch")] == [False, True]
    result = terminal.run("branch", "-d", "dev")
    assert (result.code, result.err.splitlines()[0]) == (5, "error: workspace 'w2' is on branch 'dev'")


def test_renaming_a_branch_takes_both_along(terminal: Terminal) -> None:
    terminal.ok("--workspace", "w2", "switch", "main")
    terminal.ok("branch", "-m", "trunk")
    assert terminal.ok("--workspace", "w2", "branch") == "* trunk\n"
    terminal.ok("undo")
    assert terminal.ok("--workspace", "w2", "branch") == "* main\n"


@pytest.mark.parametrize("name", ["a..b", "-x", "a b", "HEAD"])
def test_a_bad_name(terminal: Terminal, name: str) -> None:
    result = terminal.run("--workspace", name, "switch", "main")
    assert (result.code, result.out) == (2, "")


def test_init_makes_the_store_that_memora_dir_names(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, {"MEMORA_DIR": "elsewhere/.memora"})
    assert terminal.json("init")[0]["path"] == str(tmp_path / "elsewhere" / ".memora")
    terminal.ok("add", "One")
    assert terminal.run("init").code == 5
    assert terminal.json("init", "here")[0]["path"] == str(tmp_path / "here" / ".memora")
    terminal.environment["MEMORA_DIR"] = "elsewhere"
    result = terminal.run("init")
    assert (result.code, "such as /srv/project/.memora" in result.err) == (2, True)
    assert not (tmp_path / ".memora").exists()


def test_init_does_not_read_the_settings_of_the_store_that_it_finds(terminal: Terminal) -> None:
    (terminal.directory / ".memora" / "config.toml").write_text("[[[")
    assert terminal.run("init").code == 5
    terminal.ok("init", "below")


def test_a_wrong_memora_dir_is_named(terminal: Terminal) -> None:
    terminal.environment["MEMORA_DIR"] = "."
    result = terminal.run("status")
    assert result.code == 3
    assert result.err.startswith(f"error: MEMORA_DIR names {terminal.directory}, which is no memora store\nhint: ")
    terminal.environment["MEMORA_DIR"] = ".memora"
    assert terminal.run("status").code == 0
