"""What memora itself writes into a session: an event for everything that a command does, in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from seats import Seat
from stores import NOON

from memora.model.belief import birth_id
from memora.operations.care.gc import gc
from memora.operations.history.branch import create_branch
from memora.operations.history.cherry_pick import cherry_pick
from memora.operations.history.merge import merge
from memora.operations.history.rollback import rollback
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.undo import redo, undo
from memora.operations.look.blame import blame
from memora.operations.look.receipts import record_recall
from memora.operations.remember.add import add, add_batch
from memora.operations.remember.edit import edit
from memora.operations.remember.promote import promote
from memora.operations.remember.remove import remove
from memora.operations.sessions.end import end_session
from memora.operations.sessions.list import session_events
from memora.operations.sessions.start import start_session
from memora.repository import Repository
from memora.sessions.operation_events import MOST_NODE_EVENTS
from memora.sessions.questions import Question, question_fields, read_question
from memora.storage.session_event import Event

TOKENS = "Auth uses JWT"
NODE = birth_id("semantic", "auth.jwt", TOKENS)


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    seat = Seat(tmp_path)
    seat.remember("known before")
    seat.commit("first")
    seat.do(start_session, session_id="run")
    yield seat
    seat.sound()
    seat.repository.close()


def said(seat: Seat) -> list[tuple[str, dict[str, Any]]]:
    """What the session says after its first event."""
    return [(event.event, event.data) for event in session_events(seat.repository, "run", first=2)]


def last(seat: Seat) -> Event:
    return list(session_events(seat.repository, "run"))[-1]


def version(seat: Seat) -> str:
    return seat.repository.index.database.one(
        "SELECT hex(o.id) FROM view w JOIN objects o ON o.row = w.version WHERE w.node = ?", (NODE,)
    )[0].lower()


def test_each_change_of_a_memory_is_an_event_with_the_tree_after_it(seat: Seat) -> None:
    versions, trees = [], []
    for change in (
        lambda: seat.remember(TOKENS, key="auth.jwt"),
        lambda: seat.do(edit, "auth.jwt", {"content": "Auth uses PASETO"}),
        lambda: seat.do(promote, key="auth.jwt"),
    ):
        change()
        versions.append(version(seat))
        trees.append(seat.repository.workspace.tree)
    seat.do(remove, ["auth.jwt"])
    trees.append(seat.repository.workspace.tree)
    assert said(seat) == [
        ("node_added", {"node": NODE.hex(), "operation": 3, "version": versions[0]}),
        ("node_updated", {"node": NODE.hex(), "operation": 4, "version": versions[1], "was": versions[0]}),
        ("node_promoted", {"node": NODE.hex(), "operation": 5, "version": versions[2], "was": versions[1]}),
        ("node_removed", {"node": NODE.hex(), "operation": 6, "was": versions[2]}),
    ]
    events = list(session_events(seat.repository, "run", first=2))
    assert [event.tree for event in events] == trees


def test_what_a_session_learns_names_it(seat: Seat) -> None:
    seat.remember(TOKENS, key="auth.jwt")
    seat.commit("learnt")
    seat.do(edit, "auth.jwt", {"add_tags": ["auth"]})
    seat.commit("tagged")
    origins = {
        value.origin.field: value.origin.session for value in blame(seat.repository, "auth.jwt", now=NOON).values
    }
    assert origins["content"] == origins["tags"] == "run"
    before = blame(seat.repository, birth_id("semantic", None, "known before").hex(), now=NOON)
    assert {value.origin.session for value in before.values} == {None}


def test_commands_about_whole_trees_are_one_event(seat: Seat) -> None:
    seat.remember(TOKENS)
    commit = seat.commit("learnt")
    seat.do(switch_to_new, "side", "HEAD~1")
    seat.remember("Sessions live in Redis")
    seat.commit("side")
    seat.do(switch, "main")
    seat.do(merge, "side")
    seat.do(rollback, to="HEAD~1")
    seat.do(undo)
    seat.do(redo)
    found = said(seat)
    assert [event for event, _ in found] == [
        "node_added",
        "commit_created",
        "branch_switched",
        "node_added",
        "commit_created",
        "branch_switched",
        "merge_completed",
        "rolled_back",
        "undone",
        "redone",
    ]
    assert (found[1][1]["operation"], found[1][1]["commit"], found[1][1]["branch"]) == (4, commit.commit.hex(), "main")
    assert found[6][1]["changes"] == {"added": 1}
    assert (found[8][1]["target"], found[9][1]["target"]) == (found[7][1]["operation"], found[7][1]["operation"])
    assert found[7][1]["changes"] == found[9][1]["changes"] == {"removed": 1}
    assert last(seat).tree == seat.repository.workspace.tree


def test_other_commands_that_commit_say_so_and_those_that_change_no_memory_are_named(seat: Seat) -> None:
    seat.do(switch_to_new, "side", None)
    seat.remember(TOKENS)
    commit = seat.commit("side").commit
    seat.do(switch, "main")
    seat.do(cherry_pick, [commit.hex()])
    assert [event for event, _ in said(seat)][-2:] == ["node_added", "commit_created"]
    create_branch(seat.repository, "other", None, author="ada", now=NOON)
    event, data = said(seat)[-1]
    assert (event, data["command"]) == ("operation_done", "branch")


def test_many_nodes_at_once_are_counted_and_not_listed(seat: Seat) -> None:
    lines = [json.dumps({"content": f"memory {number}"}) for number in range(MOST_NODE_EVENTS)]
    seat.do(add_batch, lines)
    assert [event for event, _ in said(seat)] == ["node_added"] * MOST_NODE_EVENTS
    seat.do(add_batch, [json.dumps({"content": f"more {number}"}) for number in range(MOST_NODE_EVENTS + 1)])
    event, data = said(seat)[-1]
    assert (event, data["changes"]) == ("nodes_changed", {"added": MOST_NODE_EVENTS + 1})


def test_what_changes_nothing_is_no_event(seat: Seat) -> None:
    seat.remember("known before")
    seat.do(gc)
    assert said(seat) == []


def test_a_command_that_fails_leaves_no_event(seat: Seat) -> None:
    seat.remember(TOKENS, key="auth.jwt")
    with pytest.raises(Exception, match=r"auth\.jwt"):
        seat.do(add, {"content": "Auth uses PASETO", "key": "auth.jwt"})
    assert len(said(seat)) == 1


def test_a_recall_keeps_its_question(seat: Seat) -> None:
    asked = question_fields(Question("how are tokens signed", 5))
    assert record_recall(seat.repository, {}, author="ada", now=NOON, asked=asked)
    event, data = said(seat)[-1]
    assert (event, data["nodes"], data["question"], data["limit"]) == ("recalled", {}, "how are tokens signed", 5)
    assert read_question(data) == Question("how are tokens signed", 5)
    seat.do(end_session)
    assert record_recall(seat.repository, {}, author="ada", now=NOON, asked=asked)
    assert list(seat.repository.sessions.events(None)) == []


def test_two_workspaces_two_sessions(seat: Seat) -> None:
    other = seat.at("other")
    other.remember("nobody counts this")
    other.do(start_session, session_id="other-run")
    other.remember("there")
    seat.remember("here")
    assert [event for event, _ in said(seat)] == ["node_added"]
    assert [event.event for event in session_events(other.repository, "other-run")] == ["session_started", "node_added"]
    other.repository.close()


def test_the_named_session_gets_what_is_done_in_any_workspace(seat: Seat) -> None:
    with Repository.open(seat.repository.path, workspace="other", session="run") as repository:
        add(repository, {"content": "there"}, author="ada", now=NOON)
        tree = repository.workspace.tree
    assert (last(seat).event, last(seat).tree) == ("node_added", tree)
    with Repository.open(seat.repository.path, session="no-such-session") as repository:
        add(repository, {"content": "in no session"}, author="ada", now=NOON)
    assert len(said(seat)) == 1
