"""``memora branch`` as a person and a script meet it."""

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "one")
    terminal.ok("commit", "-m", "First beliefs")
    return terminal


def tip(terminal: Terminal, name: str = "main") -> str:
    commit: str = next(record["commit"] for record in terminal.json("branch") if record["name"] == name)
    return commit


def test_the_list_marks_the_current_branch(terminal: Terminal) -> None:
    assert terminal.ok("branch", "dev") == f"Created branch 'dev' at {tip(terminal)[:8]}\n"
    assert terminal.ok("branch") == terminal.ok("branch", "--list") == "  dev\n* main\n"


def test_records(terminal: Terminal) -> None:
    assert terminal.json("branch", "dev") == [
        {"schema": "memora.ref/v1", "name": "dev", "commit": tip(terminal), "current": False}
    ]
    records = terminal.json("branch", "-v")
    assert [(record["name"], record["current"], record["subject"]) for record in records] == [
        ("dev", False, "First beliefs"),
        ("main", True, "First beliefs"),
    ]
    assert {record["commit"] for record in records} == {tip(terminal)}
    assert (records[0]["ahead"], records[0]["behind"]) == (0, 0)


def test_before_the_first_commit(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    assert terminal.ok("branch") == "* main\n"
    assert terminal.ok("branch", "-v") == "* main  no commit yet\n"
    assert terminal.json("branch") == [{"schema": "memora.ref/v1", "name": "main", "commit": None, "current": True}]
    result = terminal.run("branch", "dev")
    assert (result.code, result.err.splitlines()[0]) == (4, "error: there is no commit yet")
    assert terminal.ok("branch", "-m", "trunk") == "Renamed branch 'main' to 'trunk'\n"
    assert terminal.ok("branch") == "* trunk\n"


def test_verbose_says_how_far_a_branch_is(terminal: Terminal) -> None:
    terminal.ok("switch", "-c", "dev")
    terminal.ok("add", "two")
    terminal.ok("commit", "-m", "On dev")
    terminal.ok("switch", "main")
    assert terminal.ok("branch", "--verbose").splitlines() == [
        f"  dev   {tip(terminal, 'dev')[:8]}  [1 ahead] On dev",
        f"* main  {tip(terminal)[:8]}  First beliefs",
    ]


def test_on_no_branch(terminal: Terminal) -> None:
    terminal.ok("switch", "--detach")
    assert terminal.ok("branch") == f"* (no branch, at {tip(terminal)[:8]})\n  main\n"
    assert [record["current"] for record in terminal.json("branch")] == [False]


def test_deleting_and_bringing_back(terminal: Terminal) -> None:
    terminal.ok("branch", "dev")
    result = terminal.run("branch", "-d", "dev")
    assert (result.code, result.out) == (0, f"Deleted branch 'dev', which was at {tip(terminal)[:8]}\n")
    assert "memora undo" in result.err
    assert terminal.ok("branch") == "* main\n"
    terminal.ok("undo")
    assert terminal.ok("branch") == "  dev\n* main\n"


def test_deleting_what_would_be_lost_from_sight(terminal: Terminal) -> None:
    terminal.ok("switch", "-c", "dev")
    terminal.ok("add", "two")
    terminal.ok("commit", "-m", "On dev")
    result = terminal.run("branch", "-d", "dev")
    assert (result.code, result.err.splitlines()[0]) == (5, "error: workspace 'default' is on branch 'dev'")
    terminal.ok("switch", "main")
    result = terminal.run("branch", "-d", "dev")
    assert result.code == 5
    assert "branch -D dev" in result.err
    assert "undo" in result.err
    terminal.ok("branch", "-D", "dev")
    terminal.ok("undo")
    terminal.ok("branch", "-d", "--force", "dev")


def test_renaming(terminal: Terminal) -> None:
    terminal.ok("branch", "dev")
    assert terminal.ok("branch", "-m", "dev", "next") == "Renamed branch 'dev' to 'next'\n"
    assert terminal.ok("branch", "-m", "trunk") == "Renamed branch 'main' to 'trunk'\n"
    assert terminal.ok("branch") == "  next\n* trunk\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("main",), 5),
        (("MAIN",), 5),
        (("dev", "nowhere"), 4),
        (("-d", "nowhere"), 4),
        (("-m", "nowhere", "there"), 4),
        (("-m", "main", "main"), 5),
        (("-d",), 2),
        (("-m",), 2),
        (("-d", "a", "b"), 2),
        (("-d", "-m", "a"), 2),
        (("--list", "a"), 2),
        (("-v", "-d", "a"), 2),
        (("--force", "a"), 2),
        (("a", "b", "c"), 2),
        (("--nonsense",), 2),
    ],
)
def test_what_is_refused(terminal: Terminal, arguments: tuple[str, ...], code: int) -> None:
    before = terminal.ok("branch", "-v")
    result = terminal.run("branch", *arguments)
    assert (result.code, result.out) == (code, "")
    assert "hint: " in result.err
    assert terminal.ok("branch", "-v") == before


def test_a_likely_name_is_offered(terminal: Terminal) -> None:
    terminal.ok("branch", "feature/auth")
    result = terminal.run("branch", "-d", "feature/aut")
    assert (result.code, result.err) == (4, "error: no branch 'feature/aut'\nhint: did you mean feature/auth?\n")


def test_names_in_other_scripts(terminal: Terminal) -> None:
    for name in ("функция", "機能/認証", "ελπίδα", "a'b\"c$d"):
        terminal.ok("branch", name)
        terminal.ok("switch", name)
        assert any(line == f"* {name}" for line in terminal.ok("branch").splitlines())
