"""memora retract: the tree of what rests on a belief, and where unsupported ones are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import Terminal

from memora.cli.commands.retract import draw_branches


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    for key, *parents in (("auth",), ("hsm",), ("keys", "auth"), ("rotate", "keys", "auth"), ("place", "hsm", "keys")):
        links = [word for parent in parents for word in ("--link", f"derived_from:{parent}")]
        terminal.ok("add", f"about {key}", "--key", key, "--source", "model_inference", *links)
    seen = ("--source", "code_read", "--evidence", "go.mod:L3")
    terminal.ok("add", "about lib", "--key", "lib", "--link", "derived_from:keys", *seen)
    return terminal


def shorts(terminal: Terminal) -> dict[str, str]:
    return {record["key"]: record["id"][:8] for record in terminal.json("list")}


def test_dry_run_shows_the_tree_and_changes_nothing(terminal: Terminal) -> None:
    before = terminal.ok("op", "log")
    ids = shorts(terminal)
    guess = "(confidence 0.60, model_inference)"
    assert terminal.ok("retract", "auth", "--dry-run").splitlines() == [
        "retraction plan (nothing was changed)",
        f"retract   [semantic] {ids['auth']}  about auth  {guess}",
        f"├─ unsupported [semantic] {ids['rotate']}  about rotate  {guess}",
        f"└─ unsupported [semantic] {ids['keys']}  about keys  {guess}",
        f"   ├─ unsupported [semantic] {ids['rotate']}  about rotate  {guess}  (shown above)",
        f"   ├─ supported [semantic] {ids['lib']}  about lib  (confidence 1.00, code_read)"
        "  by ada (code_read), go.mod:L3",
        f"   └─ supported [semantic] {ids['place']}  about place  {guess}  by {ids['hsm']}",
    ]
    assert terminal.ok("op", "log") == before


def test_what_is_left_without_support_is_shown_everywhere(terminal: Terminal) -> None:
    result = terminal.run("retract", "auth", "--reason", "it was HS256 all along", "--author", "bob")
    assert result.code == 0
    assert result.out.startswith("retracted [semantic] ")
    assert "2 unsupported: `memora list --unsupported` shows them" in result.err
    assert "  retracted\n" in terminal.ok("list", "--key", "auth")
    assert terminal.ok("status").endswith("6 memories, 2 unsupported\n")
    assert terminal.json("status")[0]["unsupported"] == 2
    assert {record["key"] for record in terminal.json("list", "--unsupported")} == {"keys", "rotate"}
    assert {record["key"] for record in terminal.json("list", "--unsupported", "--key", "ro")} == {"rotate"}
    checked = terminal.run("check")
    assert (checked.code, checked.out.count("unsupported")) == (1, 2)
    page = terminal.ok("show", "auth")
    assert "deprecated, retracted" in page
    assert "contradicted: manual by bob, " in page
    assert page.count("it was HS256 all along") == 1


def test_cascade_and_undo(terminal: Terminal) -> None:
    out = terminal.ok("retract", "auth", "--cascade", "--reason", "no")
    assert out.count("deprecated [") == 2 + out.count("shown above")
    assert terminal.run("list", "--unsupported").code == 1
    assert len(terminal.json("list", "--status", "deprecated")) == 3
    assert "undid: retract [semantic] about auth, and 2 derived from it" in terminal.ok("undo")
    assert terminal.run("list", "--status", "deprecated").code == 1


def test_the_record(terminal: Terminal) -> None:
    [planned] = terminal.json("retract", "auth", "--cascade", "--dry-run")
    [done] = terminal.json("retract", "auth", "--cascade", "--reason", "no")
    assert (planned["outcome"], planned["dry_run"], done["outcome"], done["dry_run"]) == (
        "unchanged",
        True,
        "changed",
        False,
    )
    assert planned["dependants"] == done["dependants"]
    assert {record["key"] for record in done["nodes"]} == {"auth", "keys", "rotate"}
    assert done["nodes"][0]["observations"][1] == {
        "source": "manual",
        "author": "ada",
        "at": terminal.now,
        "evidence": [],
        "note": "no",
        "stance": "contradicts",
    }
    ids = {record["key"]: record["id"] for record in terminal.json("list")}
    found = {item["node"]: item for item in done["dependants"]}
    assert {node: item["standing"] for node, item in found.items()} == {
        ids["keys"]: "deprecated",
        ids["rotate"]: "deprecated",
        ids["place"]: "supported",
        ids["lib"]: "supported",
    }
    assert found[ids["place"]]["parent"] == ids["hsm"]
    assert found[ids["lib"]]["observation"]["evidence"] == ["go.mod:L3"]


def test_a_retraction_in_a_diff(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "base")
    terminal.ok("retract", "hsm", "--reason", "sold")
    assert "contradicted by ada (manual), 2027-01-15 08:00:09 UTC, sold: about hsm" in terminal.ok(
        "diff", "--working", "--semantic"
    )
    assert "+ observations: contradicted by ada (manual), 2027-01-15 08:00:09 UTC, sold" in terminal.ok(
        "diff", "--working"
    )


def test_twice_is_once(terminal: Terminal) -> None:
    terminal.ok("retract", "hsm")
    result = terminal.run("retract", "hsm")
    assert (result.code, result.err) == (1, "nothing changed\n")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nowhere",), 4, "no node 'nowhere'"),
        (("nowhere", "--dry-run"), 4, "no node 'nowhere'"),
        (("auth", "--reason", ""), 2, "reason is empty"),
        ((), 2, "NODE"),
    ],
)
def test_bad_input(terminal: Terminal, words: tuple[str, ...], code: int, message: str) -> None:
    before = terminal.ok("op", "log")
    result = terminal.run("retract", *words)
    assert (result.code, message in result.err) == (code, True)
    assert terminal.ok("op", "log") == before


@pytest.mark.parametrize(
    ("depths", "drawn"),
    [
        ([], []),
        ([1], ["└─ "]),
        ([1, 1], ["├─ ", "└─ "]),
        ([1, 2, 2, 1], ["├─ ", "│  ├─ ", "│  └─ ", "└─ "]),
        ([1, 2, 3, 1, 2], ["├─ ", "│  └─ ", "│     └─ ", "└─ ", "   └─ "]),
        ([1, 2, 3, 2], ["└─ ", "   ├─ ", "   │  └─ ", "   └─ "]),
    ],
)
def test_branches(depths: list[int], drawn: list[str]) -> None:
    assert draw_branches(depths) == drawn
