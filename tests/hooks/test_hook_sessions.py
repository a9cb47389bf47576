"""An agent's run becomes a session: what happened in it, once each, whatever the agent does."""

from __future__ import annotations

import json

import pytest
from agent_calls import Agent
from stores import SECOND

from memora.harnesses.notes import LARGEST_NOTE
from memora.operations.agents.attend import RESUMED
from memora.operations.remember.add import add
from memora.storage import lean_log, schema
from memora.storage.session_log import ENDED, STARTED

TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"  # in two pieces: it is none, but looks like one


def test_a_run_is_recorded_from_start_to_end(tmp_path):
    agent = Agent(tmp_path)
    agent.start(model="opus")
    agent.call("UserPromptSubmit", prompt="mend the build", prompt_id="p1")
    agent.use("t1")
    agent.fail("t2", "make: no such target")
    agent.call("Stop", last_assistant_message="It is mended.")
    agent.call("SessionEnd", reason="other")
    assert agent.types() == [
        STARTED,
        "user_prompt",
        "tool_call",
        "tool_result",
        "tool_call",
        "tool_result",
        "note",
        ENDED,
    ]
    events = agent.events()
    assert events[0].data["model"] == "opus"
    assert events[1].data == {"id": "p1", "text": "mend the build"}
    assert events[2].data == {"id": "t1", "tool": "Bash", "input": {"command": "ls"}}
    assert events[3].data == {"id": "t1", "tool": "Bash", "output": {"stdout": "a"}}
    assert events[5].data["error"] == "make: no such target"
    assert events[6].data == {"from": "assistant", "text": "It is mended."}
    (session,) = agent.sessions()
    assert (session.id, session.source, session.outcome) == ("s1", "claude_code", "completed")


def test_each_event_keeps_the_beliefs_of_its_moment(tmp_path):
    agent = Agent(tmp_path)
    agent.start()
    agent.use("t1")
    with agent.open() as repository:
        before = repository.workspace.tree
        add(repository, {"content": "Auth uses JWT"}, author="ada", now=agent.now)
        after = repository.workspace.tree
    agent.use("t2")
    trees = {event.data["id"]: event.tree for event in agent.events() if event.event == "tool_result"}
    assert trees == {"t1": before, "t2": after}


def test_what_is_told_twice_is_recorded_once(tmp_path):
    agent = Agent(tmp_path)
    with agent.open() as repository:
        add(repository, {"content": "Auth uses JWT"}, author="ada", now=agent.now)
    assert agent.start()
    assert agent.context("SessionStart", source="startup", passed=SECOND) == ""
    for _ in range(2):
        agent.use("t1")
        agent.call("UserPromptSubmit", prompt="go on", passed=0)
    agent.call("SessionEnd", reason="other")
    agent.call("SessionEnd", reason="other")
    kept = [STARTED, "recalled", "tool_call", "tool_result", "user_prompt", ENDED]
    # The same words ten seconds later are said again: there is nothing that tells them from the first ones.
    assert agent.types() == [*kept[:-1], "user_prompt", ENDED]
    assert len(agent.sessions()) == 1


