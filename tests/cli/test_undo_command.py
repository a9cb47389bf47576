"""``memora undo``, ``redo`` and ``op`` as a person and a script meet them."""

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    return terminal


def contents(terminal: Terminal) -> set[str]:
    return {record["content"] for record in terminal.json("list")}


def test_undo_says_what_it_took_back(terminal: Terminal) -> None:
    terminal.ok("add", "Auth uses JWT")
    terminal.ok("add", "Postgres is the store")
    assert terminal.ok("undo") == "undid: add [semantic] Postgres is the store\n"
    assert terminal.ok("undo") == "undid: add [semantic] Auth uses JWT\n"
    assert terminal.ok("redo") == "redid: add [semantic] Auth uses JWT\n"
    assert contents(terminal) == {"Auth uses JWT"}


def test_nothing_left(terminal: Terminal) -> None:
    for verb in ("undo", "redo"):
        result = terminal.run(verb)
        assert (result.code, result.out, result.err) == (1, "", f"nothing to {verb}\n")


def test_a_record_of_each_step(terminal: Terminal) -> None:
    terminal.ok("add", "one")
    added = terminal.json("op", "log")[0]
    undid = terminal.json("undo")[0]
    assert undid["schema"] == "memora.operation/v1"
    assert (undid["operation"], undid["command"], undid["undid"]) == (2, "undo", 1)
    assert (undid["workspace"], undid["author"]) == ("default", "ada")
    assert undid["moves"] == [
        {"pointer": move["pointer"], "before": move["after"], "after": move["before"]} for move in added["moves"]
    ]
    redid = terminal.json("redo")[0]
    assert (redid["operation"], redid["command"], redid["redid"]) == (3, "redo", 1)
    assert redid["moves"] == added["moves"]
    assert "undid" not in redid
    assert "redid" not in undid


def test_the_log_marks_where_one_is(terminal: Terminal) -> None:
    terminal.ok("add", "one")
    terminal.ok("add", "two")
    terminal.ok("undo")
    lines = terminal.ok("op", "log").splitlines()
    assert [line[0] for line in lines] == [" ", "-", "*"]
    assert [line.split("UTC")[1].split()[0] for line in lines] == ["undo", "add", "add"]
    assert lines[1].endswith("[semantic] two")
    assert terminal.ok("op", "log", "-n", "1").splitlines() == lines[:1]
    assert terminal.ok("op", "log", "-n", "0") == ""
    records = terminal.json("op", "log")
    assert [(record["operation"], record["current"], record["undone"]) for record in records] == [
        (3, False, False),
        (2, False, True),
        (1, True, False),
    ]


def test_the_log_of_every_workspace(terminal: Terminal) -> None:
    terminal.ok("add", "one")
    terminal.ok("--workspace", "w2", "add", "two")
    assert len(terminal.ok("op", "log").splitlines()) == 1
    lines = terminal.ok("op", "log", "--all").splitlines()
    assert [("w2" in line, "default" in line) for line in lines] == [(True, False), (False, True)]


def test_an_operation_in_full(terminal: Terminal) -> None:
    terminal.ok("add", "one", "--key", "k")
    terminal.ok("commit", "-m", "First")
    commit = terminal.json("log")[0]["commit"]
    terminal.ok("add", "another", "--key", "k", "--replace")
    lines = terminal.ok("op", "show", "2").splitlines()
    assert lines[0] == f"operation 2: commit {commit[:8]} First"
    assert "in workspace default" in lines[1]
    assert f"  branch main  nothing → {commit[:8]}" in lines
    assert f"  HEAD of default  main (no commit yet) → main ({commit[:8]})" in lines
    assert any(
        line.startswith("  ~ [semantic]") and "another" in line for line in terminal.ok("op", "show", "3").splitlines()
    )
    terminal.ok("--workspace", "elsewhere", "add", "not here")
    assert terminal.ok("op", "show").splitlines() == terminal.ok("op", "show", "3").splitlines()
    record = terminal.json("op", "show", "3")[0]
    assert (record["operation"], record["nodes"][0]["change"]) == (3, "modified")
    assert record["nodes"][0]["fields"]["content"] == {"from": "one", "to": "another"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("op", "show", "99"), 4),
        (("op", "show", "0"), 4),
        (("op", "show", "x"), 2),
        (("op", "log", "-n", "-1"), 2),
        (("op", "log", "-n", "x"), 2),
        (("op", "nonsense"), 2),
        (("undo", "3"), 2),
        (("undo", "--hard"), 2),
    ],
)
def test_what_is_refused(terminal: Terminal, arguments: tuple[str, ...], code: int) -> None:
    terminal.ok("add", "one")
    result = terminal.run(*arguments)
    assert (result.code, result.out) == (code, "")
    assert contents(terminal) == {"one"}


def test_what_another_workspace_moved(terminal: Terminal) -> None:
    terminal.ok("add", "one")
    terminal.ok("commit", "-m", "One")
    terminal.ok("branch", "dev")
    terminal.ok("--workspace", "w2", "branch", "-D", "dev")
    result = terminal.run("undo")
    assert result.code == 5
    assert result.err.splitlines() == [
        "error: branch 'dev' was moved since, by operation 4 (branch in 'w2')",
        "hint: `memora op show 4` shows how; it has to be taken back first, in that workspace",
    ]
    terminal.ok("--workspace", "w2", "undo")
    terminal.ok("undo")


def test_control_characters_of_a_memory_do_not_reach_the_terminal(terminal: Terminal) -> None:
    terminal.ok("add", "line one\nline two", "--author", "Ada")
    assert terminal.ok("undo") == "undid: add [semantic] line one …\n"
