"""Cherry-pick: what commits did elsewhere is done again here."""

from pathlib import Path
from typing import Any

import pytest
from seats import Seat

from memora.errors import BadInput, NotFound, Uncommitted
from memora.errors.history import ParentNeeded
from memora.history.changes import ChangeCounts
from memora.history.load import load_commit
from memora.model.ids import CommitId
from memora.operations.history.cherry_pick import CherryPicked, NothingToPick, cherry_pick
from memora.operations.history.conflicts import list_conflicts
from memora.operations.history.merge import merge
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.undo import undo
from memora.operations.remember.edit import edit
from memora.storage.refs import Head


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """On main; the branch side has two commits by bob, each a memory of its own and the second also auth."""
    seat = Seat(tmp_path)
    seat.remember("Auth uses JWT", key="auth")
    seat.commit("Base")
    seat.do(switch_to_new, "side", None)
    seat.author = "bob"
    seat.remember("First of side")
    seat.commit("First\n\nWith a body")
    seat.revise("auth", "Auth uses PASETO")
    seat.remember("Second of side")
    seat.commit("Second")
    seat.author = "ada"
    seat.do(switch, "main")
    return seat


def pick(seat: Seat, *revisions: str, **options: Any) -> CherryPicked:
    result = seat.do(cherry_pick, list(revisions), **options)
    assert isinstance(result, CherryPicked)
    return result


def test_a_commit_is_done_again_with_its_author_and_message(seat: Seat) -> None:
    tip = seat.branches["main"]
    (picked,) = pick(seat, "side~1").picked
    made = load_commit(seat.repository.objects, picked.commit)
    assert (made.author, made.message, made.at, made.parents) == ("bob", "First\n\nWith a body", seat.now, (tip,))
    assert picked.changes == ChangeCounts(added=1)
    assert (seat.head, seat.branches["main"]) == (Head("main", picked.commit), picked.commit)
    assert seat.memories == {"Auth uses JWT", "First of side"}
    newest = seat.repository.log.find(seat.repository.log.head().number)
    assert newest is not None
    assert (newest.command, newest.author) == ("cherry-pick", "ada")


def test_only_what_the_commit_itself_changed_comes(seat: Seat) -> None:
    pick(seat, "side")
    assert seat.memories == {"Auth uses PASETO", "Second of side"}


def test_several_commits_in_the_order_given_are_one_operation(seat: Seat) -> None:
    before = seat.state
    result = pick(seat, "side", "side~1")
    assert [item.value.subject for item in result.picked] == ["Second", "First"]
    assert result.picked[1].value.parents == (result.picked[0].commit,)
    assert seat.memories == {"Auth uses PASETO", "First of side", "Second of side"}
    seat.do(undo)
    assert seat.state == before


def test_what_is_here_already_is_not_picked_again(seat: Seat) -> None:
    pick(seat, "side~1")
    before = seat.state
    number = seat.repository.log.head().number
    result = pick(seat, "side~1")
    first = load_commit(seat.repository.objects, tip(seat, "side")).parents[0]
    assert result == CherryPicked((), (NothingToPick(first, ()),))
    assert (seat.state, seat.repository.log.head().number) == (before, number)
    mixed = pick(seat, "side~1", "side")
    assert (len(mixed.picked), len(mixed.skipped)) == (1, 1)


def tip(seat: Seat, branch: str) -> CommitId:
    return CommitId(seat.branches[branch])  # type: ignore[arg-type]


def test_a_clash_that_no_rule_decides_is_a_dispute(seat: Seat) -> None:
    seat.revise("auth", "Auth uses OAuth")
    seat.commit("OAuth")
    (picked,) = pick(seat, "side").picked
    assert picked.changes == ChangeCounts(added=1, conflicted=1)
    (conflict,) = list_conflicts(seat.repository)
    assert conflict.base is not None
    assert conflict.ours is not None
    assert conflict.theirs is not None
    assert [item.node.content for item in (conflict.base, conflict.ours, conflict.theirs)] == [
        "Auth uses JWT",
        "Auth uses OAuth",
        "Auth uses PASETO",
    ]


def test_a_clash_that_a_rule_decides_is_kept_in_the_commit(seat: Seat) -> None:
    seat.do(edit, "auth", {"content": "Auth uses OAuth", "source": "code_read"})
    seat.commit("OAuth")
    (picked,) = pick(seat, "side").picked
    assert picked.conflicts == ()
    assert [decision.rule for decision in picked.value.decisions] == ["confidence"]
    assert "Auth uses OAuth" in seat.memories


def test_a_merge_needs_a_parent(seat: Seat) -> None:
    seat.remember("Ours")
    seat.commit("Ours")
    seat.do(merge, "side")
    seat.do(switch_to_new, "other", "HEAD~1")
    before = seat.state
    with pytest.raises(ParentNeeded):
        pick(seat, "main")
    with pytest.raises(BadInput, match="mainline"):
        pick(seat, "main", mainline=3)
    assert seat.state == before
    pick(seat, "main", mainline=1)
    assert seat.memories == {"Auth uses PASETO", "Ours", "First of side", "Second of side"}


def test_bad_input_writes_nothing(seat: Seat) -> None:
    before = seat.state
    with pytest.raises(NotFound):
        pick(seat, "side", "nowhere")
    assert seat.state == before
    seat.remember("Not committed")
    with pytest.raises(Uncommitted):
        pick(seat, "side")


def test_on_top_of_what_another_workspace_committed(seat: Seat) -> None:
    other = seat.at("w2")
    other.remember("From w2")
    theirs = other.commit("From w2").commit
    (picked,) = pick(seat, "side~1").picked
    assert picked.value.parents == (theirs,)
    assert seat.memories == {"Auth uses JWT", "From w2", "First of side"}


def test_the_key_of_another_memory_that_came_meanwhile_is_one_dispute(seat: Seat) -> None:
    other = seat.at("w2")
    other.remember("Deploys run at noon", key="deploy")
    other.commit("From w2")
    other.do(switch, "side")
    other.remember("Deploys run at night", key="deploy", type="procedural")
    other.commit("Deploy")
    (picked,) = pick(seat, "side").picked
    assert len(picked.conflicts) == 1
    (conflict,) = list_conflicts(seat.repository)
    assert conflict.node.key == "deploy"
