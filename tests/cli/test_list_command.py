"""``memora list``."""

import json
from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "Auth uses JWT", "-k", "auth.kind", "--source", "code_read", "--tag", "auth")
    terminal.ok("add", "Probably uses Redis", "-t", "assumption", "--ttl", "1h")
    terminal.ok("commit", "-m", "First")
    terminal.ok("add", "Deploys on Friday", "-t", "episodic", "--confidence", "0.3")
    return terminal


def texts(terminal: Terminal, *arguments: str) -> list[str]:
    return [line.split("  ")[1] for line in terminal.ok("list", *arguments).splitlines()]


def test_one_line_a_memory_the_last_changed_first(terminal: Terminal) -> None:
    assert texts(terminal) == ["Deploys on Friday", "Probably uses Redis", "Auth uses JWT"]
    first, *_ = terminal.ok("list", "--reverse").splitlines()
    assert first.startswith("[semantic] ")
    assert first.endswith("  Auth uses JWT  (confidence 1.00, code_read)")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("-t", "semantic", "--type", "Episodic"), ["Deploys on Friday", "Auth uses JWT"]),
        (("--status", "ephemeral", "--tag", "AUTH"), ["Auth uses JWT"]),
        (("--source", "code-read"), ["Auth uses JWT"]),
        (("--key", "auth"), ["Auth uses JWT"]),
        (("-k", ""), ["Auth uses JWT"]),
        (("--min-confidence", "0.8"), ["Probably uses Redis", "Auth uses JWT"]),
        (("--text", "USES"), ["Probably uses Redis", "Auth uses JWT"]),
        (("--text", "uses", "-n", "1"), ["Probably uses Redis"]),
        (("--at", "HEAD"), ["Probably uses Redis", "Auth uses JWT"]),
        (("--at", "main", "--sort", "confidence"), ["Auth uses JWT", "Probably uses Redis"]),
        (("--sort", "type"), ["Probably uses Redis", "Deploys on Friday", "Auth uses JWT"]),
        (("--sort", "type", "--reverse", "-n", "2"), ["Auth uses JWT", "Deploys on Friday"]),
        (("-n", "0"), []),
    ],
)
def test_filters_and_orders(terminal: Terminal, arguments: tuple[str, ...], expected: list[str]) -> None:
    assert texts(terminal, *arguments) == expected


def test_what_sets_a_memory_apart_is_marked(terminal: Terminal) -> None:
    terminal.now += 2 * 3_600_000_000
    terminal.ok("pin", "auth.kind")
    terminal.ok("edit", "auth.kind", "--status", "deprecated")
    lines = terminal.ok("list").splitlines()
    assert lines[0].endswith("(confidence 1.00, code_read)  deprecated  pinned")
    assert lines[2].endswith("  Probably uses Redis  (confidence 0.80, manual)  expired")
    assert texts(terminal, "--expired") == ["Probably uses Redis"]
    assert texts(terminal, "--no-expired") == ["Auth uses JWT", "Deploys on Friday"]


def test_records(terminal: Terminal) -> None:
    records = terminal.json("list")
    assert [record["schema"] for record in records] == ["memora.node/v1"] * 3
    assert records[2]["content"] == "Auth uses JWT"
    assert records[2]["version"] == terminal.json("show", "auth.kind")[0]["version"]


def test_nothing_found(terminal: Terminal) -> None:
    assert terminal.run("list", "--tag", "none") == (1, "", "nothing found\n")
    assert terminal.run("list", "--tag", "none", "--json") == (1, "", "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("-t", "fact"), 2, "type 'fact' is none of "),
        (("--status", "sure"), 2, "status 'sure' is none of "),
        (("--source", "hearsay"), 2, "source 'hearsay' is none of "),
        (("--min-confidence", "nan"), 2, "confidence nan is not a number"),
        (("--tag", "a b"), 2, "tag 'a b' holds a space"),
        (("--key", "a b"), 2, "key 'a b' begins no key"),
        (("--key", "\udcff"), 2, "key '\\udcff' begins no key"),
        (("--text", ""), 2, "text is empty"),
        (("--text", "\udcff"), 2, "text is not valid UTF-8"),
        (("--sort", "size"), 2, "sort 'size' is none of updated, created, confidence, type, key, importance"),
        (("-n", "-1"), 2, "invalid value for '-n'"),
        (("--at", "nowhere"), 4, "no revision 'nowhere'"),
    ],
)
def test_bad_input_is_named(terminal: Terminal, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = terminal.run("list", *arguments)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith(f"error: {said}")
    assert "\nhint: " in result.err


def test_lines_are_cut_to_a_terminal_and_only_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    terminal = Terminal(tmp_path, {"NO_COLOR": "1"}, terminal=True)
    terminal.ok("init")
    terminal.ok("add", "long " * 30)
    terminal.ok("pin", terminal.json("list")[0]["id"])
    [line] = terminal.ok("list").splitlines()
    assert len(line) == 100
    assert "…  (confidence 0.80, manual)  pinned" in line
    terminal.terminal = False
    assert ("long " * 30).strip() in terminal.ok("list")


def test_a_damaged_memory_stops_the_list_with_its_name(terminal: Terminal) -> None:
    import apsw

    connection = apsw.Connection(str(terminal.directory / ".memora" / "memora.db"))
    connection.execute(
        "UPDATE objects SET body = CAST(replace(CAST(body AS TEXT), 'JWT', 'TWJ') AS BLOB) WHERE kind = 0"
    )
    connection.close()
    result = terminal.run("list", "--json")
    assert result.code == 6
    assert json.loads(result.err)["code"] == "damaged_object"
    assert terminal.ok("list", "-t", "episodic")
