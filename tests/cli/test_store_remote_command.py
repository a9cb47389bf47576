"""Sharing with another project on the command line, as two people see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import Terminal


@pytest.fixture
def bob(tmp_path: Path) -> Terminal:
    return project(tmp_path / "bob", "bob")


@pytest.fixture
def ada(tmp_path: Path, bob: Terminal) -> Terminal:
    ada = project(tmp_path / "ada", "ada")
    ada.ok("remote", "add", "origin", "../bob")
    ada.ok("add", "Auth uses JWT RS256")
    ada.ok("commit", "-m", "auth")
    return ada


def project(directory: Path, author: str) -> Terminal:
    directory.mkdir()
    terminal = Terminal(directory, author=author)
    terminal.ok("init")
    return terminal


def test_a_clean_project_has_what_was_pushed_at_once(ada: Terminal, bob: Terminal) -> None:
    ada.ok("push")
    assert "Auth uses JWT RS256" in bob.ok("list")
    assert "from ada: main" in bob.ok("op", "log")
    assert "nothing to commit" in bob.ok("status")
    bob.ok("undo")
    assert bob.run("list").code == 1


def test_work_in_progress_is_left_alone(ada: Terminal, bob: Terminal) -> None:
    bob.ok("add", "Not yet committed")
    refused = ada.run("push")
    assert refused.code == 5
    assert "is on main and has uncommitted changes" in refused.err
    assert "commit them there first" in refused.err
    assert "Auth uses JWT RS256" not in bob.ok("list")
    ada.ok("branch", "ada")
    ada.ok("push", "origin", "ada")
    assert "ada" in bob.ok("branch")


def test_a_project_shares_with_itself_in_vain(ada: Terminal) -> None:
    ada.ok("remote", "add", "me", ".")
    refused = ada.run("push", "me")
    assert refused.code == 5
    assert "is this store itself" in refused.err


def test_a_project_is_cloned(ada: Terminal, tmp_path: Path) -> None:
    Terminal(tmp_path).ok("clone", str(tmp_path / "ada"), "cid")
    assert "Auth uses JWT RS256" in Terminal(tmp_path / "cid").ok("list")
