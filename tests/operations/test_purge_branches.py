"""Erasing at a remote of which only some branches were ever fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from members import SECRET, Member, holds
from stores import NOON

from memora.operations.history.switch import switch
from memora.operations.remotes.clone import clone
from memora.operations.remotes.erasing import waiting_remotes
from memora.operations.remotes.fetch import fetch


@pytest.fixture
def ada(tmp_path: Path, remote: Path) -> Member:
    """Who has pushed three branches that rest on what is to be erased."""
    ada = Member.sharing(tmp_path / "ada", remote)
    ada.remember(f"The password is {SECRET}", key="db.password")
    ada.remember("Auth uses JWT", key="auth")
    ada.commit("First")
    ada.branch_out("one", "two")
    ada.push(all_branches=True)
    ada.do(switch, "main")
    return ada


def one_alone(tmp_path: Path, remote: Path) -> Member:
    clone(str(remote), str(tmp_path / "cid"), directory="/", author="cid", now=NOON, branch="one", single_branch=True)
    return Member(tmp_path / "cid", author="cid")


def some(member: Member, *branches: str) -> Any:
    return member.do(fetch, "origin", branches=branches)


def test_whoever_has_one_branch_erases_all_of_them(ada: Member, tmp_path: Path, remote: Path) -> None:
    cid = one_alone(tmp_path, remote)
    cid.now = ada.now
    carried = cid.erase("db.password")
    assert carried.problem is None
    assert {move.name for move in carried.moves} == {f"refs/heads/{name}" for name in ("main", "one", "two")}
    assert not holds(remote)
    cid.sound()
    ada.follow()
    assert ada.says() == {"Auth uses JWT"}
    ada.fetch()
    assert ada.fetch().changes == ()
    ada.sound()


def test_whoever_has_one_branch_follows(ada: Member, tmp_path: Path, remote: Path) -> None:
    cid = one_alone(tmp_path, remote)
    ada.erase("db.password")
    cid.now = ada.now
    assert some(cid, "one").still_here is not None
    cid.follow()
    assert cid.says() == {"Auth uses JWT", "Agent one learnt this"}
    assert some(cid, "one").still_here is None
    assert cid.tip("refs/remotes/origin/one") == cid.tip("refs/heads/one")
    assert waiting_remotes(cid.repository) == ()
    cid.sound()


def test_branches_that_nobody_asked_for_meanwhile_are_not_taken_for_rewritten(
    ada: Member, tmp_path: Path, remote: Path
) -> None:
    bob = Member.sharing(tmp_path / "bob", remote, author="bob")
    bob.now = ada.now
    bob.fetch()
    ada.erase("db.password")
    some(bob, "one")
    bob.follow()
    some(bob, "one")
    assert waiting_remotes(bob.repository) == (), "no branch is remembered at what was erased"
    some(bob, "two")
    assert bob.fetch().changes == ()
    bob.sound()
