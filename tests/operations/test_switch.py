"""Going to another branch or commit, with or without what is not committed."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import AlreadyExists, Ambiguous, NoCommits, NotFound, Uncommitted
from memora.errors.history import BranchExpected, CarryClash
from memora.operations.history.branch import create_branch, delete_branch, rename_branch
from memora.operations.history.commit import commit
from memora.operations.history.standing import uncommitted
from memora.operations.history.switch import switch, switch_to_commit, switch_to_new
from memora.operations.history.tag import create_tag
from memora.operations.history.undo import undo
from memora.operations.remember.remove import remove
from memora.storage.refs import Head


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """On main, one commit ahead of dev: ``shared`` says 1 on dev and 2 on main, which has ``main only`` too."""
    seat = Seat(tmp_path)
    seat.remember("shared 1", key="shared")
    seat.commit("One")
    seat.do(create_branch, "dev", None)
    seat.revise("shared", "shared 2")
    seat.remember("main only")
    seat.commit("Two")
    return seat


def test_the_memories_become_those_of_the_branch(seat: Seat) -> None:
    switched = seat.do(switch, "dev")
    assert (switched.outcome, switched.head, switched.subject) == ("switched", seat.head, "One")
    assert seat.head == Head("dev", seat.branches["dev"])
    assert seat.memories == {"shared 1"}
    seat.do(switch, "main")
    assert seat.memories == {"shared 2", "main only"}


def test_the_branch_one_is_on(seat: Seat) -> None:
    seat.remember("new")
    number = seat.repository.log.head().number
    assert seat.do(switch, "main").outcome == "already"
    assert seat.repository.log.head().number == number
    assert "new" in seat.memories


def test_the_branch_one_is_on_before_its_first_commit(tmp_path: Path) -> None:
    empty = Seat(tmp_path)
    empty.remember("one")
    assert empty.do(switch, "main").outcome == "already"
    assert empty.memories == {"one"}


def test_uncommitted_changes_are_named(seat: Seat) -> None:
    for number in range(7):
        seat.remember(f"new {number}")
    before = seat.state
    with pytest.raises(Uncommitted) as caught:
        seat.do(switch, "dev")
    assert caught.value.count == 7
    assert len(caught.value.nodes) == 5
    shown = [change.node.hex() for change in uncommitted(seat.repository, 5)]
    assert list(caught.value.nodes) == shown
    assert seat.state == before


def test_they_are_refused_even_where_nothing_would_be_lost(seat: Seat) -> None:
    seat.do(create_branch, "same", None)
    seat.remember("new")
    with pytest.raises(Uncommitted):
        seat.do(switch, "same")


def test_carry_takes_additions_changes_and_removals_along(seat: Seat) -> None:
    seat.do(create_branch, "side", None)
    seat.do(switch, "side")
    seat.remember("side only")
    seat.commit("Side")
    seat.remember("new")
    seat.revise("shared", "shared 3")
    removed = next(node.latest.id for node in uncommitted(seat.repository, 9) if node.latest.content == "new")
    seat.do(remove, [removed.hex()])
    seat.remember("new too")
    switched = seat.do(switch, "main", carry=True)
    assert switched.carried == 2
    assert seat.memories == {"shared 3", "main only", "new too"}
    assert {change.latest.content for change in uncommitted(seat.repository, 9)} == {"shared 3", "new too"}


def test_what_both_sides_changed_is_not_carried(seat: Seat) -> None:
    seat.revise("shared", "shared 3")
    before = seat.state
    with pytest.raises(CarryClash) as caught:
        seat.do(switch, "dev", carry=True)
    assert caught.value.nodes == tuple(change.node.hex() for change in uncommitted(seat.repository, 9))
    assert seat.state == before


def test_a_key_is_not_carried_to_where_another_node_has_it(seat: Seat) -> None:
    seat.do(switch, "dev")
    seat.remember("a note", key="note", type="semantic")
    seat.commit("Note")
    seat.do(switch, "main")
    seat.remember("another note", key="note", type="preference")
    with pytest.raises(CarryClash):
        seat.do(switch, "dev", carry=True)


def test_what_the_branch_has_already_is_no_change_there(seat: Seat) -> None:
    seat.do(remove, ["shared"])
    seat.commit("Forget it")
    seat.do(switch, "dev")
    seat.do(remove, ["shared"])
    assert seat.do(switch, "main", carry=True).carried == 0
    assert seat.memories == {"main only"}


def test_a_new_branch_takes_the_working_tree_as_it_is(seat: Seat) -> None:
    seat.remember("new")
    tip = seat.branches["main"]
    switched = seat.do(switch_to_new, "feature", None)
    assert (switched.outcome, switched.carried) == ("created", 0)
    assert seat.head == Head("feature", tip)
    assert seat.memories == {"shared 2", "main only", "new"}
    seat.commit("On the feature")
    assert seat.branches["main"] == tip


def test_a_new_branch_somewhere_else(seat: Seat) -> None:
    seat.do(switch_to_new, "feature", "dev")
    assert seat.memories == {"shared 1"}
    seat.remember("new")
    with pytest.raises(Uncommitted):
        seat.do(switch_to_new, "other", "main")
    assert "other" not in seat.branches
    seat.do(switch_to_new, "other", "main", carry=True)
    assert seat.memories == {"shared 2", "main only", "new"}


def test_a_new_branch_that_begins_at_this_commit_by_another_name(seat: Seat) -> None:
    seat.remember("new")
    seat.do(switch_to_new, "feature", "main")
    assert "new" in seat.memories


def test_a_new_branch_of_a_name_that_is_taken(seat: Seat) -> None:
    for name in ("dev", "DEV", "main"):
        with pytest.raises(AlreadyExists):
            seat.do(switch_to_new, name, None)


def test_a_new_branch_before_the_first_commit(tmp_path: Path) -> None:
    empty = Seat(tmp_path)
    empty.remember("one")
    with pytest.raises(AlreadyExists):
        empty.do(switch_to_new, "main", None)
    empty.do(switch_to_new, "trunk", None)
    assert empty.head == Head("trunk")
    assert empty.commit("One").branch == "trunk"
    assert set(empty.branches) == {"trunk"}


def test_a_commit_without_a_branch(seat: Seat) -> None:
    switched = seat.do(switch_to_commit, "HEAD~1")
    assert (switched.outcome, switched.subject) == ("detached", "One")
    assert seat.head == Head(None, seat.branches["dev"])
    assert seat.memories == {"shared 1"}
    seat.remember("new")
    main = seat.branches["main"]
    made = seat.commit("On no branch")
    assert made.branch is None
    assert seat.head == Head(None, made.commit)
    assert seat.branches["main"] == main


def test_detaching_where_one_is_keeps_changes(seat: Seat) -> None:
    seat.remember("new")
    seat.do(switch_to_commit, "HEAD")
    assert seat.head == Head(None, seat.branches["main"])
    assert "new" in seat.memories
    assert seat.do(switch_to_commit, "HEAD").outcome == "already"
    with pytest.raises(Uncommitted):
        seat.do(switch_to_commit, "dev")


def test_a_revision_is_no_branch(seat: Seat) -> None:
    seat.do(create_tag, "v1")
    for name in ("v1", "HEAD~1", seat.branches["dev"].hex()[:10], "HEAD"):
        with pytest.raises(BranchExpected) as caught:
            seat.do(switch, name)
        assert caught.value.name == name


def test_what_is_nothing(seat: Seat) -> None:
    with pytest.raises(NotFound) as caught:
        seat.do(switch, "mian")
    assert (caught.value.what, caught.value.similar) == ("branch", ("main",))
    for name in ("a..b", "\x00", "0" * 8, "HEAD~99"):
        with pytest.raises(NotFound):
            seat.do(switch, name)
    with pytest.raises(NotFound):
        seat.do(switch_to_commit, "nowhere")


def test_nowhere_to_go_before_the_first_commit(tmp_path: Path) -> None:
    empty = Seat(tmp_path)
    with pytest.raises(NoCommits):
        empty.do(switch_to_commit, "HEAD")
    with pytest.raises(NotFound):
        empty.do(switch, "HEAD")


def test_the_branch_one_was_on(seat: Seat) -> None:
    with pytest.raises(NotFound):
        seat.do(switch, "-")
    seat.do(switch, "dev")
    seat.remember("on dev")
    seat.commit("On dev")
    assert seat.do(switch, "-").head.branch == "main"
    assert seat.do(switch, "-").head == Head("dev", seat.branches["dev"])
    detached = seat.branches["main"]
    seat.do(switch_to_commit, "main")
    seat.do(switch, "dev")
    switched = seat.do(switch, "-")
    assert (switched.outcome, switched.head) == ("detached", Head(None, detached))


def test_a_branch_that_got_another_name_is_no_other_place(seat: Seat) -> None:
    seat.do(switch, "dev")
    seat.do(rename_branch, None, "next")
    assert seat.do(switch, "-").head.branch == "main"
    seat.do(undo)
    seat.do(undo)
    assert seat.head.branch == "dev"
    assert seat.do(switch, "-").head.branch == "main"


def test_the_branch_one_was_on_may_be_gone(seat: Seat) -> None:
    seat.do(switch, "dev")
    seat.do(switch, "main")
    seat.do(delete_branch, "dev", force=False)
    with pytest.raises(NotFound) as caught:
        seat.do(switch, "-")
    assert caught.value.name == "dev"


def test_the_tip_that_another_workspace_moved(seat: Seat) -> None:
    other = seat.at("w2")
    other.remember("from w2")
    tip = other.commit("From w2").commit
    switched = seat.do(switch, "main")
    assert (switched.outcome, switched.head) == ("moved", Head("main", tip))
    assert "from w2" in seat.memories


def test_changes_are_carried_to_a_tip_that_moved(seat: Seat) -> None:
    other = seat.at("w2")
    other.remember("from w2")
    other.commit("From w2")
    seat.remember("new")
    with pytest.raises(Uncommitted):
        seat.do(switch, "main")
    assert seat.do(switch, "main", carry=True).outcome == "moved"
    assert seat.memories == {"shared 2", "main only", "from w2", "new"}
    assert len(uncommitted(seat.repository, 9)) == 1


def test_the_first_commit_of_another_workspace(tmp_path: Path) -> None:
    seat = Seat(tmp_path)
    seat.at("w2").do(switch, "main")
    other = seat.at("w2")
    other.remember("from w2")
    tip = other.commit("First").commit
    assert seat.do(switch, "main").outcome == "moved"
    assert (seat.head, seat.memories) == (Head("main", tip), {"from w2"})


def test_an_ambiguous_prefix_is_no_branch(tmp_path: Path) -> None:
    seat = Seat(tmp_path)
    seat.remember("one")
    ids: dict[str, bytes] = {}
    for number in range(1000):
        made = seat.do(commit, message=f"Commit {number}", allow_empty=True).commit
        prefix = made.hex()[:4]
        if prefix in ids:
            break
        ids[prefix] = made
    with pytest.raises(BranchExpected):
        seat.do(switch, prefix)
    with pytest.raises(Ambiguous):
        seat.do(switch_to_commit, prefix)