def test_a_call_that_was_told_before_its_result_is_not_told_again(tmp_path):
    agent = Agent(tmp_path)
    agent.start()
    fields = {"tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "t1"}
    agent.call("PreToolUse", **fields)
    agent.use("t1")
    assert agent.types() == [STARTED, "tool_call", "tool_result"]


def test_an_agent_that_was_not_there_at_the_start_joins(tmp_path):
    agent = Agent(tmp_path)
    agent.use("t1")
    assert agent.types() == [STARTED, "tool_call", "tool_result"]
    assert agent.events()[0].data["reason"] == "joined"


def test_a_run_that_goes_on_after_its_end_goes_on_in_a_session_of_its_own(tmp_path):
    agent = Agent(tmp_path)
    agent.start()
    agent.call("SessionEnd", reason="other")
    agent.use("t1")
    agent.call("SessionEnd", reason="other")
    agent.context("SessionStart", source="resume")
    assert [session.id for session in agent.sessions()] == ["s1", "s1.2", "s1.3"]
    assert agent.types("s1.2") == [STARTED, "tool_call", "tool_result", ENDED]


def test_a_smaller_context_is_told_anew(tmp_path):
    agent = Agent(tmp_path)
    with agent.open() as repository:
        add(repository, {"content": "Auth uses JWT"}, author="ada", now=agent.now)
    first = agent.start()
    assert agent.context("SessionStart", source="compact") == first
    assert agent.types() == [STARTED, "recalled", RESUMED, "recalled"]


def test_two_runs_side_by_side_are_two_sessions(tmp_path):
    agent, other = Agent(tmp_path), Agent(tmp_path, harness="codex")
    agent.start()
    agent.start(session="s2")
    other.start()
    agent.use("t1")
    agent.call("PostToolUse", session="s2", tool_name="Read", tool_use_id="t1")
    assert [(session.id, session.source, session.outcome) for session in agent.sessions()] == [
        ("s1", "claude_code", None),
        ("s2", "claude_code", None),
        ("s1.2", "codex", None),
    ]
    assert agent.types("s2") == [STARTED, "tool_call", "tool_result"]


def test_names_that_are_no_ids_get_one(tmp_path):
    agent = Agent(tmp_path)
    names = ["../../etc/passwd", "a b", "x" * 200, "-", "HEAD", "..", "a.lock", "ä"]
    for name in names:
        agent.start(session=name)
        agent.call("PostToolUse", session=name, tool_name="Read", tool_use_id="t1")
    assert len(agent.sessions()) == len(names)
    for session in agent.sessions():
        assert agent.types(session.id) == [STARTED, "tool_call", "tool_result"]


def test_secrets_are_masked_wherever_they_stand(tmp_path):
    agent = Agent(tmp_path)
    agent.start()
    agent.call("UserPromptSubmit", prompt=f"use {TOKEN} please")
    fields = {"command": f"curl -H 'Authorization: token {TOKEN}'", "env": {"GITHUB_TOKEN": TOKEN}}
    agent.use("t1", tool_input=fields, tool_response={"stdout": "x" * 990 + f" {TOKEN} " + "y" * 9000})
    agent.fail("t2", f"401 for {TOKEN}")
    agent.call("Stop", last_assistant_message=f"I used {TOKEN}")
    with agent.open() as repository:
        said = "".join(repository.sessions.raw_data())
    assert TOKEN not in said and TOKEN[8:] not in said
    assert "ghp_" in said


@pytest.mark.parametrize(
    "value",
    ["x" * 1_000_000, ["y" * 5_000] * 500, {f"k{n}": "z" * 3_000 for n in range(500)}, [[[[[[[[[["deep"]]]]]]]]]]],
)
def test_what_is_large_is_cut_and_what_is_cut_is_bounded(tmp_path, value):
    agent = Agent(tmp_path)
    agent.start()
    agent.use("t1", tool_response=value)
    (result,) = [event for event in agent.events() if event.event == "tool_result"]
    assert len(json.dumps(result.data)) <= 2 * LARGEST_NOTE


@pytest.mark.parametrize(
    "value", ["\ud800 half", "e\u0301", "\u0000\u001b[31m", 10**30, float("1e300"), -0.5, True, {"\udc00": "\ufeff"}]
)
def test_what_json_can_say_is_kept_in_its_canonical_form(tmp_path, value):
    agent = Agent(tmp_path)
    agent.start()
    agent.use("t1", tool_response={"value": value})
    agent.call("SessionEnd", reason="other")  # sealing reads every byte of it again
    assert agent.types()[-2:] == ["tool_result", ENDED]


def test_the_end_commits_where_it_is_configured(tmp_path):
    agent = Agent(tmp_path)
    agent.start()
    with agent.open() as repository:
        add(repository, {"content": "Auth uses JWT"}, author="ada", now=agent.now)
    agent.call("SessionEnd", reason="other")
    assert "commit_created" not in agent.types()
    with (tmp_path / ".memora" / "config.toml").open("a") as file:
        file.write("[hook]\ncommit = true\n")
    agent.start()
    agent.call("SessionEnd", reason="other")
    with agent.open() as repository:
        head = repository.refs.find("refs/heads/main")
    assert head is not None
    assert agent.types("s1.2")[-1] == ENDED


def test_a_run_that_failed_says_so(tmp_path):
    agent = Agent(tmp_path, harness="cursor")
    agent.call("sessionStart")
    agent.call("sessionEnd", reason="error")
    assert agent.sessions()[0].outcome == "failed"


def test_the_short_way_knows_the_format_of_the_store():
    assert (lean_log.FORMAT, lean_log.APPLICATION_ID) == (schema.FORMAT, schema.APPLICATION_ID)
