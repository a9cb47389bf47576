"""Revert: exactly what commits did is taken back, and nothing that came later is lost."""

from pathlib import Path
from typing import Any

import pytest
from seats import Seat

from memora.errors import BadInput, MergeWaiting, NotFound, Uncommitted
from memora.errors.history import ParentNeeded
from memora.history.changes import ChangeCounts
from memora.history.load import load_commit
from memora.operations.history.conflicts import list_conflicts, resolve
from memora.operations.history.merge import merge
from memora.operations.history.revert import NothingToRevert, Reverted, preview_revert, revert
from memora.operations.history.revert_selection import Wanted
from memora.operations.history.switch import switch, switch_to_commit, switch_to_new
from memora.operations.history.undo import undo
from memora.operations.naming import read_named
from memora.operations.remember.edit import edit
from memora.operations.remember.remove import remove
from memora.repository import Repository
from memora.storage.refs import Head


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("Auth uses JWT", key="auth")
    seat.remember("Deploys run at noon", key="deploy")
    seat.commit("One")
    return seat


def take_back(seat: Seat, revision: str | None = "HEAD", **options: Any) -> Reverted:
    message = options.pop("message", None)
    result = seat.do(revert, Wanted(revision, **options), message=message)
    assert isinstance(result, Reverted), result
    return result


def say(seat: Seat, content: str, key: str = "auth") -> bytes:
    """Another content for a memory, committed; the subject is the content."""
    seat.revise(key, content)
    return seat.commit(content).commit


def test_the_last_commit_is_taken_back_by_a_new_one(seat: Seat) -> None:
    before = seat.repository.workspace.tree
    target = say(seat, "Auth uses PASETO")
    result = take_back(seat)
    assert result.commit is not None
    made = load_commit(seat.repository.objects, result.commit)
    assert (made.tree, made.parents, made.author, made.at) == (before, (target,), "ada", seat.now)
    assert made.message == f'Revert "Auth uses PASETO"\n\nThis takes back commit {target.hex()}.'
    assert (seat.head, seat.branches["main"]) == (Head("main", result.commit), result.commit)
    assert (result.changes, result.conflicts) == (ChangeCounts(changed=1), ())
    assert result.selection.commits == (target,)
    assert seat.memories == {"Auth uses JWT", "Deploys run at noon"}


def test_everything_that_came_later_stays(seat: Seat) -> None:
    target = say(seat, "Auth uses PASETO")
    say(seat, "Deploys run at night", "deploy")
    seat.remember("New")
    seat.commit("New")
    assert take_back(seat, target.hex()).changes == ChangeCounts(changed=1)
    assert seat.memories == {"Auth uses JWT", "Deploys run at night", "New"}


def test_what_was_added_goes_and_what_was_removed_comes_back(seat: Seat) -> None:
    seat.remember("New")
    seat.do(remove, ["deploy"])
    target = seat.commit("Two").commit
    say(seat, "Auth uses PASETO")
    assert take_back(seat, target.hex()).changes == ChangeCounts(added=1, removed=1)
    assert seat.memories == {"Auth uses PASETO", "Deploys run at noon"}


def test_what_was_said_again_later_is_in_dispute(seat: Seat) -> None:
    target = say(seat, "Auth uses PASETO")
    say(seat, "Auth uses OAuth")
    result = take_back(seat, target.hex())
    assert result.changes == ChangeCounts(conflicted=1)
    (conflict,) = list_conflicts(seat.repository)
    assert conflict.base is not None
    assert conflict.ours is not None
    assert conflict.theirs is not None
    assert conflict.base.node.content == "Auth uses PASETO"
    assert (conflict.ours.node.content, conflict.theirs.node.content) == ("Auth uses OAuth", "Auth uses JWT")
    (clash,) = result.clashes
    assert [name for name, _ in clash.sides] == ["base", "ours", "theirs"]
    seat.do(resolve, "auth", "theirs")
    assert "Auth uses JWT" in seat.memories


