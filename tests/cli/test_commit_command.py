"""``memora commit`` as typed."""

import json
import re
import sys
import tempfile
from pathlib import Path

import pytest
from commandline import NOON, SECOND, Terminal


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # where what a person wrote is kept
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "Auth uses JWT", "-k", "auth.jwt")
    return terminal


def writing(terminal: Terminal, text: str, *, code: int = 0) -> Terminal:
    """Let a person type at a terminal, in an editor that puts a text before what it is given."""
    script = terminal.directory / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "given = path.read_text()\n"
        f"pathlib.Path({str(terminal.directory / 'given.txt')!r}).write_text(given)\n"
        f"path.write_text({text!r} + given)\n"
        f"sys.exit({code})\n"
    )
    terminal.terminal = True
    terminal.environment = {**terminal.environment, "NO_COLOR": "1", "MEMORA_EDITOR": f"{sys.executable} {script}"}
    return terminal


def test_what_a_commit_prints(terminal: Terminal) -> None:
    out = terminal.ok("commit", "-m", "First beliefs\n\nand why")
    assert re.fullmatch(r"\[main [0-9a-f]{8}\] First beliefs\n1 added\n", out)
    terminal.ok("add", "Auth uses JWT RS256", "-k", "auth.jwt", "--replace")
    terminal.ok("add", "Second")
    assert terminal.ok("commit", "--message", "More").splitlines()[1] == "1 added, 1 changed"


def test_the_record_of_a_commit(terminal: Terminal) -> None:
    [record] = terminal.json("commit", "-m", "First", "--author", "Bob <bob@example.org>")
    assert {name: record[name] for name in ("schema", "parents", "branch", "author", "at", "message", "changes")} == {
        "schema": "memora.commit/v1",
        "parents": [],
        "branch": "main",
        "author": "Bob <bob@example.org>",
        "at": NOON + 3 * SECOND,
        "message": "First",
        "changes": {"added": 1, "changed": 0, "removed": 0, "promoted": 0, "conflicted": 0},
    }
    assert re.fullmatch("[0-9a-f]{64}", record["commit"])
    [status] = terminal.json("status")
    assert (status["head"], status["tree"]) == (record["commit"], record["tree"])


def test_nothing_to_commit(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "First")
    result = terminal.run("commit", "-m", "Again")
    assert (result.code, result.out, result.err) == (1, "", "nothing to commit, working tree clean\n")
    terminal.ok("add", "Second")
    result = terminal.run("commit", "-m", "Some", "auth.jwt")
    assert (result.code, result.err) == (1, "nothing to commit: these memories have not changed\n")
    assert terminal.ok("commit", "-m", "Empty", "auth.jwt", "--allow-empty").splitlines()[1] == "no changes"


