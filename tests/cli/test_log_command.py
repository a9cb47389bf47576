"""``memora log`` as typed."""

from pathlib import Path
from shutil import copytree

import pytest
from commandline import Terminal


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Commits One and Two on main, Side on side, and their order in time: One, Side, Two."""
    terminal = Terminal(tmp_path_factory.mktemp("made"))
    terminal.ok("init")
    terminal.ok("add", "Auth uses JWT", "-k", "auth.jwt")
    terminal.ok("commit", "-m", "One\n\nThe body\nof one")
    terminal.ok("switch", "-c", "side")
    terminal.ok("add", "On the side", "-k", "side.note")
    terminal.ok("commit", "-m", "Side")
    terminal.ok("switch", "main")
    terminal.ok("add", "Auth uses JWT RS256", "-k", "auth.jwt", "--replace")
    terminal.ok("add", "More")
    terminal.ok("commit", "-m", "Two", "--author", "Bob <bob@example.org>")
    return terminal


@pytest.fixture
def terminal(made: Terminal, tmp_path: Path) -> Terminal:
    """A copy of what was made."""
    copytree(made.directory, tmp_path / "copy")
    return Terminal(tmp_path / "copy", now=made.now)


def ids(terminal: Terminal) -> dict[str, str]:
    """Every commit's id by its subject."""
    return {record["message"].partition("\n")[0]: record["commit"] for record in terminal.json("log", "--all")}


def subjects(terminal: Terminal, *arguments: str) -> list[str]:
    return [line.split(" ", 1)[1] for line in terminal.ok("log", "--oneline", *arguments).splitlines()]


def test_commits_in_full(terminal: Terminal) -> None:
    commits = ids(terminal)
    assert (
        terminal.ok("log")
        == f"""\
commit {commits["Two"]} (HEAD -> main)
Author: Bob <bob@example.org>
Date:   2027-01-15 08:00:10 UTC

    Two

commit {commits["One"]}
Author: ada
Date:   2027-01-15 08:00:03 UTC

    One

    The body
    of one
"""
    )


def test_one_line_a_commit(terminal: Terminal) -> None:
    terminal.ok("tag", "v1", "HEAD~1")
    commits = ids(terminal)
    assert terminal.ok("log", "--oneline", "--all") == (
        f"{commits['Two'][:8]} (HEAD -> main) Two\n"
        f"{commits['Side'][:8]} (side) Side\n"
        f"{commits['One'][:8]} (tag: v1) One\n"
    )


def test_counts(terminal: Terminal) -> None:
    assert terminal.ok("log", "--oneline", "--stat", "-n", "1").splitlines()[1] == " 1 added, 1 changed"
    assert terminal.ok("log", "--stat", "-n", "1").endswith("\n    Two\n\n 1 added, 1 changed\n")


def test_a_drawing(terminal: Terminal) -> None:
    commits = {subject: commit[:8] for subject, commit in ids(terminal).items()}
    assert terminal.ok("log", "--oneline", "--graph", "--all") == (
        f"* {commits['Two']} (HEAD -> main) Two\n| * {commits['Side']} (side) Side\n|/\n* {commits['One']} One\n"
    )


def test_a_drawing_in_full(terminal: Terminal) -> None:
    commits = ids(terminal)
    assert (
        terminal.ok("log", "--graph", "--all", "--stat")
        == f"""\
* commit {commits["Two"]} (HEAD -> main)
| Author: Bob <bob@example.org>
| Date:   2027-01-15 08:00:10 UTC
|
|     Two
|
|  1 added, 1 changed
|
| * commit {commits["Side"]} (side)
|/  Author: ada
|   Date:   2027-01-15 08:00:06 UTC
|
|       Side
|
|    1 added
|
* commit {commits["One"]}
  Author: ada
  Date:   2027-01-15 08:00:03 UTC

      One

      The body
      of one

   1 added
"""
    )


def test_records(terminal: Terminal) -> None:
    two, one = terminal.json("log")
    assert two["schema"] == "memora.commit/v1"
    assert two["parents"] == [one["commit"]]
    assert (two["branch"], one["branch"]) == ("main", None)
    assert two["changes"] == {"added": 1, "changed": 1, "removed": 0, "promoted": 0, "conflicted": 0}
    assert (two["author"], one["message"]) == ("Bob <bob@example.org>", "One\n\nThe body\nof one")


def test_a_start_a_limit_and_a_node(terminal: Terminal) -> None:
    node = terminal.json("add", "Auth uses JWT RS256", "-k", "auth.jwt")[0]["nodes"][0]["id"]
    assert subjects(terminal, "side") == ["(side) Side", "One"]
    assert subjects(terminal, "HEAD~1") == ["One"]
    assert subjects(terminal, "-n", "1") == ["(HEAD -> main) Two"]
    assert subjects(terminal, "-n", "0") == []
    for name in ("auth.jwt", node, node[:6]):
        assert subjects(terminal, name) == ["(HEAD -> main) Two", "One"]
    assert subjects(terminal, "side", "auth.jwt") == ["One"]
    assert subjects(terminal, "--key", "auth") == ["(HEAD -> main) Two", "One"]
    assert subjects(terminal, "--all", "--key", "side.") == ["(side) Side"]


def test_nothing_found(terminal: Terminal, tmp_path: Path) -> None:
    terminal.ok("add", "Never committed", "-k", "new")
    result = terminal.run("log", "new")
    assert (result.code, result.out, result.err) == (1, "", "no commit changed it\n")
    empty = Terminal(tmp_path / "empty")
    empty.directory.mkdir()
    empty.ok("init")
    result = empty.run("log")
    assert (result.code, result.out, result.err) == (1, "", "no commits yet\n")


def test_colour_only_on_a_terminal(terminal: Terminal) -> None:
    terminal.terminal = True
    assert "\x1b[33m" in terminal.ok("log", "--oneline")
    terminal.environment = {**terminal.environment, "NO_COLOR": "1"}
    assert "\x1b" not in terminal.ok("log", "--oneline")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("nothing",), 4, "no revision or node 'nothing'"),
        (("HEAD~7",), 4, "no revision 'HEAD~7'"),
        (("HEAD", "nothing"), 4, "no node 'nothing'"),
        (("nothing", "auth.jwt"), 4, "no revision 'nothing'"),
        (("--key", "nothing"), 4, "no key 'nothing'"),
        (("session:run@3",), 4, "no session 'run'"),
        (("main@{2020-01-01}",), 4, "no revision"),
        (("main@{soon}",), 2, "is not a time"),
        (("a..b",), 2, "is not a name such as"),
        (("",), 2, "revision is empty"),
        (("\udcff",), 2, "is not a name such as"),
        (("--key", "\udcff"), 2, "key is not valid UTF-8"),
        (("-n", "-1"), 2, "-1"),
        (("-n", "many"), 2, "many"),
        (("a", "b", "c"), 2, "a revision and a memory"),
        (("a", "b", "--key", "c"), 2, "a revision and a memory"),
        (("--graph", "auth.jwt"), 2, "--graph"),
        (("--workspace", "nowhere"), 4, "no workspace"),
    ],
)
def test_bad_input(terminal: Terminal, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    result = terminal.run("log", *arguments)
    assert (result.code, result.out) == (code, "")
    assert sentence in result.err


def test_a_misspelt_branch_is_guessed(terminal: Terminal) -> None:
    assert terminal.run("log", "sied").err.splitlines()[1] == "hint: did you mean side?"
