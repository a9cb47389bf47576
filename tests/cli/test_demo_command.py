"""``memora demo``: the story as it is told, the folder it is played in, and what is left where it cannot be."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from commandline import Terminal
from stores import in_child, needs_fork, needs_root, public_directory

from memora.cli.story import ACTS

COMMANDS = [command for act in ACTS for scene in act for command in scene.commands]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_every_command_is_shown_with_what_it_printed(terminal: Terminal) -> None:
    shown = terminal.ok("demo", "story").splitlines()
    assert [line[2:] for line in shown if line.startswith("$ ")] == COMMANDS
    assert "in dispute  0f5ada72 deploy: no rule tells the two apart" in shown
    assert "undid: resolve theirs: Deploy by helm" in shown
    assert shown[-1].strip().startswith("memora agent install")


def test_it_fits_a_terminal(terminal: Terminal) -> None:
    shown = terminal.ok("demo", "story").splitlines()
    assert len(shown) <= 80
    assert [line for line in shown if len(line) > 80 and str(terminal.directory) not in line] == []


def test_it_shows_what_memora_is_for() -> None:
    shown = {shlex.split(command)[1] for command in COMMANDS}
    assert shown >= {"init", "add", "commit", "switch", "merge", "conflicts", "recall", "resolve", "export", "undo"}


def test_the_folder_can_be_gone_on_in(terminal: Terminal) -> None:
    terminal.ok("demo", "story")
    assert names(terminal.directory / "story") == [".memora", "AGENTS.md", "auth.py"]
    assert "Deploy by helm" in (terminal.directory / "story" / "AGENTS.md").read_text(encoding="utf-8")
    story = Terminal(terminal.directory / "story", now=terminal.now)
    assert [record["key"] for record in story.json("conflicts")] == ["deploy"]
    story.ok("resolve", "deploy", "--ours")
    story.ok("fsck")
    assert "1 piece of evidence holds" in story.run("verify").err
    (story.directory / "auth.py").write_text("SIGNED_WITH = None\n", encoding="utf-8")
    assert "Tokens use RS256" in story.run("verify").out


def test_its_times_end_now(terminal: Terminal) -> None:
    terminal.ok("demo", "story")
    operations = Terminal(terminal.directory / "story").json("op", "log")
    assert operations[0]["at"] == terminal.now
    assert [record["at"] for record in operations] == sorted((record["at"] for record in operations), reverse=True)


def test_the_same_moment_tells_the_same_story(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = (Terminal(tmp_path / name).ok("demo", "story") for name in ("one", "two"))
    assert one.replace(str(tmp_path / "one"), "") == two.replace(str(tmp_path / "two"), "")


def test_nothing_of_the_reader_changes_it(tmp_path: Path) -> None:
    plain = Terminal(tmp_path).ok("demo", "plain")
    config = tmp_path / ".config" / "memora" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[user]\nname = "Eve"\n[init]\nbranch = "trunk"\n', encoding="utf-8")
    own = Terminal(tmp_path / "plain")
    own.ok("session", "start", "--id", "mine")
    before = own.json("op", "log"), own.json("session", "show", "mine")
    environment = {
        "MEMORA_DIR": str(tmp_path / "plain" / ".memora"),
        "MEMORA_WORKSPACE": "elsewhere",
        "MEMORA_SESSION": "mine",
        "MEMORA_AUTHOR": "eve",
        "XDG_CONFIG_HOME": str(config.parents[1]),
    }
    (tmp_path / "there").mkdir()
    told = Terminal(tmp_path, environment).ok("demo", "there")
    assert told.replace(str(tmp_path / "there"), str(tmp_path / "plain")) == plain
    assert (own.json("op", "log"), own.json("session", "show", "mine")) == before
    assert Terminal(tmp_path / "there").run("session", "list").code == 1


def test_without_a_folder_a_temporary_one_is_made_and_stays(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    terminal = Terminal(tmp_path, {"TMPDIR": str(tmp_path / "temporary")})
    (first,) = terminal.ok("demo", "--quiet").splitlines()
    assert Path(first).parent == tmp_path / "temporary"
    assert names(Path(first)) == [".memora", "AGENTS.md", "auth.py"]
    assert f"It all stays in {tmp_path / 'temporary'}" in terminal.ok("demo")
    assert len(names(tmp_path / "temporary")) == 2


def test_json_tells_the_same(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    coloured = Terminal(tmp_path / "one", {"FORCE_COLOR": "1"})
    (record,) = coloured.json("demo", "story")
    assert record["path"] == str(tmp_path / "one" / "story")
    assert {step["exit"] for step in record["steps"]} == {0}
    lines = []
    for step in record["steps"]:
        lines += [f"# {step['about']}"] if "about" in step else []
        lines += [f"$ {step['command']}", *step["output"]]
    shown = Terminal(tmp_path / "two").ok("demo", "story").replace(str(tmp_path / "two"), str(tmp_path / "one"))
    told = shown.partition("It all stays in")[0].splitlines()
    assert [line for line in lines if line] == [line for line in told if line]


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_for_terminals(tmp_path: Path, environment: dict[str, str], coloured: bool) -> None:
    assert ("\x1b[" in Terminal(tmp_path, environment, terminal=True).ok("demo", "story")) == coloured
    assert "\x1b[" not in Terminal(tmp_path, environment).ok("demo", "other")


def test_a_file_is_no_folder(terminal: Terminal) -> None:
    (terminal.directory / "file").write_text("precious", encoding="utf-8")
    result = terminal.run("demo", "file")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: DIR {terminal.directory / 'file'} is not a directory\nhint: ")
    assert terminal.run("demo", "file/below/it").code == 7
    assert (terminal.directory / "file").read_text(encoding="utf-8") == "precious"


def test_a_folder_that_is_not_empty_is_not_touched(terminal: Terminal) -> None:
    (terminal.directory / "full").mkdir()
    (terminal.directory / "full" / "auth.py").write_text("mine", encoding="utf-8")
    result = terminal.run("demo", "full")
    assert (result.code, result.out) == (5, "")
    assert "is not empty" in result.err
    assert "outside of other projects" in result.err
    assert names(terminal.directory / "full") == ["auth.py"]
    assert (terminal.directory / "full" / "auth.py").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("folder", ["below", "a/b/c", ".memora/demo"])
def test_the_project_of_another_store_is_no_place_for_it(terminal: Terminal, folder: str) -> None:
    terminal.ok("init")
    before = names(terminal.directory), names(terminal.directory / ".memora")
    result = terminal.run("demo", folder)
    assert (result.code, result.out) == (5, "")
    assert f"is inside the project {terminal.directory}, whose agents would read" in result.err
    assert (names(terminal.directory), names(terminal.directory / ".memora")) == before
    ceiling = Terminal(terminal.directory, {"MEMORA_CEILING_DIRECTORIES": str(terminal.directory)})
    ceiling.ok("demo", "below")


def test_a_link_into_a_project_is_seen_through(tmp_path: Path) -> None:
    Terminal(tmp_path).ok("init", "project")
    (tmp_path / "project" / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "project" / "empty")
    assert Terminal(tmp_path).run("demo", "link").code == 5


@needs_root
def test_where_nothing_can_be_written_it_says_so() -> None:
    with public_directory() as directory:
        (directory / "empty").mkdir()
        for target in ("new/folder", "empty"):
            ending = in_child(lambda name=target: Terminal(directory).run("demo", name), user=65534)
            assert "code=7" in ending.said, ending
            assert f"{directory / target} cannot be written: Permission denied" in ending.said
        assert names(directory) == ["empty"]


def limited(size: int, work: Callable[[], object]) -> object:
    """What something gives where no file can be longer than so many bytes."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    return work()


@needs_fork
@pytest.mark.parametrize("size", [0, 10, 1_000, 20_000, 100_000, 160_000])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_full_disk_leaves_nothing_half_made(tmp_path: Path, size: int, is_there: bool) -> None:
    if is_there:
        (tmp_path / "a").mkdir()
    target = "a" if is_there else "a/b"
    ending = in_child(lambda: limited(size, lambda: Terminal(tmp_path).run("demo", target)))
    assert "code=7, out=''" in ending.said, ending
    assert "the disk would not take the change" in ending.said
    assert names(tmp_path) == (["a"] if is_there else [])
    assert not is_there or names(tmp_path / "a") == []


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    class Interrupted(Terminal):
        """Somebody presses Ctrl-C when the demo looks at the clock, as it does between its folder and its story."""

        is_running = False

        @property
        def now(self) -> int:
            if self.is_running:
                raise KeyboardInterrupt
            return 0

        @now.setter
        def now(self, value: int) -> None:
            self.is_running = value > 1

    terminal = Interrupted(tmp_path, now=0)
    assert terminal.run("demo", "story").code == 130
    assert names(tmp_path) == []
