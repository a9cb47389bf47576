"""``memora rm``, ``link`` and ``pin``."""

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    for name in ("one", "two"):
        terminal.ok("add", f"memory {name}", "-k", name)
    return terminal


def ids(terminal: Terminal) -> dict[str, str]:
    return {node["key"]: node["id"] for node in terminal.json("list")}


def test_rm_says_what_it_removed(terminal: Terminal) -> None:
    one, two = ids(terminal)["one"], ids(terminal)["two"]
    out = terminal.ok("rm", "one", two[:6])
    assert out == (
        f"removed [semantic] {one[:8]}  memory one  (confidence 0.80, manual)\n"
        f"removed [semantic] {two[:8]}  memory two  (confidence 0.80, manual)\n"
    )
    assert terminal.run("list").code == 1
    terminal.ok("undo")
    assert set(ids(terminal)) == {"one", "two"}


def test_rm_as_a_record(terminal: Terminal) -> None:
    [record] = terminal.json("rm", "one")
    assert (record["schema"], record["outcome"]) == ("memora.change-set/v1", "changed")
    assert [node["content"] for node in record["nodes"]] == ["memory one"]


def test_rm_is_all_or_none(terminal: Terminal) -> None:
    result = terminal.run("rm", "one", "nowhere")
    assert (result.code, result.out) == (4, "")
    assert result.err.startswith("error: no node 'nowhere'\nhint: ")
    assert set(ids(terminal)) == {"one", "two"}


@pytest.mark.parametrize("command", ["rm", "pin"])
def test_a_node_must_be_named(terminal: Terminal, command: str) -> None:
    result = terminal.run(command)
    assert result.code == 2
    assert "missing argument" in result.err


def test_link_shows_the_links_there_are(terminal: Terminal) -> None:
    one, two = ids(terminal)["one"], ids(terminal)["two"]
    out = terminal.ok("link", "one", "depends-on", "two")
    assert out == f"[semantic] {one[:8]}  memory one  (confidence 0.80, manual)\n  depends_on {two[:8]}\n"
    assert terminal.run("link", "one", "depends_on", two) == (1, "", "nothing changed\n")
    out = terminal.ok("link", "one", "depends_on", "two", "--remove")
    assert out == f"[semantic] {one[:8]}  memory one  (confidence 0.80, manual)\n"
    [record] = terminal.json("link", "one", "supports", "two")
    assert record["nodes"][0]["links"] == [{"rel": "supports", "to": two}]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("one", "supports", "one"), 2, "link leads from a memory to itself"),
        (
            ("one", "likes", "two"),
            2,
            "relation 'likes' is none of derived_from, supports, contradicts, supersedes, depends_on, relates_to,",
        ),
        (("one", "supports", "nowhere"), 4, "no node 'nowhere'"),
        (("nowhere", "supports", "one"), 4, "no node 'nowhere'"),
        (("one", "supports"), 2, "missing argument"),
    ],
)
def test_links_that_are_refused(terminal: Terminal, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = terminal.run("link", *arguments)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith(f"error: {said}")
    assert "\nhint: " in result.err


def test_pin_marks_a_memory(terminal: Terminal) -> None:
    one = ids(terminal)["one"]
    assert terminal.ok("pin", "one") == f"[semantic] {one[:8]}  memory one  (confidence 0.80, manual)  pinned\n"
    assert terminal.run("pin", "one") == (1, "", "nothing changed\n")
    assert terminal.ok("pin", "one", "--remove") == f"[semantic] {one[:8]}  memory one  (confidence 0.80, manual)\n"
    assert terminal.json("pin", "one", "two")[0]["nodes"][0]["pinned"] is True
    assert terminal.run("pin", "one", "nowhere").code == 4
