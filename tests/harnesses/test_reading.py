"""What each harness says is understood, and nothing that it could say does harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.harnesses import event as kinds
from memora.harnesses.answering import CONTEXT_UNITS, format_answer, takes_context, units
from memora.harnesses.event import HookEvent
from memora.harnesses.names import CLAUDE, CODEX, COPILOT, CURSOR, GEMINI, HARNESSES, find_harness, recognise
from memora.harnesses.outcome import LONGEST_ERROR, find_error
from memora.harnesses.reading import read_event

CLAUDE_COMMON = {"session_id": "s1", "transcript_path": "/t.jsonl", "cwd": "/work", "permission_mode": "default"}
CURSOR_COMMON = {
    "conversation_id": "c1",
    "generation_id": "g1",
    "model": "gpt",
    "cursor_version": "3.0",
    "workspace_roots": ["/work", "/other"],
    "user_email": None,
}


def read(payload: dict, named: str = "") -> HookEvent:
    event = read_event(payload, named)
    assert event is not None
    return event


def test_claude_starts_a_session():
    event = read({**CLAUDE_COMMON, "hook_event_name": "SessionStart", "source": "startup", "model": "opus"})
    found = (event.kind, event.session, event.directory, event.reason, event.model)
    assert found == (kinds.START, "s1", "/work", "startup", "opus")


def test_claude_submits_a_prompt():
    event = read({**CLAUDE_COMMON, "hook_event_name": "UserPromptSubmit", "prompt": "mend it", "prompt_id": "p1"})
    assert (event.kind, event.id, event.text) == (kinds.PROMPT, "p1", "mend it")


def test_claude_used_a_tool():
    payload = {
        **CLAUDE_COMMON,
        "hook_event_name": "PostToolUse",
        "tool_name": "Bash",
        "tool_input": {"command": "ls"},
        "tool_response": {"stdout": "a\n", "stderr": "", "interrupted": False},
        "tool_use_id": "t1",
        "prompt_id": "p1",
    }
    event = read(payload)
    assert (event.kind, event.id, event.tool, event.input, event.error) == (
        kinds.RESULT,
        "t1",
        "Bash",
        {"command": "ls"},
        None,
    )
    assert event.output["stdout"] == "a\n"


def test_claude_failed_with_a_tool():
    payload = {
        **CLAUDE_COMMON,
        "hook_event_name": "PostToolUseFailure",
        "tool_name": "Bash",
        "tool_input": {"command": "make"},
        "tool_use_id": "t1",
        "error": "make: *** No rule to make target",
        "is_interrupt": False,
    }
    assert read(payload).error == "make: *** No rule to make target"
    assert read({**payload, "error": 7}).error == "failed"


def test_codex_used_a_tool_that_failed():
    payload = {
        **CLAUDE_COMMON,
        "hook_event_name": "PostToolUse",
        "model": "gpt-6",
        "turn_id": "u1",
        "tool_name": "shell",
        "tool_input": {"command": ["make"]},
        "tool_response": "Exit code: 2\nWall time: 1 seconds\nOutput:\nmake: no such target",
        "tool_use_id": "call_1",
    }
    event = read(payload)
    assert event.id == "call_1"
    assert event.error is not None and "no such target" in event.error


def test_cursor_speaks_for_itself():
    start = read({**CURSOR_COMMON, "hook_event_name": "sessionStart", "session_id": "c1", "composer_mode": "agent"})
    assert (start.kind, start.session, start.directory) == (kinds.START, "c1", "/work")
    prompt = read({**CURSOR_COMMON, "hook_event_name": "beforeSubmitPrompt", "prompt": "mend it"})
    assert (prompt.session, prompt.id, prompt.text) == ("c1", "g1", "mend it")
    used = read(
        {
            **CURSOR_COMMON,
            "hook_event_name": "postToolUse",
            "tool_name": "Shell",
            "tool_input": {"command": "npm test"},
            "tool_output": json.dumps({"exitCode": 1, "stdout": "1 failing"}),
            "tool_use_id": "abc",
        }
    )
    assert (used.id, used.error) == ("abc", "1 failing")
    failed = {**CURSOR_COMMON, "hook_event_name": "postToolUseFailure", "error_message": "timed out"}
    assert read(failed).error == "timed out"


def test_gemini_prompts_lose_what_was_put_before_them():
    common = {"session_id": "g", "cwd": "/work", "timestamp": "2026-11-21T00:00:00Z"}
    prompt = "<hook_context>the memories</hook_context>\n\nmend it"
    event = read({**common, "hook_event_name": "BeforeAgent", "prompt": prompt})
    assert event.text == "mend it"
    used = {"tool_name": "run_shell_command", "tool_input": {}, "tool_response": {"llmContent": "x", "error": None}}
    assert read({**common, "hook_event_name": "AfterTool", **used}).error is None
    used["tool_response"] = {"llmContent": "x", "error": {"message": "not found", "type": "execute"}}
    assert read({**common, "hook_event_name": "AfterTool", **used}).error == "not found"


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"source": "new", "initialPrompt": "hi"}, kinds.START),
        ({"prompt": "hi"}, kinds.PROMPT),
        ({"toolName": "bash", "toolArgs": "{}"}, kinds.CALL),
        ({"toolName": "bash", "toolArgs": "{}", "toolResult": {"resultType": "success"}}, kinds.RESULT),
        ({"toolName": "bash", "toolArgs": {}, "error": "no"}, kinds.RESULT),
        ({"reason": "complete"}, kinds.END),
    ],
)
def test_copilot_does_not_say_which_event_it_is(payload, kind):
    event = read({"sessionId": "s", "timestamp": 1, "cwd": "/work", **payload})
    assert event.kind == kind


def test_copilot_says_by_the_result_that_it_failed():
    result = {"resultType": "failure", "textResultForLlm": "exit code 1"}
    event = read({"sessionId": "s", "toolName": "bash", "toolArgs": "{}", "toolResult": result}, "postToolUse")
    assert event.error == "exit code 1"


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "text",
        7,
        {},
        {"hook_event_name": "SessionStart"},
        {"hook_event_name": "SessionStart", "session_id": 7},
        {"hook_event_name": "SessionStart", "session_id": ""},
        {"hook_event_name": "SessionStart", "session_id": "a\nb"},
        {"hook_event_name": "SessionStart", "session_id": "s" * 201},
        {"hook_event_name": "Notification", "session_id": "s"},
        {"hook_event_name": ["Stop"], "session_id": "s"},
    ],
)
def test_what_is_no_event_of_a_session_is_none(payload):
    assert read_event(payload) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = """hook_event_name hookEventName session_id sessionId conversation_id cwd workspace_roots source reason prompt
    prompt_id turn_id tool_name toolName tool_input toolArgs tool_response tool_output toolResult tool_use_id error
    error_message text last_assistant_message compact_summary model agent_id""".split()


@given(
    st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=12),
    st.sampled_from(["SessionStart", "Stop", "postToolUse", "AfterTool", "beforeSubmitPrompt", "x"]),
    st.sampled_from(HARNESSES),
    st.sampled_from(HARNESSES),
    st.text(max_size=20),
)
def test_nothing_in_a_payload_does_harm(payload, name, harness, registered, context):
    event = read_event({"hook_event_name": name, "session_id": "s", **payload})
    answer = format_answer(harness, registered, event, context)
    assert answer == "" or isinstance(json.loads(answer), dict)
    if event is not None:
        texts = (event.text, event.tool, event.error, event.directory, event.reason, event.agent, event.model)
        assert all(text is None or isinstance(text, str) for text in texts)


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ({"exit_code": 1, "stderr": "boom", "stdout": "x"}, "boom"),
        ({"exit_code": 0, "stderr": "a warning"}, None),
        ({"output": "boom", "metadata": {"exit_code": 2}}, "boom"),
        ({"is_error": True, "content": [{"type": "text", "text": "boom"}]}, "boom"),
        ({"isError": True}, "failed"),
        ({"success": False, "message": "boom"}, "boom"),
        ({"success": True, "error": ""}, None),
        ({"resultType": "denied", "textResultForLlm": "boom"}, "boom"),
        ("Process exited with code 3\nboom", "Process exited with code 3\nboom"),
        ("Exit code: 0\nfine", None),
        ("the tests exited with code 3", None),
        ('{"exitCode": 1, "stdout": "boom"}', "boom"),
        ("{not json", None),
        ("", None),
        (None, None),
        ([{"exit_code": True}], None),
    ],
)
def test_a_failure_is_told_from_a_result(output, found):
    assert find_error(output) == found


def test_a_long_complaint_keeps_its_ends():
    error = find_error({"exit_code": 1, "stderr": "start " + "x" * 100_000 + " end"})
    assert error is not None
    assert error.startswith("start") and error.endswith("end")
    assert len(error) <= LONGEST_ERROR + 3


def test_results_nested_without_end_are_given_up():
    deep: object = "boom"
    for _ in range(500):
        deep = [deep]
    assert find_error(deep) is None


START = HookEvent(kinds.START, "SessionStart", "s")
PROMPT = HookEvent(kinds.PROMPT, "UserPromptSubmit", "s")


def nested(name: str) -> dict:
    return {"hookSpecificOutput": {"hookEventName": name, "additionalContext": "know"}}


@pytest.mark.parametrize(
    ("harness", "registered", "event", "answer"),
    [
        (CLAUDE, CLAUDE, START, nested("SessionStart")),
        (CODEX, CODEX, PROMPT, nested("UserPromptSubmit")),
        (GEMINI, GEMINI, HookEvent(kinds.PROMPT, "BeforeAgent", "s"), nested("BeforeAgent")),
        (COPILOT, COPILOT, HookEvent(kinds.START, "sessionStart", "s"), {"additionalContext": "know"}),
        (COPILOT, CLAUDE, START, {"additionalContext": "know"}),
        (CURSOR, CURSOR, HookEvent(kinds.START, "sessionStart", "s"), {"additional_context": "know"}),
        (CURSOR, CLAUDE, HookEvent(kinds.START, "sessionStart", "s"), nested("SessionStart")),
        (CURSOR, CURSOR, HookEvent(kinds.PROMPT, "beforeSubmitPrompt", "s"), {"continue": True}),
    ],
)
def test_each_harness_gets_the_answer_it_takes(harness, registered, event, answer):
    assert json.loads(format_answer(harness, registered, event, "know")) == answer


@pytest.mark.parametrize(
    ("harness", "nothing"), [(CLAUDE, ""), (CODEX, ""), (COPILOT, ""), (CURSOR, "{}\n"), (GEMINI, "{}\n")]
)
def test_nothing_to_say_is_said_as_the_harness_takes_it(harness, nothing):
    assert format_answer(harness, harness, None) == nothing
    assert format_answer(harness, harness, HookEvent(kinds.START, "SessionStart", "s")) == nothing
    assert format_answer(harness, harness, HookEvent(kinds.END, "SessionEnd", "s"), "know") == nothing


def test_who_takes_a_context_when():
    failed = HookEvent(kinds.RESULT, "postToolUseFailure", "s")
    used = HookEvent(kinds.RESULT, "postToolUse", "s")
    assert takes_context(COPILOT, COPILOT, failed) and not takes_context(COPILOT, COPILOT, used)
    assert takes_context(CURSOR, CURSOR, used) and not takes_context(CURSOR, CURSOR, failed)
    assert takes_context(CLAUDE, CLAUDE, failed)
    assert not takes_context(CLAUDE, CLAUDE, HookEvent(kinds.END, "SessionEnd", "s"))


def test_who_calls_is_recognised():
    assert recognise(CLAUDE, {"COPILOT_CLI": "1", "CLAUDE_PROJECT_DIR": "/"}, {}) == COPILOT
    assert recognise(CLAUDE, {"CLAUDE_PROJECT_DIR": "/"}, {"cursor_version": "3"}) == CURSOR
    assert recognise(CLAUDE, {"CLAUDECODE": "1"}, {}) == CLAUDE
    assert recognise(CODEX, {"COPILOT_CLI": "1", "CLAUDECODE": "1"}, {}) == CODEX


def test_names_are_read_as_people_write_them():
    assert [find_harness(name) for name in ("claude", "Claude_Code", "gemini-cli", "codex", "nobody")] == [
        CLAUDE,
        CLAUDE,
        GEMINI,
        CODEX,
        None,
    ]


def test_lengths_are_counted_as_harnesses_do():
    assert units("abc") == 3
    assert units("ä\U0001f600") == 3
    assert CONTEXT_UNITS < 10_000