@pytest.mark.parametrize("confidence", ["0.1", "1.0"])
def test_no_rule_decides_against_a_later_word(seat: Seat, confidence: str) -> None:
    target = say(seat, "Auth uses PASETO")
    say(seat, "Auth uses OAuth")
    seat.do(edit, "auth", {"confidence": confidence})
    seat.commit("Surer or not")
    assert len(take_back(seat, target.hex()).conflicts) == 1


@pytest.mark.parametrize("later", ["0.1", "0.99"])
def test_a_later_change_of_a_field_that_cannot_be_disputed_stays(seat: Seat, later: str) -> None:
    seat.do(edit, "auth", {"confidence": "0.5", "tags": ["a"]})
    target = seat.commit("Doubt").commit
    seat.do(edit, "auth", {"confidence": later})
    seat.commit("Think again")
    assert take_back(seat, target.hex()).conflicts == ()
    [item] = read_named(seat.repository, ["auth"])
    assert (item.node.confidence, item.node.tags) == (float(later), ())


def test_words_that_somebody_confirmed_later_are_in_dispute(seat: Seat) -> None:
    target = say(seat, "Auth uses PASETO")
    seat.author = "bob"
    seat.remember("Auth uses PASETO", key="auth")
    seat.commit("Confirmed")
    assert len(take_back(seat, target.hex()).conflicts) == 1
    (conflict,) = list_conflicts(seat.repository)
    assert conflict.ours is not None
    assert conflict.theirs is not None
    assert {item.author for item in conflict.ours.node.observations} == {"ada", "bob"}
    assert conflict.theirs.node.content == "Auth uses JWT"


@pytest.mark.parametrize("later", ["Auth uses OAuth", "Auth uses PASETO"])
def test_a_dispute_that_was_settled_before_is_settled_again(seat: Seat, later: str) -> None:
    target = say(seat, "Auth uses PASETO")
    seat.author = "bob"
    seat.revise("auth", later)
    seat.commit("Later")
    assert len(take_back(seat, target.hex()).conflicts) == 1
    seat.do(resolve, "auth", "theirs")
    seat.commit("Settled")
    take_back(seat, "HEAD~2..")
    again = take_back(seat, target.hex())
    assert again.conflicts == ()
    assert [clash.decision.verdict.rule for clash in again.clashes] == ["remembered"]
    assert "Auth uses JWT" in seat.memories


def test_words_that_were_only_tagged_later_go_back_and_the_tag_stays(seat: Seat) -> None:
    target = say(seat, "Auth uses PASETO")
    seat.do(edit, "auth", {"tags": ["x"]})
    seat.commit("Tag")
    assert take_back(seat, target.hex()).conflicts == ()
    [item] = read_named(seat.repository, ["auth"])
    assert (item.node.content, item.node.tags) == ("Auth uses JWT", ("x",))


def test_a_memory_that_was_added_and_changed_later_is_in_dispute(seat: Seat) -> None:
    seat.remember("Tests run in CI", key="tests")
    target = seat.commit("Tests").commit
    say(seat, "Tests run nightly", "tests")
    assert len(take_back(seat, target.hex()).conflicts) == 1
    (conflict,) = list_conflicts(seat.repository)
    assert conflict.ours is not None
    assert (conflict.ours.node.content, conflict.theirs) == ("Tests run nightly", None)
    seat.do(resolve, "tests", "theirs")
    assert seat.memories == {"Auth uses JWT", "Deploys run at noon"}


def test_a_revert_can_be_reverted(seat: Seat) -> None:
    say(seat, "Auth uses PASETO")
    tree = seat.repository.workspace.tree
    take_back(seat)
    take_back(seat)
    assert seat.repository.workspace.tree == tree


