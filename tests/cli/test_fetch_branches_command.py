"""Branches of a remote that are fetched by name, and those of a clone that has one alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def ada(tmp_path: Path) -> Terminal:
    """Who has pushed main, one and two, and a tag."""
    ada = Terminal(tmp_path / "ada")
    ada.directory.mkdir()
    ada.ok("init")
    ada.ok("remote", "add", "origin", "../shared")
    ada.ok("add", "Auth uses JWT")
    ada.ok("commit", "-m", "First")
    for name in ("one", "two"):
        ada.ok("switch", "-c", name, "main")
        ada.ok("add", f"Agent {name} learnt this")
        ada.ok("commit", "-m", name)
    ada.ok("tag", "v1")
    ada.ok("push", "--all", "--tags")
    return ada


@pytest.fixture
def cid(ada: Terminal, tmp_path: Path) -> Terminal:
    """Who has cloned one alone."""
    cloned = ada.run("clone", "../shared", "../cid", "-b", "one", "--single-branch")
    assert cloned.code == 0
    assert "`memora fetch origin NAME`" in cloned.err
    cid = Terminal(tmp_path / "cid")
    cid.now = ada.now
    return cid


def followed(terminal: Terminal) -> list[str]:
    return sorted(record["name"] for record in terminal.json("branch", "-r"))


def go_on(ada: Terminal, name: str) -> None:
    ada.ok("switch", name)
    ada.ok("add", f"Agent {name} goes on at {ada.now}")
    ada.ok("commit", "-m", "On")
    ada.ok("push")


def test_a_clone_of_a_single_branch_stays_with_it(ada: Terminal, cid: Terminal) -> None:
    assert followed(cid) == ["origin/one"]
    assert cid.ok("tag") == ""
    assert "On branch one" in cid.ok("status")
    for name in ("one", "two"):
        go_on(ada, name)
    assert "origin/one" in cid.ok("fetch")
    go_on(ada, "one")
    assert "goes on" in cid.ok("pull") + cid.ok("list")
    go_on(ada, "one")
    cid.ok("sync")
    assert followed(cid) == ["origin/one"]


def test_others_come_by_name_and_all_when_they_are_let(ada: Terminal, cid: Terminal) -> None:
    (record,) = cid.json("fetch", "origin", "two")
    assert [change["name"] for change in record["refs"]] == ["refs/remotes/origin/two"]
    result = cid.run("fetch", "origin", "tow")
    assert result.code == 4
    assert "origin/two" in result.err
    cid.ok("config", "set", "fetch.branches", "")
    cid.ok("fetch")
    assert followed(cid) == ["origin/main", "origin/one", "origin/two"]
    assert cid.ok("tag").strip() == "v1"


def test_a_remote_that_is_renamed_keeps_its_branches(ada: Terminal, cid: Terminal) -> None:
    cid.ok("remote", "rename", "origin", "team")
    assert cid.ok("config", "get", "fetch.branches").strip() == "team/one"
    go_on(ada, "two")
    cid.ok("fetch")
    assert followed(cid) == ["team/one"]


@pytest.mark.parametrize(
    "words", [("clone", "../shared", "../bob", "--single-branch", "--branch"), ("fetch", "origin")]
)
def test_a_branch_that_is_not_there_is_answered_with_those_that_are(ada: Terminal, words: tuple[str, ...]) -> None:
    result = ada.run(*words, "something-else")
    assert (result.code, "did you mean" in result.err, "origin/one" in result.err) == (4, True, True)


def test_a_pull_of_a_branch_fetches_no_other(ada: Terminal, tmp_path: Path) -> None:
    bob = Terminal(tmp_path / "bob")
    bob.directory.mkdir()
    bob.ok("init")
    bob.ok("remote", "add", "origin", "../shared")
    bob.now = ada.now
    bob.ok("pull", "origin", "two")
    assert followed(bob) == ["origin/two"]
    assert "Agent two" in bob.ok("list")


def test_a_tag_that_was_kept_says_how_to_take_the_other(ada: Terminal, tmp_path: Path) -> None:
    ada.ok("clone", "../shared", "../bob")
    bob = Terminal(tmp_path / "bob")
    bob.now = ada.now
    bob.ok("tag", "v1", "origin/one", "--force")
    kept = bob.ok("fetch")
    assert "kept      tag v1: it names something else here" in kept
    assert "`memora fetch origin --force` takes the tags of origin as they are there" in kept
    moved = bob.ok("fetch", "--force")
    assert "moved     tag v1" in moved
    assert bob.json("tag") == ada.json("tag")
    assert "nothing new at origin" in bob.ok("fetch")
