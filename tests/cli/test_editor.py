"""Running an editor: which one, what it leaves, and that nothing typed is lost."""

import signal
import sys
import tempfile
from pathlib import Path

import pytest
from commandline import NOON, Keyboard, Result, Stream, Terminal

from memora.cli.editor import find_editor, open_editor
from memora.cli.world import World
from memora.errors import BadInput
from memora.errors.programs import EditorFailed, NoEditor


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary files go where this test can see them."""
    directory = tmp_path / "temporary files"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    return directory


def editor(tmp_path: Path, code: str) -> str:
    """A command line that runs Python code on the file ``path``; it has a space and an option in it."""
    script = tmp_path / "an editor.py"
    script.write_text(f"import sys, pathlib\npath = pathlib.Path(sys.argv[2])\n{code}\n")
    return f'"{sys.executable}" "{script}" --wait'


def world(tmp_path: Path, *, terminal: bool = True, **environment: str) -> World:
    return World(
        directory=str(tmp_path),
        environment={"HOME": str(tmp_path), **environment},
        stdin=Keyboard(b"", terminal=terminal),
        stdout=Stream(terminal=False),
        stderr=sys.stderr,
        now=lambda: NOON,
        login=lambda: "ada",
    )


def left(directory: Path) -> list[str]:
    return [path.read_text() for path in directory.iterdir()]


def test_what_a_person_leaves_is_what_comes_back(tmp_path: Path, temporary: Path) -> None:
    command = editor(tmp_path, "path.write_text(path.read_text().upper() + 'é')")
    with open_editor(world(tmp_path, EDITOR=command), "text\n", suffix=".txt") as written:
        assert written == "TEXT\né"
        [file] = temporary.iterdir()
        assert (file.suffix, file.stat().st_mode & 0o777) == (".txt", 0o600)
    assert left(temporary) == []


def test_what_was_written_is_kept_when_it_cannot_be_used(
    tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = world(tmp_path, EDITOR=editor(tmp_path, "path.write_text('typed')"))
    with pytest.raises(BadInput), open_editor(here, "text"):
        raise BadInput("content", "is wrong")
    [file] = temporary.iterdir()
    assert file.read_text() == "typed"
    assert capsys.readouterr().err == f"warning: what was written is kept in {file}\n"


def test_what_was_not_touched_is_not_kept(tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = world(tmp_path, EDITOR=editor(tmp_path, "pass"))
    with pytest.raises(BadInput), open_editor(here, "text"):
        raise BadInput("content", "is wrong")
    assert (left(temporary), capsys.readouterr().err) == ([], "")


def test_text_that_is_not_utf8_is_kept_as_it_is(tmp_path: Path, temporary: Path) -> None:
    here = world(tmp_path, EDITOR=editor(tmp_path, "path.write_bytes(b'a\\xff')"))
    with pytest.raises(BadInput, match="not valid UTF-8 at byte 2"), open_editor(here, "text"):
        pytest.fail("was used")
    [file] = temporary.iterdir()
    assert file.read_bytes() == b"a\xff"


@pytest.mark.parametrize(
    ("code", "problem", "kept"),
    [
        ("sys.exit(3)", "ended with exit code 3", []),
        ("path.write_text('typed'); sys.exit(1)", "ended with exit code 1", ["typed"]),
        ("import os; os.kill(os.getpid(), 15)", "ended with signal 15", []),
        ("path.unlink()", "left no file behind", []),
    ],
)
def test_an_editor_that_fails(tmp_path: Path, temporary: Path, code: str, problem: str, kept: list[str]) -> None:
    with pytest.raises(EditorFailed, match=problem), open_editor(world(tmp_path, EDITOR=editor(tmp_path, code)), "a"):
        pytest.fail("was used")
    assert left(temporary) == kept


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("/nowhere/vi", "cannot be started: No such file"),
        ("/", "cannot be started"),
        ('"vi', "is not a command line"),
        (" ", "names no program"),
    ],
)
def test_an_editor_that_cannot_start(tmp_path: Path, temporary: Path, command: str, problem: str) -> None:
    with pytest.raises((BadInput, EditorFailed), match=problem), open_editor(world(tmp_path, EDITOR=command), "a"):
        pytest.fail("was used")
    assert left(temporary) == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="which signals are ignored is read from /proc")
def test_an_interrupt_is_for_the_editor(tmp_path: Path) -> None:
    code = """
import os, re, signal
parent = pathlib.Path(f"/proc/{os.getppid()}/status")
while not int(re.search("SigIgn:(.*)", parent.read_text())[1], 16) >> signal.SIGINT - 1 & 1:
    pass
