"""``memora add``: what it prints, what it refuses and how it says so."""

import io
import json
from pathlib import Path
from typing import Any

import commandline
import pytest
from commandline import Keyboard, Terminal

RS256 = "[semantic] 97664e26  Auth uses JWT RS256  (confidence 1.00, code_read)\n"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    return terminal


def problem(terminal: Terminal, *arguments: str, stdin: str | bytes = "", code: int = 2) -> str:
    """The error of a command line that must fail so and change nothing."""
    before = terminal.run("list", "--json").out
    result = terminal.run(*arguments, stdin=stdin)
    assert (result.code, result.out) == (code, ""), result
    first, hint = result.err.splitlines()
    assert hint.startswith("hint: ")
    assert terminal.run("list", "--json").out == before
    return first.removeprefix("error: ")


def test_a_memory_is_one_line(terminal: Terminal) -> None:
    result = terminal.run("add", "Auth uses JWT RS256", "--source", "code_read")
    assert (result.code, result.out, result.err) == (0, RS256, "")


@pytest.mark.parametrize(
    "arguments", [("--content", "Auth uses JWT RS256"), ("-c", "Auth uses JWT RS256"), ("-",), ("-c", "-")]
)
def test_the_words_come_from_the_command_line_or_standard_input(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    stdin = "Auth uses JWT RS256\r\n" if "-" in arguments else ""
    assert terminal.ok("add", *arguments, "--source", "code-read", stdin=stdin) == RS256


def test_every_option_arrives(terminal: Terminal) -> None:
    target = terminal.json("add", "target", "-k", "t")[0]["nodes"][0]["id"]
    [record] = terminal.json(
        *("add", "JWT", "-t", "project", "-k", "auth.jwt", "--source", "test_result", "--confidence", "0.25"),
        *("--evidence", "b", "--evidence", "a", "--tag", "y", "--tag", "x", "--applies-to", "src/**"),
        *("--ttl", "1h", "--link", "supports:t", "--author", "bob"),
    )
    assert (record["schema"], record["outcome"]) == ("memora.change-set/v1", "added")
    [node] = record["nodes"]
    assert node["schema"] == "memora.node/v1"
    assert {name: node[name] for name in ("type", "content", "key", "confidence", "status", "tags")} == {
        "type": "project",
        "content": "JWT",
        "key": "auth.jwt",
        "confidence": 0.25,
        "status": "ephemeral",
        "tags": ["x", "y"],
    }
    assert node["observations"] == [
        {"source": "test_result", "author": "bob", "at": terminal.now, "evidence": ["a", "b"]}
    ]
    assert node["links"] == [{"rel": "supports", "to": target}]
    assert node["applies_to"] == ["src/**"]
    assert node["expires_at"] == terminal.now + 3_600_000_000


def test_support_is_said_beside_the_data(terminal: Terminal) -> None:
    terminal.ok("add", "JWT", "--confidence", "0.5")
    known = terminal.run("add", "JWT")
    assert known.err == "known already from the same observer; nothing was counted twice\n"
    seen = terminal.run("add", "JWT", "--confidence", "0.5", "--author", "bob")
    assert seen.err == "corroborated: now 2 observations, confidence 0.75; promoted to stable\n"
    assert seen.out.endswith("  JWT  (confidence 0.75, manual)\n")
    assert terminal.run("add", "JWT", "--quiet").err == ""
    assert terminal.json("add", "JWT")[0]["outcome"] == "known"


def test_a_type_that_was_said_and_stays_is_named(terminal: Terminal) -> None:
    node = terminal.json("add", "JWT", "-k", "auth")[0]["nodes"][0]["id"]
    assert "stayed" not in terminal.run("add", "JWT", "-k", "auth", "-t", "semantic").err
    said = f"its type stayed; `memora edit {node[:8]}` changes that\n"
    assert terminal.run("add", "JWT", "-k", "auth", "-t", "project").err.endswith(said)
    assert terminal.run("add", "JWT", "-k", "auth", "-t", "project", "--author", "bob").err.endswith(said)
    assert "stayed" not in terminal.run("add", "PASETO", "-k", "auth", "-t", "project", "--replace").err


def test_a_key_that_is_taken_names_what_it_says(terminal: Terminal) -> None:
    node = terminal.json("add", "SQLite", "-k", "db.engine")[0]["nodes"][0]["id"]
    said = problem(terminal, "add", "PostgreSQL", "-k", "db.engine", code=5)
    assert said == f"key 'db.engine' already belongs to node {node[:8]}, which says: SQLite"
    assert terminal.json("add", "PostgreSQL", "-k", "db.engine", "--replace")[0]["outcome"] == "changed"


def test_a_text_without_quotes(terminal: Terminal) -> None:
    result = terminal.run("add", "Auth", "uses", "JWT")
    assert (result.code, result.err) == (
        2,
        "error: too many words: uses JWT\nhint: put what is to be remembered in quotes\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "content is empty"),
        ((" \n ",), "content is empty"),
        (("x" * 65_537,), "content is longer than 64 KiB"),
        (("a\x1b[31mb",), "content holds the control character U+001B at position 2"),
        (("a\x00b",), "content holds the control character U+0000 at position 2"),
        (("a\u200bb",), "content holds the invisible character U+200B at position 2"),
        (("a\udcffb",), "content is not valid UTF-8"),
        (("x", "-t", "fact"), "type 'fact' is none of episodic, semantic, "),
        (("x", "-t", "\udcff"), "type '\\udcff' is none of "),
        (("x", "--source", "hearsay"), "source 'hearsay' is none of code_read, "),
        (("x", "--confidence", "1.5"), "confidence 1.5 is not a number from 0 to 1"),
        (("x", "--confidence", "-1"), "confidence -1.0 is not a number from 0 to 1"),
        (("x", "--confidence", "nan"), "confidence nan is not a number from 0 to 1"),
        (("x", "--confidence", "high"), "confidence 'high' is not a number from 0 to 1"),
        (("x", "-k", "no key"), "key 'no key' is not dotted words"),
        (("x", "-k", "\udcff"), "key '\\udcff' is not dotted words"),
        (("x", "--tag", "a b"), "tag 'a b' holds a space or comma"),
        (("x", "--evidence", "a\nb"), "evidence holds a line end or tab"),
        (("x", "--applies-to", "/etc"), "applies_to '/etc' leaves the project"),
        (("x", "--ttl", "soon"), "ttl 'soon' is not a lifetime"),
        (("x", "--ttl", "999999999w"), "ttl '999999999w' "),
        (("x", "--link", "supports"), "link 'supports' is not REL:NODE"),
        (("x", "--link", "likes:abcd"), "relation 'likes' is none of "),
        (("x", "--author", "\udcff"), "author is not valid UTF-8"),
        ((), "give what to remember once"),
        (("x", "-c", "y"), "give what to remember once"),
        (("x", "--batch", "-"), "--batch takes its memories from a file"),
        (("--batch", "-", "-t", "project"), "--batch takes its memories from a file"),
        (("--colour", "x"), "no option --colour"),
    ],
)
def test_bad_input_is_named(terminal: Terminal, arguments: tuple[str, ...], said: str) -> None:
    assert problem(terminal, "add", *arguments).startswith(said)


