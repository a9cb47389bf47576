"""``memora edit`` by options; through an editor, see ``test_editor``."""

from pathlib import Path
from typing import Any

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "SQLite", "-k", "db.engine", "--tag", "old", "--applies-to", "src/**")
    return terminal


def edited(terminal: Terminal, *arguments: str, stdin: str = "") -> dict[str, Any]:
    [record] = terminal.json("edit", "db.engine", *arguments, stdin=stdin)
    assert (record["schema"], record["outcome"]) == ("memora.change-set/v1", "changed")
    [node] = record["nodes"]
    assert [found["version"] for found in terminal.json("list")] == [node["version"]]
    return dict(node)


def test_the_node_is_shown_as_it_is_now(terminal: Terminal) -> None:
    node = terminal.json("list")[0]["id"][:8]
    out = terminal.ok("edit", node, "-c", "PostgreSQL", "--source", "code_read")
    assert out == f"[semantic] {node}  PostgreSQL  (confidence 1.00, code_read)\n"


def test_every_option_arrives(terminal: Terminal) -> None:
    node = edited(
        terminal,
        *("--content", "PostgreSQL", "--type", "project", "--key", "db.main", "--source", "cursor"),
        *("--evidence", "a", "--evidence", "b", "--confidence", "0.5", "--status", "deprecated"),
        *("--add-tag", "x", "--add-tag", "y", "--remove-tag", "old"),
        *("--applies-to", "db/**", "--remove-applies-to", "src/**", "--ttl", "1h"),
        *("--valid-from", "2026-01-01", "--valid-to", "2028-01-01", "--author", "bob"),
    )
    assert (node["content"], node["type"], node["key"]) == ("PostgreSQL", "project", "db.main")
    assert (node["confidence"], node["status"]) == (0.5, "deprecated")
    assert (node["tags"], node["applies_to"]) == (["x", "y"], ["db/**"])
    at = node["updated_at"]
    assert node["observations"] == [{"source": "cursor", "author": "bob", "at": at, "evidence": ["a", "b"]}]
    assert node["expires_at"] == at + 3_600_000_000
    assert node["valid_from"] < terminal.now < node["valid_to"]


def test_content_from_standard_input(terminal: Terminal) -> None:
    assert edited(terminal, "-c", "-", stdin="PostgreSQL\n")["content"] == "PostgreSQL"


def test_what_is_taken_away(terminal: Terminal) -> None:
    assert "expires_at" in edited(terminal, "--expires-at", "2030-01-01")
    assert "expires_at" not in edited(terminal, "--no-expiry")
    assert "key" not in edited(terminal, "--no-key")


def test_nothing_changed(terminal: Terminal) -> None:
    result = terminal.run("edit", "db.engine", "--add-tag", "old")
    assert (result.code, result.out, result.err) == (1, "", "nothing changed\n")
    result = terminal.run("edit", "db.engine", "--add-tag", "old", "--json")
    assert result.code == 1
    assert '"outcome":"unchanged"' in result.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("db.engine", "-c", ""), 2, "content is empty"),
        (("db.engine", "-c", "x" * 65_537), 2, "content is longer than 64 KiB"),
        (("db.engine", "-c", "a\udcff"), 2, "content is not valid UTF-8"),
        (("db.engine", "-c", "a\x07"), 2, "content holds the control character U+0007 at position 2"),
        (("db.engine", "-t", "fact"), 2, "type 'fact' is none of "),
        (("db.engine", "--status", "sure"), 2, "status 'sure' is none of "),
        (("db.engine", "--status", "conflicted"), 2, "status conflicted is what a merge finds"),
        (("db.engine", "--source", "hearsay"), 2, "source 'hearsay' is none of "),
        (("db.engine", "--confidence", "NaN"), 2, "confidence nan is not a number"),
        (("db.engine", "--add-tag", "a b"), 2, "tag 'a b' holds a space"),
        (("db.engine", "--key", "x", "--no-key"), 2, "--key and --no-key exclude each other"),
        (("db.engine", "--ttl", "1h", "--no-expiry"), 2, "--no-expiry excludes --ttl"),
        (("db.engine", "--ttl", "1h", "--expires-at", "2030-01-01"), 2, "ttl and expires_at exclude each other"),
        (("db.engine",), 2, "an editor needs a terminal to type at"),
        (("db.engine", "--author", "bob"), 2, "an editor needs a terminal to type at"),
        ((), 2, "missing argument 'NODE'"),
        (("nowhere", "-c", "x"), 4, "no node 'nowhere'"),
        (("nowhere",), 4, "no node 'nowhere'"),
        (("\udcff", "-c", "x"), 4, "no node '\\udcff'"),
    ],
)
def test_bad_input_is_named(terminal: Terminal, arguments: tuple[str, ...], code: int, said: str) -> None:
    before = terminal.json("list")
    result = terminal.run("edit", *arguments)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith(f"error: {said}")
    assert "\nhint: " in result.err
    assert terminal.json("list") == before


def test_a_key_that_is_taken(terminal: Terminal) -> None:
    terminal.ok("add", "JWT", "-k", "auth.kind")
    result = terminal.run("edit", "db.engine", "--key", "auth.kind")
    assert result.code == 5
    assert "which says: JWT" in result.err
