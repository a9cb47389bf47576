"""``memora promote``."""

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    for name, confidence in (("sure", "0.95"), ("likely", "0.8"), ("guess", "0.5")):
        terminal.ok("add", name, "-k", name, "--confidence", confidence)
    terminal.ok("add", "Probably uses Redis", "-t", "assumption", "-k", "cache", "--confidence", "0.5")
    return terminal


def stable(terminal: Terminal) -> set[str]:
    result = terminal.run("list", "--status", "stable")
    return {line.split("  ")[1] for line in result.out.splitlines()}


def test_the_promoted_are_printed(terminal: Terminal) -> None:
    node = terminal.json("list", "--key", "cache")[0]["id"][:8]
    out = terminal.ok("promote", "--id", node, "--as", "semantic")
    assert out == f"promoted [semantic] {node}  Probably uses Redis  (confidence 0.50, manual)\n"
    [record] = terminal.json("promote", "--key", "sure")
    assert (record["outcome"], record["nodes"][0]["status"]) == ("changed", "stable")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--all-confirmed",), {"sure", "likely"}),
        (("--all-confirmed", "0.9"), {"sure"}),
        (("--all-confirmed=0.9",), {"sure"}),
        (("--all-confirmed", "--as", "project"), {"sure", "likely"}),
        (("--as", "project", "--all-confirmed"), {"sure", "likely"}),
        (("--all-confirmed", "0.5", "--quiet"), {"sure", "likely", "guess", "Probably uses Redis"}),
        (("--type", "assumption"), {"Probably uses Redis"}),
        (("-k", "guess"), {"guess"}),
        (("--id", "guess"), {"guess"}),
    ],
)
def test_what_is_chosen(terminal: Terminal, arguments: tuple[str, ...], expected: set[str]) -> None:
    terminal.ok("promote", *arguments)
    assert stable(terminal) == expected


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--as", "project"),
        ("--id", "sure", "--key", "sure"),
        ("--type", "semantic", "--all-confirmed"),
        ("--all-confirmed", "0.9", "--key", "sure"),
    ],
)
def test_exactly_one(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    result = terminal.run("promote", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: specify exactly one")
    assert stable(terminal) == set()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--all-confirmed", "nan"), 2, "confidence nan is not a number from 0 to 1"),
        (("--all-confirmed", "1.2"), 2, "confidence 1.2 is not a number from 0 to 1"),
        (("--type", "fact"), 2, "type 'fact' is none of "),
        (("--key", "sure", "--as", "fact"), 2, "type 'fact' is none of "),
        (("--key", "nowhere"), 4, "no key 'nowhere'"),
        (("--id", "nowhere"), 4, "no node 'nowhere'"),
        (("sure",), 2, "too many words"),
    ],
)
def test_bad_input_is_named(terminal: Terminal, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = terminal.run("promote", *arguments)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith(f"error: {said}")


def test_nothing_to_promote(terminal: Terminal) -> None:
    assert terminal.run("promote", "--type", "project") == (1, "", "nothing to promote\n")
    terminal.ok("promote", "--key", "sure")
    assert terminal.run("promote", "--key", "sure") == (1, "", "nothing to promote\n")
    result = terminal.run("promote", "--key", "sure", "--json")
    assert (result.code, '"outcome":"unchanged"' in result.out) == (1, True)


def test_a_dispute_is_refused_by_name_and_left_out_of_many(terminal: Terminal) -> None:
    from memora.operations.naming import read_named
    from memora.repository import Repository

    with Repository.open(str(terminal.directory / ".memora")) as repository:
        [item] = read_named(repository, ["sure"])
        with repository.transaction("test", author="test", now=terminal.now) as transaction:
            version = transaction.write_node(item.node._replace(status="conflicted"))
            transaction.set_nodes({item.node.id: version})
    result = terminal.run("promote", "--key", "sure")
    assert result.code == 5
    assert "is disputed and must be resolved before it is promoted" in result.err
    result = terminal.run("promote", "--all-confirmed")
    assert (result.code, result.err) == (0, "left out: 1 disputed, to be resolved first\n")
    assert stable(terminal) == {"likely"}