def test_a_disputed_revert_can_be_reverted(seat: Seat) -> None:
    target = say(seat, "Auth uses PASETO")
    say(seat, "Auth uses OAuth")
    tree = seat.repository.workspace.tree
    take_back(seat, target.hex())
    assert take_back(seat).conflicts == ()
    assert seat.repository.workspace.tree == tree


def test_the_first_commit_too(seat: Seat) -> None:
    assert take_back(seat).changes == ChangeCounts(removed=2)
    assert seat.memories == set()


def test_a_range_becomes_one_commit_with_all_their_names(seat: Seat) -> None:
    tree = seat.repository.workspace.tree
    one = say(seat, "Auth uses PASETO")
    two = say(seat, "Deploys run at night", "deploy")
    three = say(seat, "Auth uses OAuth")
    result = take_back(seat, "HEAD~3..HEAD")
    assert (result.value.tree, result.conflicts) == (tree, ())
    assert result.selection.commits == (three, two, one)
    assert result.value.message == (
        "Revert 3 commits\n\nThis takes back HEAD~3..HEAD, the newest first:\n\n"
        f"{three.hex()[:8]} Auth uses OAuth\n{two.hex()[:8]} Deploys run at night\n{one.hex()[:8]} Auth uses PASETO"
    )
    assert result.value.parents == (three,)


def test_a_range_inside_of_the_history(seat: Seat) -> None:
    for content in ("Auth uses PASETO", "Auth uses OAuth"):
        say(seat, content)
    say(seat, "Deploys run at night", "deploy")
    assert take_back(seat, "HEAD~3..HEAD~1").conflicts == ()
    assert seat.memories == {"Auth uses JWT", "Deploys run at night"}


def test_a_range_takes_back_what_was_merged_in_it(seat: Seat) -> None:
    tree = seat.repository.workspace.tree
    start = seat.branches["main"].hex()
    seat.do(switch_to_new, "side", None)
    say(seat, "Auth uses PASETO")
    seat.do(switch, "main")
    say(seat, "Deploys run at night", "deploy")
    seat.do(merge, "side")
    result = take_back(seat, f"{start}..")
    assert (result.value.tree, len(result.selection.commits)) == (tree, 3)


def test_a_range_of_another_line(seat: Seat) -> None:
    seat.do(switch_to_new, "side", None)
    say(seat, "Auth uses PASETO")
    seat.do(switch, "main")
    say(seat, "Deploys run at night", "deploy")
    seat.do(merge, "side")
    result = take_back(seat, "HEAD~1..side")
    assert [load_commit(seat.repository.objects, commit).message for commit in result.selection.commits] == [
        "Auth uses PASETO"
    ]
    assert seat.memories == {"Auth uses JWT", "Deploys run at night"}


def test_an_authors_commits_are_taken_back_and_nobody_elses(seat: Seat) -> None:
    seat.author = "Eve <eve@example.org>"
    say(seat, "Auth uses nothing")
    seat.author = "ada"
    say(seat, "Deploys run at night", "deploy")
    seat.author = "Eve <eve@example.org>"
    seat.remember("Trust me")
    seat.commit("Trust")
    seat.author = "ada"
    result = take_back(seat, None, author="Eve")
    assert (len(result.selection.commits), result.conflicts) == (2, ())
    assert seat.memories == {"Auth uses JWT", "Deploys run at night"}
    assert result.value.message.startswith("Revert 2 commits\n\nThis takes back the commits of Eve, the newest first:")


def test_an_author_is_the_whole_name(seat: Seat) -> None:
    seat.author = "Eve <eve@example.org>"
    say(seat, "Auth uses nothing")
    for name in ("Ev", "eve", "example.org"):
        result = seat.do(preview_revert, Wanted(author=name))
        assert isinstance(result, NothingToRevert)
        assert result.selection.commits == ()
    assert len(take_back(seat, None, author="Eve <eve@example.org>").selection.commits) == 1


