"""``why`` as typed."""

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Tokens are verified offline, which is derived from keys and auth, and auth from ssl; ci supports it."""
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "Keys are in the vault", "-k", "keys", "--confidence", "0.6", "--evidence", "guide/keys.md:L3")
    terminal.ok("add", "OpenSSL is 3.0", "-k", "ssl")
    terminal.ok("add", "Auth uses RS256", "-k", "auth", "--source", "code_read", "--link", "depends_on:ssl")
    links = ("--link", "derived_from:keys", "--link", "derived_from:auth")
    terminal.ok("add", "Tokens are verified offline", "-k", "offline", *links)
    terminal.ok("add", "CI verifies offline", "-k", "ci", "--source", "test_result", "--link", "supports:offline")
    terminal.ok("commit", "-m", "One")
    return terminal


def trust(terminal: Terminal, *arguments: str) -> float:
    value: float = terminal.json("why", "offline", *arguments)[0]["trust"]
    return value


def ids(terminal: Terminal) -> dict[str, str]:
    return {record["key"]: record["id"] for record in terminal.json("list")}


def test_the_tree_with_evidence_and_trust(terminal: Terminal) -> None:
    short = {key: node[:8] for key, node in ids(terminal).items()}
    assert (
        terminal.ok("why", "offline")
        == f"""\
[semantic] {short["offline"]}  Tokens are verified offline  (confidence 0.80, manual)
│ trust 0.60, that of {short["keys"]}
│ manual by ada, 4 seconds ago
├─ derived from  [semantic] {short["keys"]}  Keys are in the vault  (confidence 0.60, manual)
│    trust 0.60
│    manual by ada, 7 seconds ago, guide/keys.md:L3
├─ derived from  [semantic] {short["auth"]}  Auth uses RS256  (confidence 1.00, code_read)
│  │ trust 0.80, that of {short["ssl"]}
│  │ code_read by ada, 5 seconds ago
│  └─ depends on  [semantic] {short["ssl"]}  OpenSSL is 3.0  (confidence 0.80, manual)
│       trust 0.80
│       manual by ada, 6 seconds ago
└─ supported by  [semantic] {short["ci"]}  CI verifies offline  (confidence 0.90, test_result)
     trust 0.90
     test_result by ada, 3 seconds ago
"""
    )


def test_the_record_is_nested(terminal: Terminal) -> None:
    known = ids(terminal)
    [record] = terminal.json("why", "offline")
    assert (record["schema"], record["node"], record["trust"]) == ("memora.why/v1", known["offline"], 0.6)
    assert (record["weakest"], record["relation"], record["standing"]) == (known["keys"], None, "sound")
    keys, auth, ci = record["support"]
    assert keys["schema"] == "memora.why/v1"
    assert (keys["relation"], keys["content"], keys["evidence"]) == (
        "derived_from",
        "Keys are in the vault",
        ["guide/keys.md:L3"],
    )
    assert [below["node"] for below in auth["support"]] == [known["ssl"]]
    assert (ci["relation"], ci["trust"], ci["observations"][0]["source"]) == ("supports", 0.9, "test_result")


def test_what_is_gone_leaves_no_trust(terminal: Terminal) -> None:
    keys = ids(terminal)["keys"]
    terminal.ok("rm", "keys")
    out = terminal.ok("why", "offline")
    assert f"derived from  {keys[:8]}  (missing)\n" in out
    assert "trust 0.00, for it is missing\n" in out
    [record] = terminal.json("why", "offline")
    gone = record["support"][0]
    assert (gone["node"], gone["standing"], gone["content"], gone["trust"]) == (keys, "missing", None, 0.0)
    assert (trust(terminal), trust(terminal, "--at", "HEAD")) == (0.0, 0.6)


def test_what_is_out_of_service_or_in_dispute_is_said_to_be(terminal: Terminal) -> None:
    terminal.ok("edit", "ssl", "--status", "deprecated")
    assert "trust 0.00, for it is deprecated\n" in terminal.ok("why", "offline")
    terminal.ok("undo")
    terminal.ok("edit", "keys", "-c", "Keys are in a file", "--confidence", "0.3")
    terminal.ok("commit", "-m", "Two")
    terminal.ok("edit", "keys", "-c", "Keys are in the cloud", "--confidence", "0.9")
    terminal.ok("commit", "-m", "Three")
    terminal.ok("revert", "HEAD~1")
    assert trust(terminal) == 0.6
    assert "trust 0.60, that of its weakest side\n" in terminal.ok("why", "keys")


def test_a_supporter_that_supports_no_longer_is_left_out(terminal: Terminal) -> None:
    terminal.ok("link", "ci", "supports", "offline", "--remove")
    assert "supported by" not in terminal.ok("why", "offline")
    assert "supported by" in terminal.ok("why", "offline", "--at", "HEAD")


def test_a_cycle_ends(terminal: Terminal) -> None:
    terminal.ok("link", "ssl", "depends_on", "offline")
    out = terminal.ok("why", "offline")
    assert "(what it rests on is shown elsewhere, or too deep)" in out
    assert trust(terminal) == 0.6


@pytest.mark.parametrize("arguments", [("nowhere",), ("offline", "--at", "nowhere"), ("nowhere", "--at", "HEAD")])
def test_what_is_not_there(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    result = terminal.run("why", *arguments)
    assert (result.code, result.out) == (4, "")