def test_some_nodes(terminal: Terminal) -> None:
    terminal.ok("add", "Second", "-k", "second")
    assert terminal.ok("commit", "second", "-m", "Only the second").endswith("\n1 added\n")
    [status] = terminal.json("status")
    assert status["changes"]["added"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("-m", ""), 2, "message is empty"),
        (("-m", " \n"), 2, "message is empty"),
        (("-m", "bell\x07"), 2, "message holds the control character U+0007 at position 5"),
        (("-m", "\udcff"), 2, "message is not valid UTF-8"),
        ((), 2, "message is missing"),
        (("-m", "x", "nothing"), 4, "no node 'nothing'"),
        (("-m", "x", "\udcffabcd"), 4, "no node"),
        (("-m", "x", "--author", "a\nb"), 2, "author holds a line end"),
        (("-m",), 2, "requires an argument"),
    ],
)
def test_bad_input_commits_nothing(terminal: Terminal, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    result = terminal.run("commit", *arguments)
    assert result.code == code
    assert sentence in result.err
    assert result.err.splitlines()[1].startswith("hint: ")
    assert terminal.json("status")[0]["head"] is None


def test_outside_a_store(tmp_path: Path) -> None:
    result = Terminal(tmp_path, {"MEMORA_CEILING_DIRECTORIES": str(tmp_path)}).run("commit", "-m", "x")
    assert result.code == 3


def test_the_message_from_an_editor(terminal: Terminal) -> None:
    out = writing(terminal, "From the editor\n\n# a comment\nwith a body").ok("commit")
    assert "] From the editor\n" in out
    given = (terminal.directory / "given.txt").read_text()
    assert given.splitlines()[0] == ""
    assert "# 1 added" in given
    [record] = terminal.json("log")
    assert record["message"] == "From the editor\n\nwith a body"


def test_an_editor_left_empty_commits_nothing(terminal: Terminal) -> None:
    result = writing(terminal, "").run("commit")
    assert result.code == 2
    assert "message is empty" in result.err
    assert terminal.json("status")[0]["head"] is None


def test_an_editor_that_fails_commits_nothing(terminal: Terminal) -> None:
    result = writing(terminal, "text", code=3).run("commit")
    assert result.code == 7
    assert terminal.json("status")[0]["head"] is None


def test_an_editor_that_is_not_there(terminal: Terminal) -> None:
    terminal.terminal = True
    terminal.environment = {**terminal.environment, "MEMORA_EDITOR": "/nowhere/editor"}
    result = terminal.run("commit")
    assert result.code == 7
    assert "cannot be started" in result.err


def test_no_editor_opens_where_nobody_may_be_asked(terminal: Terminal) -> None:
    result = writing(terminal, "text").run("commit", "--no-input")
    assert result.code == 2
    assert "message is missing" in result.err
    assert not (terminal.directory / "given.txt").exists()


def test_no_editor_opens_for_nothing(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "First")
    result = writing(terminal, "text").run("commit")
    assert (result.code, result.err) == (1, "nothing to commit, working tree clean\n")
    assert not (terminal.directory / "given.txt").exists()


def test_a_clash_with_another_workspace_is_a_dispute_and_stops_nobody(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "First")
    other = ("--workspace", "other")
    terminal.ok("add", "Auth uses Paseto", "-k", "auth.jwt", "--replace", *other)
    terminal.ok("commit", "-m", "Theirs", *other)
    terminal.ok("add", "Auth uses SAML", "-k", "auth.jwt", "--replace")
    assert terminal.ok("commit", "-m", "Ours").splitlines()[1] == "1 conflicted"
    (conflict,) = terminal.json("conflicts")
    assert {conflict[side]["content"] for side in ("ours", "theirs")} == {"Auth uses SAML", "Auth uses Paseto"}


def test_a_part_that_clashes_with_another_workspace_names_the_node_and_the_way_out(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "First")
    other = ("--workspace", "other")
    terminal.ok("add", "Auth uses Paseto", "-k", "auth.jwt", "--replace", *other)
    terminal.ok("commit", "-m", "Theirs", *other)
    terminal.ok("add", "Auth uses SAML", "-k", "auth.jwt", "--replace")
    result = terminal.run("commit", "auth.jwt", "-m", "Ours", "--json")
    assert (result.code, result.out) == (5, "")
    error = json.loads(result.err)
    assert error["code"] == "commit_clash"
    assert "b1f4f329" in error["message"]
    assert "switch -c" in error["hint"]
    assert "Auth uses SAML" in terminal.ok("status")


def test_what_another_workspace_overrules_is_said(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "First")
    other = ("--workspace", "other")
    terminal.ok("edit", "auth.jwt", "--content", "Auth uses SAML", "--source", "model_inference")
    terminal.ok("switch", "main", *other)
    terminal.ok("edit", "auth.jwt", "--content", "Auth uses Paseto", "--source", "code_read", *other)
    terminal.ok("commit", "-m", "Theirs", *other)
    result = terminal.run("commit", "-m", "Ours")
    assert result.code == 1
    assert "Auth uses SAML" in result.out
    assert "confidence" in result.out
    assert "`memora undo` brings back what was here" in result.err
    terminal.ok("undo")
    assert "Auth uses SAML" in terminal.ok("list")


def test_a_dispute_with_another_workspace_is_shown(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "First")
    other = ("--workspace", "other")
    terminal.ok("edit", "auth.jwt", "--content", "Auth uses Paseto", "--source", "cursor", *other)
    terminal.ok("commit", "-m", "Theirs", *other)
    terminal.ok("edit", "auth.jwt", "--content", "Auth uses SAML", "--source", "cursor")
    result = terminal.run("commit", "-m", "Ours")
    assert result.code == 0
    assert "in dispute" in result.out
    assert "1 memory is in dispute: `memora conflicts`" in result.err


def test_catching_up_with_another_workspace(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "First")
    terminal.ok("add", "Second", "--workspace", "other")
    terminal.ok("commit", "-m", "Theirs", "--workspace", "other")
    result = terminal.run("commit", "-m", "Ours")
    assert result.code == 1
    assert result.err.startswith("nothing to commit; caught up with main")
    assert terminal.json("status")[0]["nodes"] == 2