def test_between_an_authors_commits_somebody_else_changed_the_same(seat: Seat) -> None:
    seat.author = "eve"
    say(seat, "Auth uses nothing")
    seat.author = "bob"
    say(seat, "Auth uses OAuth")
    seat.author = "eve"
    say(seat, "Auth uses hope")
    result = take_back(seat, None, author="eve")
    (conflict,) = list_conflicts(seat.repository)
    assert conflict.ours is not None
    assert conflict.theirs is not None
    assert {conflict.ours.node.content, conflict.theirs.node.content} == {"Auth uses OAuth", "Auth uses JWT"}
    assert len(result.conflicts) == 1


def test_an_authors_merges_are_passed_over(seat: Seat) -> None:
    seat.do(switch_to_new, "side", None)
    say(seat, "Auth uses PASETO")
    seat.do(switch, "main")
    say(seat, "Deploys run at night", "deploy")
    seat.author = "eve"
    seat.do(merge, "side")
    result = seat.do(preview_revert, Wanted(author="eve"))
    assert isinstance(result, NothingToRevert)
    assert (result.selection.commits, result.selection.passed_over) == ((), 1)
    assert len(take_back(seat, None, author="eve", mainline=1).selection.commits) == 1
    assert seat.memories == {"Auth uses JWT", "Deploys run at night"}


@pytest.fixture
def merged(seat: Seat) -> Seat:
    seat.do(switch_to_new, "side", None)
    say(seat, "Auth uses PASETO")
    seat.do(switch, "main")
    say(seat, "Deploys run at night", "deploy")
    seat.do(merge, "side")
    return seat


def test_a_merge_is_taken_back_against_the_parent_that_is_named(merged: Seat) -> None:
    take_back(merged, mainline=1)
    assert merged.memories == {"Auth uses JWT", "Deploys run at night"}
    merged.do(undo)
    take_back(merged, mainline=2)
    assert merged.memories == {"Auth uses PASETO", "Deploys run at noon"}


def test_a_merge_without_a_parent_is_refused(merged: Seat) -> None:
    before = merged.state
    with pytest.raises(ParentNeeded):
        merged.do(revert, Wanted("HEAD"))
    for mainline in (3, 0):
        with pytest.raises(BadInput, match="mainline"):
            merged.do(revert, Wanted("HEAD", mainline=mainline))
    with pytest.raises(BadInput, match="mainline"):
        merged.do(revert, Wanted("HEAD~1", mainline=2))
    assert merged.state == before
    take_back(merged, "HEAD~1", mainline=1)


def test_the_parent_is_meant_for_the_merges_of_an_author(merged: Seat) -> None:
    assert len(take_back(merged, None, author="ada", mainline=2).selection.commits) == 4


def test_nothing_is_left_to_revert(seat: Seat) -> None:
    say(seat, "Auth uses PASETO")
    target = say(seat, "Auth uses OAuth")
    take_back(seat)
    before = seat.state
    number = seat.repository.log.head().number
    result = seat.do(revert, Wanted(target.hex()))
    assert isinstance(result, NothingToRevert)
    assert result.selection.commits == (target,)
    assert isinstance(seat.do(revert, Wanted("HEAD..HEAD")), NothingToRevert)
    assert isinstance(seat.do(revert, Wanted("HEAD..HEAD~1")), NothingToRevert)
    assert (seat.state, seat.repository.log.head().number) == (before, number)


def test_a_preview_says_the_same_and_changes_nothing(seat: Seat) -> None:
    target = say(seat, "Auth uses PASETO")
    say(seat, "Auth uses OAuth")
    seat.remember("Not committed")
    before = (seat.state, seat.repository.log.head().number, seat.repository.objects.count())
    planned = seat.do(preview_revert, Wanted(target.hex()))
    assert (seat.state, seat.repository.log.head().number, seat.repository.objects.count()) == before
    assert isinstance(planned, Reverted)
    assert planned.commit is None
    seat.do(undo)
    done = take_back(seat, target.hex())
    assert done[2:] == planned[2:]
    assert (done.value.tree, done.value.message) == (planned.value.tree, planned.value.message)


