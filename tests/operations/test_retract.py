"""Retracting a belief: what it leaves behind, what rests on it, and what other commands make of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import BadInput, Refused
from memora.model.node import Node, Observation
from memora.operations.care.gc import gc
from memora.operations.history.conflicts import resolve
from memora.operations.history.merge import merge
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.undo import redo, undo
from memora.operations.look.list import list_nodes
from memora.operations.naming import read_named
from memora.operations.remember.add import add
from memora.operations.remember.edit import edit
from memora.operations.remember.link import link
from memora.operations.remember.promote import promote
from memora.operations.remember.remove import remove
from memora.operations.remember.retract import Retraction, preview_retract, retract
from memora.operations.start.status import status
from memora.operations.support import unsupported_nodes


def derive(seat: Seat, name: str, *parents: str, **fields: object) -> None:
    """Remember something that follows from other memories; its content is its key."""
    links = [f"derived_from:{parent}" for parent in parents]
    seat.remember(name, key=name, links=links, **{"source": "model_inference", **fields})


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """root ← left, right ← bottom (from both), bottom ← leaf; and rock, from which nothing follows yet."""
    seat = Seat(tmp_path)
    for name, parents in (("root", ""), ("rock", ""), ("left", "root"), ("right", "root")):
        derive(seat, name, *parents.split())
    derive(seat, "bottom", "left", "right")
    derive(seat, "leaf", "bottom")
    return seat


def node(seat: Seat, name: str) -> Node:
    return read_named(seat.repository, [name])[0].node


def unsupported(seat: Seat) -> set[str]:
    found = {item.content for item in unsupported_nodes(seat.repository)}
    assert status(seat.repository, now=seat.now).unsupported == len(found)
    assert {item.node.content for item in list_nodes(seat.repository, now=seat.now, unsupported=True)} == found
    return found


def deprecated(seat: Seat) -> set[str]:
    return {item.node.content for item in list_nodes(seat.repository, now=seat.now) if item.node.status == "deprecated"}


def standings(found: Retraction) -> dict[str, str]:
    return {item.support.node.content: found.standing(item) for item in found.dependants}


def test_the_node_is_out_of_service_and_says_who_contradicted_it_and_why(seat: Seat) -> None:
    before = node(seat, "root")
    found = seat.do(retract, "root", reason="it never was")
    after = node(seat, "root")
    word = Observation("manual", "ada", seat.now, note="it never was", contradicts=True)
    assert after == before._replace(status="deprecated", observations=(*before.observations, word), updated_at=seat.now)
    assert (found.changes.outcome, [item.node for item in found.changes.nodes]) == ("changed", [after])
    assert found.node.node == before


def test_what_rests_on_it_is_named_and_left_alone(seat: Seat) -> None:
    found = seat.do(retract, "root")
    assert standings(found) == dict.fromkeys(("left", "right", "bottom", "leaf"), "unsupported")
    assert unsupported(seat) == {"left", "right", "bottom", "leaf"}
    assert deprecated(seat) == {"root"}


def test_with_cascade_what_has_no_support_left_goes_too_in_one_operation(seat: Seat) -> None:
    before, number = seat.state, seat.repository.log.head().number
    found = seat.do(retract, "root", reason="wrong", cascade=True)
    assert deprecated(seat) == {"root", "left", "right", "bottom", "leaf"}
    assert set(standings(found).values()) == {"deprecated"}
    assert len(found.changes.nodes) == 5
    assert unsupported(seat) == set()
    root = found.node.node.id.hex()
    assert node(seat, "leaf").observations[-1].note == f"derived from {root}, which was retracted: wrong"
    assert seat.repository.log.head().number == number + 1
    operation = next(iter(seat.repository.log.newest_first()))
    assert (operation.command, operation.summary) == ("retract", "[semantic] root, and 4 derived from it")
    seat.do(undo)
    assert (seat.state, deprecated(seat)) == (before, set())
    seat.do(redo)
    assert deprecated(seat) == {"root", "left", "right", "bottom", "leaf"}


def test_a_cascade_stops_where_something_else_holds(seat: Seat) -> None:
    seat.do(link, "right", "derived_from", "rock")
    found = seat.do(retract, "root", cascade=True)
    assert deprecated(seat) == {"root", "left"}
    assert standings(found) == {"left": "deprecated", "right": "supported", "bottom": "supported"}
    [right] = [item for item in found.dependants if item.support.node.content == "right"]
    assert right.support.parent == node(seat, "rock").id


def test_a_parent_that_fell_earlier_holds_nothing(seat: Seat) -> None:
    seat.do(link, "right", "derived_from", "rock")
    seat.do(edit, "rock", {"status": "deprecated"})
    assert unsupported(seat) == set()
    seat.do(retract, "root", cascade=True)
    assert deprecated(seat) == {"root", "rock", "left", "right", "bottom", "leaf"}


def test_a_circle_falls_as_a_whole(seat: Seat) -> None:
    seat.do(link, "root", "derived_from", "leaf")
    seat.do(link, "left", "derived_from", "bottom")
    found = seat.do(retract, "root", cascade=True)
    assert deprecated(seat) == {"root", "left", "right", "bottom", "leaf"}
    assert "root" not in standings(found)


def test_who_saw_it_in_the_code_holds_it_up(seat: Seat) -> None:
    seat.do(add, {"content": "bottom", "key": "bottom", "source": "code_read", "evidence": "src/a.rs:L1"})
    found = seat.do(retract, "root", cascade=True)
    assert deprecated(seat) == {"root", "left", "right"}
    assert standings(found)["bottom"] == "supported"
    assert "leaf" not in standings(found)


def test_the_preview_says_it_and_changes_nothing(seat: Seat) -> None:
    before, number = seat.state, seat.repository.log.head()
    planned = preview_retract(seat.repository, "root", cascade=True)
    assert (seat.state, seat.repository.log.head(), planned.changes.outcome) == (before, number, "unchanged")
    done = seat.do(retract, "root", cascade=True)
    assert (done.dependants, done.fallen, done.node) == (planned.dependants, planned.fallen, planned.node)


def test_a_cascade_may_come_later(seat: Seat) -> None:
    seat.do(retract, "root", reason="wrong")
    found = seat.do(retract, "root", cascade=True)
    assert {item.node.content for item in found.changes.nodes} == {"left", "right", "bottom", "leaf"}
    assert len(node(seat, "root").observations) == 2


def test_a_second_retraction_by_the_same_observer_changes_nothing(seat: Seat) -> None:
    seat.do(retract, "root", reason="wrong")
    number = seat.repository.log.head().number
    assert seat.do(retract, "root").changes.outcome == "unchanged"
    assert seat.repository.log.head().number == number
    seat.author = "bob"
    assert seat.do(retract, "root").changes.outcome == "changed"


def test_a_retracted_belief_that_is_brought_back_holds_again(seat: Seat) -> None:
    seat.do(retract, "root")
    seat.do(promote, node="root")
    assert unsupported(seat) == set()


def test_adding_it_again_does_not_bring_it_back(seat: Seat) -> None:
    seat.do(retract, "root")
    changes = seat.do(add, {"content": "root", "key": "root", "source": "code_read"})
    assert changes.outcome == "corroborated"
    assert node(seat, "root").status == "deprecated"
    assert unsupported(seat)


def test_saying_something_else_does(seat: Seat) -> None:
    seat.do(retract, "root")
    seat.revise("root", "another root")
    assert (node(seat, "root").status, len(node(seat, "root").observations)) == ("ephemeral", 1)
    assert unsupported(seat) == set()


def test_a_parent_that_is_removed_is_missed_until_it_returns(seat: Seat) -> None:
    seat.do(remove, ["root"])
    assert unsupported(seat) == {"left", "right", "bottom", "leaf"}
    seat.do(undo)
    assert unsupported(seat) == set()


def test_a_link_that_is_taken_away_takes_the_question_away(seat: Seat) -> None:
    root = node(seat, "root").id.hex()
    seat.do(remove, ["root"])
    seat.do(link, "left", "derived_from", root, remove=True)
    assert unsupported(seat) == {"right"}


def test_what_gc_deprecates_holds_nothing_either(seat: Seat) -> None:
    seat.now += 400 * 86_400 * 1_000_000
    seat.do(add, {"content": "left", "key": "left", "source": "cursor"})
    seat.do(gc, threshold=0.5)
    assert "root" in deprecated(seat)
    assert unsupported(seat) == {"left"}


def test_earlier_revisions_are_judged_as_they_were(seat: Seat) -> None:
    seat.commit("sound")
    seat.do(retract, "root")
    seat.commit("retracted")
    seat.do(remove, ["root"])
    seat.commit("removed")

    def at(revision: str) -> set[str]:
        nodes = list_nodes(seat.repository, now=seat.now, unsupported=True, revision=revision)
        return {item.node.content for item in nodes}

    assert (at("HEAD~2"), at("HEAD~1"), at("HEAD")) == (set(), *[{"left", "right", "bottom", "leaf"}] * 2)
    seat.do(retract, "left")
    assert at("HEAD") == {"left", "right", "bottom", "leaf"}
    assert unsupported(seat) == {"right", "bottom", "leaf"}


def test_other_workspaces_have_ground_of_their_own(seat: Seat) -> None:
    seat.commit("sound")
    agent = seat.at("agent")
    agent.now = seat.now
    agent.do(retract, "root")
    assert unsupported(agent) == {"left", "right", "bottom", "leaf"}
    assert unsupported(seat) == set()


@pytest.fixture
def forked(seat: Seat) -> Seat:
    """On ``main``, with a branch ``theirs`` on which the root was retracted."""
    seat.commit("sound")
    seat.do(switch_to_new, "theirs", None)
    seat.do(retract, "root", reason="wrong")
    seat.commit("retracted")
    seat.do(switch, "main")
    return seat


def test_a_merge_brings_a_retraction(forked: Seat) -> None:
    forked.remember("Something of ours")
    forked.commit("ours")
    forked.do(merge, "theirs")
    assert node(forked, "root").is_retracted
    assert unsupported(forked) == {"left", "right", "bottom", "leaf"}


def test_a_retraction_and_another_change_of_the_node_both_stay(forked: Seat) -> None:
    forked.do(edit, "root", {"add_tags": ["x"]})
    forked.commit("ours")
    forked.do(merge, "theirs")
    root = node(forked, "root")
    assert (root.status, root.tags, root.observations[-1].note) == ("deprecated", ("x",), "wrong")


def test_two_retractions_are_two_words_against_it(forked: Seat) -> None:
    forked.author = "bob"
    forked.do(retract, "root", reason="no")
    forked.commit("ours")
    forked.do(merge, "theirs")
    root = node(forked, "root")
    assert [item.note for item in root.observations if item.contradicts] == ["wrong", "no"]
    assert root.confidence == 0.6


def test_a_word_against_it_is_no_source_on_the_ladder(forked: Seat) -> None:
    """Both sides moved its status; the retraction is by a person, what supports it is inferred on both sides."""
    forked.do(promote, node="root")
    forked.commit("ours")
    result = forked.do(merge, "theirs")
    assert [item.verdict.rule for item in result.plan.decisions] == ["status"]
    root = node(forked, "root")
    assert (root.status, [item.contradicts for item in root.observations]) == ("stable", [False, True])


def test_a_word_against_it_makes_no_inference_certain(seat: Seat) -> None:
    seat.commit("sound")
    seat.do(switch_to_new, "theirs", None)
    seat.do(add, {"content": "rock", "key": "rock", "source": "codex", "confidence": 0.98})
    seat.do(retract, "rock")
    seat.commit("theirs")
    seat.do(switch, "main")
    seat.do(add, {"content": "rock", "key": "rock", "source": "cursor", "confidence": 0.98})
    seat.commit("ours")
    seat.do(merge, "theirs")
    assert node(seat, "rock").confidence == 0.99


def test_a_disputed_belief_has_to_be_resolved_first(seat: Seat) -> None:
    seat.commit("sound")
    seat.do(switch_to_new, "theirs", None)
    seat.do(edit, "left", {"content": "left one", "source": "cursor"})
    seat.commit("theirs")
    seat.do(switch, "main")
    seat.do(edit, "left", {"content": "left other", "source": "cursor"})
    seat.commit("ours")
    seat.do(merge, "theirs")
    with pytest.raises(Refused, match="disputed"):
        seat.do(retract, "left")
    found = seat.do(retract, "root", cascade=True)
    assert node(seat, "left").status == "conflicted"
    assert {item.content for item in unsupported_nodes(seat.repository)} == {node(seat, "left").content}
    assert standings(found)[node(seat, "left").content] == "unsupported"
    assert {"right", "bottom", "leaf"} <= deprecated(seat)


def test_resolving_for_the_side_that_retracted_it_leaves_it_retracted(seat: Seat) -> None:
    derive(seat, "how", type="procedural")
    seat.do(promote, node="how")
    seat.commit("sound")
    seat.do(switch_to_new, "theirs", None)
    seat.do(retract, "how", reason="wrong")
    seat.commit("retracted")
    seat.do(switch, "main")
    seat.do(edit, "how", {"status": "ephemeral"})
    seat.commit("ours")
    seat.do(merge, "theirs")
    assert node(seat, "how").status == "conflicted"
    seat.do(resolve, "how", "theirs")
    assert node(seat, "how").is_retracted
    assert [item.note for item in node(seat, "how").observations] == [None, "wrong"]


@pytest.mark.parametrize("reason", ["", "two\nlines", "x" * 2001, "hidden\u200b"])
def test_a_reason_is_one_line(seat: Seat, reason: str) -> None:
    before = seat.state
    with pytest.raises(BadInput, match="reason"):
        seat.do(retract, "root", reason=reason)
    assert seat.state == before


def test_the_longest_reason_fits_its_dependants(seat: Seat) -> None:
    seat.do(retract, "root", reason="x" * 2000, cascade=True)
    assert len(node(seat, "leaf").observations[-1].note or "") == 2000
