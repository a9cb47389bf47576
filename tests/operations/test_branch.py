"""Branches: names for commits, which workspaces stand on."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import AlreadyExists, BadName, BadUsage, NoCommits, NotFound
from memora.errors.history import BranchInUse, NotMerged
from memora.history.graph import Distance
from memora.operations.history.branch import (
    Branch,
    create_branch,
    delete_branch,
    describe_branches,
    list_branches,
    rename_branch,
)
from memora.operations.history.switch import switch, switch_to_commit, switch_to_new
from memora.storage.refs import Head

E_ACUTE = "caf\u00e9"
E_WITH_ACCENT = "cafe\u0301"


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("one")
    seat.commit("One")
    return seat


def ahead(seat: Seat, branch: str, content: str) -> bytes:
    """Put a commit on a new branch and come back."""
    seat.do(switch_to_new, branch, None)
    seat.remember(content)
    made = seat.commit(content)
    seat.do(switch, "-")
    return made.commit


def test_the_branch_without_a_commit_is_listed(tmp_path: Path) -> None:
    empty = Seat(tmp_path)
    assert list_branches(empty.repository) == [Branch("main", None, True)]
    assert describe_branches(empty.repository)[0].distance is None


def test_a_branch_needs_a_commit(tmp_path: Path) -> None:
    with pytest.raises(NoCommits):
        Seat(tmp_path).do(create_branch, "dev", None)


def test_branches_are_listed_by_name(seat: Seat) -> None:
    tip = seat.branches["main"]
    for name in ("zeta", "alpha", "feature/auth"):
        assert seat.do(create_branch, name, None) == Branch(name, tip, False)
    assert list_branches(seat.repository) == [
        Branch("alpha", tip, False),
        Branch("feature/auth", tip, False),
        Branch("main", tip, True),
        Branch("zeta", tip, False),
    ]
    assert seat.head.branch == "main"


def test_details_count_both_ways_from_head(seat: Seat) -> None:
    ahead(seat, "dev", "on dev")
    seat.remember("on main")
    seat.commit("On main")
    details = {detail.branch.name: detail for detail in describe_branches(seat.repository)}
    assert details["dev"].distance == Distance(1, 1)
    assert details["dev"].subject == "on dev"
    assert details["main"].distance == Distance(0, 0)


def test_no_branch_is_current_on_a_detached_head(seat: Seat) -> None:
    seat.do(switch_to_commit, "HEAD")
    assert [branch.current for branch in list_branches(seat.repository)] == [False]


def test_a_name_is_given_once(seat: Seat) -> None:
    seat.do(create_branch, "dev", None)
    with pytest.raises(AlreadyExists):
        seat.do(create_branch, "dev", None)


@pytest.mark.parametrize(("first", "second"), [("dev", "Dev"), (E_ACUTE, E_ACUTE.upper()), ("straße", "STRASSE")])
def test_names_that_look_alike_clash(seat: Seat, first: str, second: str) -> None:
    seat.do(create_branch, first, None)
    for verb in (lambda: seat.do(create_branch, second, None), lambda: seat.do(rename_branch, "main", second)):
        with pytest.raises(AlreadyExists):
            verb()
    assert set(seat.branches) == {"main", first}


def test_a_name_is_found_in_either_unicode_form(seat: Seat) -> None:
    seat.do(create_branch, E_WITH_ACCENT, None)
    assert E_ACUTE in seat.branches
    with pytest.raises(AlreadyExists):
        seat.do(create_branch, E_ACUTE, None)
    assert seat.do(delete_branch, E_WITH_ACCENT, force=False).name == E_ACUTE


def test_a_bad_name_is_refused_before_anything_is_written(seat: Seat) -> None:
    number = seat.repository.log.head().number
    for name in ("", "a..b", "-x", "x.lock", "HEAD", "a\x07b"):
        with pytest.raises(BadName):
            seat.do(create_branch, name, None)
        with pytest.raises(BadName):
            seat.do(rename_branch, None, name)
    assert seat.repository.log.head().number == number


def test_deleting_what_another_branch_has(seat: Seat) -> None:
    seat.do(create_branch, "dev", None)
    seat.remember("two")
    seat.commit("Two")
    seat.do(delete_branch, "dev", force=False)
    assert set(seat.branches) == {"main"}


def test_deleting_what_no_other_branch_has_needs_force(seat: Seat) -> None:
    tip = ahead(seat, "dev", "on dev")
    with pytest.raises(NotMerged) as caught:
        seat.do(delete_branch, "dev", force=False)
    assert caught.value.name == "dev"
    assert seat.do(delete_branch, "dev", force=True).commit == tip


def test_another_branch_that_has_the_commits_is_enough(seat: Seat) -> None:
    tip = ahead(seat, "dev", "on dev")
    seat.do(create_branch, "copy", "dev")
    seat.do(delete_branch, "dev", force=False)
    assert seat.branches["copy"] == tip
    with pytest.raises(NotMerged):
        seat.do(delete_branch, "copy", force=False)


def test_a_detached_head_is_enough_too(seat: Seat) -> None:
    ahead(seat, "dev", "on dev")
    seat.do(switch_to_commit, "dev")
    seat.do(delete_branch, "dev", force=False)
    assert "dev" not in seat.branches


def test_the_branch_of_any_workspace_stays(seat: Seat) -> None:
    seat.do(create_branch, "dev", None)
    seat.at("w2").do(switch, "dev")
    for name, workspace in (("main", "default"), ("dev", "w2")):
        with pytest.raises(BranchInUse) as caught:
            seat.do(delete_branch, name, force=True)
        assert caught.value.workspace == workspace


def test_an_unknown_branch_is_named_with_its_likes(seat: Seat) -> None:
    seat.do(create_branch, "feature", None)
    for verb in (
        lambda: seat.do(delete_branch, "featur", force=False),
        lambda: seat.do(rename_branch, "featur", "x"),
    ):
        with pytest.raises(NotFound) as caught:
            verb()
        assert (caught.value.what, caught.value.similar) == ("branch", ("feature",))
    with pytest.raises(NotFound):
        seat.do(delete_branch, "a..b", force=False)


def test_renaming_takes_every_workspace_along(seat: Seat) -> None:
    tip = seat.branches["main"]
    other = seat.at("w2")
    other.do(switch, "main")
    renamed = seat.do(rename_branch, None, "trunk")
    assert (renamed.old, renamed.branch) == ("main", Branch("trunk", tip, True))
    assert seat.branches == {"trunk": tip}
    assert (seat.head.branch, other.head.branch) == ("trunk", "trunk")
    other.remember("two")
    assert other.commit("Two").branch == "trunk"


def test_renaming_another_branch(seat: Seat) -> None:
    seat.do(create_branch, "dev", None)
    assert not seat.do(rename_branch, "dev", "next").branch.current
    assert set(seat.branches) == {"main", "next"}
    assert seat.head.branch == "main"


def test_renaming_may_change_case_alone(seat: Seat) -> None:
    seat.do(rename_branch, "main", "Main")
    assert set(seat.branches) == {"Main"}


def test_renaming_the_branch_without_a_commit(tmp_path: Path) -> None:
    empty = Seat(tmp_path)
    empty.do(rename_branch, None, "trunk")
    assert empty.head == Head("trunk")
    empty.remember("one")
    assert empty.commit("One").branch == "trunk"
    assert set(empty.branches) == {"trunk"}


def test_renaming_to_a_name_that_is_taken(seat: Seat) -> None:
    seat.do(create_branch, "dev", None)
    with pytest.raises(AlreadyExists):
        seat.do(rename_branch, "main", "dev")


def test_renaming_nothing(seat: Seat) -> None:
    seat.do(switch_to_commit, "HEAD")
    with pytest.raises(BadUsage):
        seat.do(rename_branch, None, "trunk")