def test_a_preview_knows_the_keys_of_every_step(seat: Seat) -> None:
    seat.author = "eve"
    seat.do(edit, "deploy", {"key": "release"})
    seat.commit("Rename")
    seat.author = "ada"
    seat.do(edit, "release", {"content": "Releases run at noon"})
    seat.commit("Say otherwise")
    seat.author = "eve"
    seat.do(edit, "release", {"content": "Releases run never"})
    seat.remember("Deploys are frozen", key="deploy")
    seat.commit("Freeze")
    planned = seat.do(preview_revert, Wanted(author="eve"))
    done = take_back(seat, None, author="eve")
    assert isinstance(planned, Reverted)
    assert done.value.tree == planned.value.tree
    assert (done.conflicts, keys(seat.repository)) == ((), {"auth", "deploy"})
    assert seat.memories == {"Auth uses JWT", "Releases run at noon"}


def keys(repository: Repository) -> set[str]:
    rows = repository.index.database.all(
        "SELECT v.key FROM view w JOIN versions v ON v.row = w.version WHERE w.workspace = ?",
        (repository.workspace.number,),
    )
    return {row[0] for row in rows}


def test_uncommitted_changes_are_refused(seat: Seat) -> None:
    say(seat, "Auth uses PASETO")
    seat.remember("Not committed")
    before = seat.state
    with pytest.raises(Uncommitted):
        seat.do(revert, Wanted("HEAD"))
    assert seat.state == before


def test_amid_a_merge_it_is_refused(seat: Seat) -> None:
    seat.do(switch_to_new, "side", None)
    say(seat, "Auth uses PASETO")
    seat.do(switch, "main")
    say(seat, "Deploys run at night", "deploy")
    seat.do(merge, "side", commit=False)
    with pytest.raises(MergeWaiting):
        seat.do(revert, Wanted("HEAD"))


def test_bad_input_writes_nothing(seat: Seat) -> None:
    before = seat.state
    for wanted in (Wanted("nowhere"), Wanted("HEAD..nowhere"), Wanted(session="s1")):
        with pytest.raises(NotFound):
            seat.do(revert, wanted)
    for wanted in (Wanted("HEAD...HEAD"), Wanted(author=" ")):
        with pytest.raises(BadInput):
            seat.do(revert, wanted)
    with pytest.raises(BadInput, match="message"):
        seat.do(revert, Wanted("HEAD"), message=" \n")
    assert seat.state == before


def test_message_and_author_are_the_callers(seat: Seat) -> None:
    say(seat, "Auth uses PASETO")
    seat.author = "bob"
    result = take_back(seat, message="It was wrong")
    assert (result.value.message, result.value.author) == ("It was wrong", "bob")


def test_on_no_branch(seat: Seat) -> None:
    say(seat, "Auth uses PASETO")
    main = seat.branches["main"]
    seat.do(switch_to_commit, "HEAD")
    result = take_back(seat)
    assert (result.branch, seat.head, seat.branches["main"]) == (None, Head(None, result.commit), main)


def test_on_top_of_what_another_workspace_committed(seat: Seat) -> None:
    target = say(seat, "Auth uses PASETO")
    other = seat.at("w2")
    other.remember("From w2", key="deploys")
    theirs = other.commit("From w2").commit
    result = take_back(seat, target.hex())
    assert result.value.parents == (theirs,)
    assert seat.memories == {"Auth uses JWT", "Deploys run at noon", "From w2"}


def test_undo_takes_it_back(seat: Seat) -> None:
    target = say(seat, "Auth uses PASETO")
    say(seat, "Auth uses OAuth")
    before = seat.state
    take_back(seat, target.hex())
    seat.do(undo)
    assert seat.state == before