def test_standard_input_that_is_not_utf8_is_refused(terminal: Terminal) -> None:
    assert problem(terminal, "add", "-", stdin=b"ab\xffc") == "content is not valid UTF-8 at byte 3"
    assert problem(terminal, "add", "--batch", "-", stdin=b"\xff") == "the batch is not valid UTF-8 at byte 1"


class Endless(io.RawIOBase):
    """A stream of one letter without an end; a reader that wants all of it is stopped."""

    def __init__(self, most: int) -> None:
        self.left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.left -= len(buffer)
        assert self.left > 0, "somebody reads on and on"
        buffer[:] = b"x" * len(buffer)
        return len(buffer)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "-"), "content is longer than 64 KiB"),
        (("edit", "k", "--content", "-"), "content is longer than 64 KiB"),
        (("add", "--batch", "-"), "line 1 is longer than 16 MiB"),
        (("session", "record", "--type", "note", "-"), "data is longer than 64 KiB"),
    ],
)
def test_standard_input_without_an_end_is_not_read_for_ever(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    class Pipe(Keyboard):
        def __init__(self, raw: bytes, *, terminal: bool) -> None:
            io.TextIOWrapper.__init__(self, io.BufferedReader(Endless(64 * 1024**2)))
            self.terminal = terminal

    terminal.ok("add", "One", "-k", "k")
    terminal.ok("session", "start")
    monkeypatch.setattr(commandline, "Keyboard", Pipe)
    assert problem(terminal, *arguments) == said


def test_who_interrupts_is_told_so(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(Keyboard):
        @property
        def buffer(self) -> Any:
            raise KeyboardInterrupt

    monkeypatch.setattr(commandline, "Keyboard", Interrupted)
    assert terminal.run("add", "-") == (130, "", "interrupted\n")
    terminal.terminal = True
    assert terminal.run("add", "-") == (130, "", "\ninterrupted\n")


@pytest.mark.parametrize("name", ["nowhere", "abcd", "\udcff", "abc", ""])
def test_a_link_to_nowhere(terminal: Terminal, name: str) -> None:
    expected = 2 if not name else 4
    assert problem(terminal, "add", "x", "--link", f"supports:{name}", code=expected)


def test_errors_are_records_too(terminal: Terminal) -> None:
    result = terminal.run("add", "", "--json")
    record = json.loads(result.err)
    assert (result.code, result.out) == (2, "")
    assert (record["schema"], record["code"], record["exit"]) == ("memora.error/v1", "bad_input", 2)
    assert record["message"] == "content is empty"


def test_outside_a_store(tmp_path: Path) -> None:
    result = Terminal(tmp_path).run("add", "x")
    assert result.code == 3
    assert list(tmp_path.iterdir()) == []


def test_a_batch_is_counted(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "batch.jsonl").write_text('{"content": "one"}\n\n{"content": "one", "author": "bob"}\n')
    assert terminal.ok("add", "--batch", "batch.jsonl") == "1 added, 1 corroborated, 0 known already\n"
    [record] = terminal.json("add", "--batch", "-", stdin='{"content": "one"}\n{"content": "two", "key": "k"}')
    assert record == {"schema": "memora.change-set/v1", "added": 1, "corroborated": 0, "known": 1, "changed": 0}
    replaced = terminal.ok("add", "--batch", "-", "--replace", stdin='{"content": "three", "key": "k"}')
    assert replaced == "0 added, 0 corroborated, 0 known already, 1 changed\n"


def test_an_empty_batch_is_done(terminal: Terminal) -> None:
    assert terminal.ok("add", "--batch", "-") == "0 added, 0 corroborated, 0 known already\n"


def test_bad_lines_are_named_and_nothing_is_added(terminal: Terminal) -> None:
    lines = '{"content": "good"}\n{"content": ""}\n{oops\n{"content": "x", "colour": 1}\n'
    result = terminal.run("add", "--batch", "-", stdin=lines)
    assert (result.code, result.out) == (2, "")
    assert "error: 3 lines cannot be read, nothing was added\n" in result.err
    assert "  line 2: content is empty\n" in result.err
    assert "  line 3: it is not JSON: " in result.err
    assert "  line 4: field 'colour' is not known; known are applies_to, " in result.err
    assert terminal.run("list").code == 1
    record = json.loads(terminal.run("add", "--batch", "-", "--json", stdin=lines).err)
    assert [line["line"] for line in record["lines"]] == [2, 3, 4]


def test_of_many_bad_lines_the_first_are_named_whatever_the_options(terminal: Terminal) -> None:
    err = terminal.run("add", "--batch", "-", "--quiet", stdin="{\n" * 25).err.splitlines()
    assert err[0] == "error: 25 lines cannot be read, nothing was added"
    assert [line[: line.index(":")] for line in err[1:21]] == [f"  line {number}" for number in range(1, 21)]
    assert err[21] == "  and 5 more"
    assert err[22].startswith("hint: ")


def test_a_batch_file_that_cannot_be_read(terminal: Terminal, tmp_path: Path) -> None:
    assert problem(terminal, "add", "--batch", "nowhere.jsonl", code=4) == "no file 'nowhere.jsonl'"
    assert problem(terminal, "add", "--batch", ".", code=7) == "cannot read .: Is a directory"


def test_progress_is_for_a_person(tmp_path: Path) -> None:
    lines = "".join(f'{{"content": "memory {number}"}}\n' for number in range(2000))
    for person in (False, True):
        terminal = Terminal(tmp_path / str(person), terminal=person)
        terminal.directory.mkdir()
        terminal.ok("init")
        err = terminal.run("add", "--batch", "-", stdin=lines).err
        assert ("1,000 of 2,000 lines" in err) == person
        assert bool(err) == person
        assert terminal.run("add", "--batch", "-", "--quiet", stdin=lines).err == ""


def test_what_is_printed_cannot_act_on_a_terminal(terminal: Terminal) -> None:
    (terminal.directory / "-c").mkdir()
    out = terminal.ok("add", "tab\there\nsecond line")
    assert out.endswith("  tab\there ↵ second line  (confidence 0.80, manual)\n")


def test_colour_is_for_a_terminal(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, terminal=True)
    terminal.ok("init")
    assert terminal.ok("add", "x").startswith("\x1b[36m[semantic]\x1b[0m \x1b[33m")
    terminal.environment["NO_COLOR"] = "1"
    assert terminal.ok("add", "y").startswith("[semantic] ")
