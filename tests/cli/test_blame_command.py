"""``blame`` as typed."""

from pathlib import Path

import pytest
from commandline import NOON, SECOND, Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Commit One by ada, Two by bob with other words, and a tag that is not committed."""
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "Auth uses JWT", "-k", "auth.jwt", "--link", "relates_to:" + make(terminal))
    terminal.ok("commit", "-m", "One")
    terminal.ok("edit", "auth.jwt", "-c", "Auth uses\nPASETO", "--source", "code_read", "--evidence", "src/auth.py:L1")
    terminal.ok("commit", "-m", "Two", "--author", "bob")
    terminal.ok("edit", "auth.jwt", "--add-tag", "new")
    return terminal


def make(terminal: Terminal) -> str:
    """A memory to link to."""
    [record] = terminal.json("add", "Something else")
    node: str = record["nodes"][0]["id"]
    return node


def commits(terminal: Terminal) -> dict[str, str]:
    return {record["message"]: record["commit"] for record in terminal.json("log", "--all")}


def test_every_field_with_its_commit(terminal: Terminal) -> None:
    one, two = (commits(terminal)[name][:8] for name in ("One", "Two"))
    first, *lines = terminal.ok("blame", "auth.jwt").splitlines()
    assert first.startswith("[semantic]")
    other = make(terminal)
    assert lines == [
        f"{two}  bob  2027-01-15 08:00:06 UTC  content: Auth uses ↵ PASETO",
        f"{one}  ada  2027-01-15 08:00:04 UTC  type: semantic",
        f"{one}  ada  2027-01-15 08:00:04 UTC  key: auth.jwt",
        f"{two}  bob  2027-01-15 08:00:06 UTC  confidence: 1",
        f"{one}  ada  2027-01-15 08:00:04 UTC  status: ephemeral",
        "--------  not committed yet             tag: new",
        f"{one}  ada  2027-01-15 08:00:04 UTC  link: relates_to {other[:8]}",
        f"{two}  bob  2027-01-15 08:00:06 UTC  observation: ada (code_read), 2027-01-15 08:00:05 UTC, src/auth.py:L1",
    ]


def test_a_record_for_every_value(terminal: Terminal) -> None:
    records = terminal.json("blame", "auth.jwt")
    node = terminal.json("show", "auth.jwt")[0]["id"]
    assert {(record["schema"], record["node"]) for record in records} == {("memora.blame/v1", node)}
    by_field = {record["field"]: record for record in records}
    assert by_field["content"] == {
        "schema": "memora.blame/v1",
        "node": node,
        "field": "content",
        "value": "Auth uses\nPASETO",
        "commit": commits(terminal)["Two"],
        "author": "bob",
        "session": None,
        "at": NOON + 6 * SECOND,
    }
    new = by_field["tags"]
    assert (new["value"], new["commit"], new["author"], new["at"]) == ("new", None, None, None)
    assert by_field["links"]["value"] == {"rel": "relates_to", "to": make(terminal)}
    assert by_field["observations"]["value"] == {
        "source": "code_read",
        "author": "ada",
        "at": NOON + 5 * SECOND,
        "evidence": ["src/auth.py:L1"],
    }


def test_as_it_was_in_a_revision(terminal: Terminal) -> None:
    one = commits(terminal)["One"]
    records = terminal.json("blame", "auth.jwt", "--at", "HEAD~1")
    assert {record["commit"] for record in records} == {one}
    assert [record["value"] for record in records if record["field"] == "content"] == ["Auth uses JWT"]


def test_through_a_merge_and_a_dispute(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "Three")
    terminal.ok("switch", "-c", "side", "HEAD~2")
    terminal.ok("edit", "auth.jwt", "-c", "Auth uses OAuth", "--source", "code_read", "--add-tag", "side")
    terminal.ok("commit", "-m", "Side", "--author", "eve")
    terminal.ok("switch", "main")
    terminal.ok("merge", "side", "--author", "mia")
    by_value = {
        (record["field"], str(record["value"])): record["author"] for record in terminal.json("blame", "auth.jwt")
    }
    assert (by_value["tags", "new"], by_value["tags", "side"], by_value["status", "conflicted"]) == (
        "ada",
        "eve",
        "mia",
    )
    assert "conflict: between " in terminal.ok("blame", "auth.jwt")
    [conflict] = [record for record in terminal.json("blame", "auth.jwt") if record["field"] == "conflict"]
    assert len(conflict["value"]["sides"]) == 2


def test_a_merge_that_waits_is_no_commit_yet(terminal: Terminal) -> None:
    terminal.ok("commit", "-m", "Three")
    terminal.ok("switch", "-c", "side", "HEAD~2")
    terminal.ok("edit", "auth.jwt", "--add-tag", "side")
    terminal.ok("commit", "-m", "Side", "--author", "eve")
    terminal.ok("switch", "main")
    terminal.ok("merge", "side", "--no-commit")
    tags = {
        record["value"]: record["author"] for record in terminal.json("blame", "auth.jwt") if record["field"] == "tags"
    }
    assert tags == {"new": "ada", "side": "eve"}


def test_before_the_first_commit(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "Auth uses JWT", "-k", "auth", "--ttl", "7d")
    terminal.ok("pin", "auth")
    records = terminal.json("blame", "auth")
    assert {record["commit"] for record in records} == {None}
    assert {"pinned", "expires_at"} <= {record["field"] for record in records}
    assert "  expires at: 2027-01-22 08:00:02 UTC\n" in terminal.ok("blame", "auth")
    assert "  pinned: yes\n" in terminal.ok("blame", "auth")


@pytest.mark.parametrize(
    "arguments", [("nowhere",), ("auth.jwt", "--at", "nowhere"), ("nowhere", "--at", "HEAD"), ("ffffffff",)]
)
def test_what_is_not_there(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    result = terminal.run("blame", *arguments)
    assert (result.code, result.out) == (4, "")