os.kill(os.getppid(), signal.SIGINT)
path.write_text("done")
"""
    before = signal.getsignal(signal.SIGINT)
    with open_editor(world(tmp_path, EDITOR=editor(tmp_path, code)), "text") as written:
        assert written == "done"
    assert signal.getsignal(signal.SIGINT) == before


def test_no_room_for_the_file(tmp_path: Path, temporary: Path) -> None:
    temporary.rmdir()
    with pytest.raises(EditorFailed, match="no file to work on"), open_editor(world(tmp_path, EDITOR="x"), "a"):
        pytest.fail("was used")


def test_which_editor(tmp_path: Path) -> None:
    names = {"MEMORA_EDITOR": "first", "VISUAL": "third", "EDITOR": "fourth"}
    settings = tmp_path / ".config" / "memora" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('core.editor = "second"\n')
    assert find_editor(world(tmp_path, **names)) == "first"
    del names["MEMORA_EDITOR"]
    assert find_editor(world(tmp_path, **names)) == "second"
    settings.unlink()
    assert find_editor(world(tmp_path, **names)) == "third"
    assert find_editor(world(tmp_path, **names, TERM="dumb")) == "fourth"
    del names["VISUAL"]
    assert find_editor(world(tmp_path, **names)) == "fourth"
    assert find_editor(world(tmp_path)) == "vi"


def test_nobody_to_type(tmp_path: Path) -> None:
    with pytest.raises(NoEditor, match="needs a terminal"):
        find_editor(world(tmp_path, terminal=False, EDITOR="x"))
    silent = world(tmp_path, EDITOR="x")
    silent.options.no_input = True
    with pytest.raises(NoEditor):
        find_editor(silent)
    with pytest.raises(NoEditor, match="dumb"):
        find_editor(world(tmp_path, VISUAL="x", TERM="dumb"))


def test_the_whole_way(tmp_path: Path, temporary: Path) -> None:
    here = Terminal(tmp_path, terminal=True)
    here.environment["NO_COLOR"] = "1"
    here.run("init")
    here.run("add", "Auth uses JWT", "-k", "auth.kind", "--tag", "auth")
    code = "path.write_text(path.read_text().replace('JWT', 'PASETO').replace('evidence:', 'evidence: src/a.rs:L1'))"
    here.environment["MEMORA_EDITOR"] = editor(tmp_path, code)
    result = here.run("edit", "auth.kind")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("  Auth uses PASETO  (confidence 0.80, manual)\n")
    [node] = here.json("list")
    assert (node["content"], node["observations"][0]["evidence"]) == ("Auth uses PASETO", ["src/a.rs:L1"])

    here.environment["MEMORA_EDITOR"] = editor(tmp_path, "pass")
    assert here.run("edit", "auth.kind") == Result(1, "", "nothing changed\n")
    here.environment["MEMORA_EDITOR"] = editor(tmp_path, "path.write_text('')")
    assert here.run("edit", "auth.kind") == Result(1, "", "nothing changed\n")
    assert left(temporary) == []

    here.environment["MEMORA_EDITOR"] = editor(tmp_path, "path.write_text(path.read_text().replace('type', 'tpye'))")
    result = here.run("edit", "auth.kind")
    [file] = temporary.iterdir()
    assert (result.code, result.out) == (2, "")
    assert f"warning: what was written is kept in {file}\n" in result.err
    assert "error: line 5 does not begin with one of type, " in result.err
    file.unlink()

    here.run("add", "taken", "-k", "taken")
    here.environment["MEMORA_EDITOR"] = editor(
        tmp_path, "path.write_text(path.read_text().replace('auth.kind', 'taken'))"
    )
    result = here.run("edit", "auth.kind")
    assert (result.code, len(left(temporary))) == (5, 1)
    assert [item["content"] for item in here.json("list", "--key", "auth.kind")] == ["Auth uses PASETO"]


def test_another_change_meanwhile_is_not_overwritten(tmp_path: Path, temporary: Path) -> None:
    here = Terminal(tmp_path, terminal=True)
    here.run("init")
    here.run("add", "SQLite", "-k", "db.engine")
    code = (
        f"import subprocess\nsubprocess.run([sys.executable, '-m', 'memora', '-C', {str(tmp_path)!r},"
        " 'edit', 'db.engine', '-c', 'MySQL'], check=True)\npath.write_text(path.read_text().replace('SQLite', 'x'))"
    )
    here.environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    here.environment["MEMORA_EDITOR"] = editor(tmp_path, code)
    result = here.run("edit", "db.engine")
    assert result.code == 5
    assert "changed while it was being edited" in result.err
    assert [item["content"] for item in here.json("list")] == ["MySQL"]
    assert len(left(temporary)) == 1
