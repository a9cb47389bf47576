"""From a harness's JSON to a ``HookEvent``. Nothing that stands there can make this raise.

The harnesses write the same things under a few names each; what is not a text where a text belongs is as if it
were not there.
"""

from __future__ import annotations

from collections.abc import Mapping

from memora.harnesses.event import (
    CALL,
    COMPACTED,
    EDIT,
    END,
    FAILURE,
    PROMPT,
    REPLY,
    RESULT,
    START,
    SUBAGENT,
    HookEvent,
)
from memora.harnesses.outcome import find_error

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Any, Final

# A harness's word for an event, in lower case and without underscores. What stands in none of these is no concern here.
_KINDS: Final = {
    "sessionstart": START,
    "userpromptsubmit": PROMPT,
    "userpromptsubmitted": PROMPT,
    "beforesubmitprompt": PROMPT,
    "beforeagent": PROMPT,
    "pretooluse": CALL,
    "beforetool": CALL,
    "posttooluse": RESULT,
    "posttoolusefailure": RESULT,
    "aftertool": RESULT,
    "afterfileedit": EDIT,
    "stop": REPLY,
    "agentstop": REPLY,
    "afteragent": REPLY,
    "afteragentresponse": REPLY,
    "erroroccurred": FAILURE,
    "subagentstart": SUBAGENT,
    "subagentstop": SUBAGENT,
    "postcompact": COMPACTED,
    "sessionend": END,
}

# Gemini CLI puts the memories of the session's start before a prompt. Kept, they would feed on themselves.
_INJECTED: Final = ("<hook_context>", "</hook_context>")

LONGEST_NAME: Final = 200


def read_event(payload: Any, named: str = "") -> HookEvent | None:
    """The event in a payload; None for one that is of no concern, or that names no session.

    ``named`` is the event's name as it was registered, for harnesses that do not say it: it decides only where the
    payload is silent.
    """
    if not isinstance(payload, dict):
        return None
    name = _name(payload, "hook_event_name", "hookEventName") or named or _guess(payload)
    kind = _KINDS.get(name.lower().replace("_", ""))
    session = _name(payload, "session_id", "sessionId", "conversation_id", "conversationId")
    if kind is None or session is None:
        return None
    event = HookEvent(
        kind,
        name,
        session,
        id=_identity(kind, payload),
        directory=_directory(payload),
        reason=_name(payload, "source", "reason", "trigger", "status", "stop_reason", "stopReason"),
        text=_text_of(kind, payload),
        agent=_name(payload, "agent_id", "agentId", "subagent_id", "agent_type", "agentType", "subagent_type"),
        model=_name(payload, "model"),
    )
    if kind in (CALL, RESULT):
        _add_tool(event, payload)
    return event


def _add_tool(event: HookEvent, payload: Mapping[str, Any]) -> None:
    output = _first(payload, "tool_response", "tool_output", "tool_result", "toolResult")
    failed = _text(payload, "error", "error_message", "errorMessage")
    error = None
    if event.kind == RESULT:
        error = failed or find_error(output)
        if error is None and event.name.lower().endswith("failure"):
            error = "failed"
    event.tool = _name(payload, "tool_name", "toolName")
    event.input = _first(payload, "tool_input", "toolArgs", "tool_args")
    event.output, event.error = output, error


def _identity(kind: str, payload: Mapping[str, Any]) -> str | None:
    """The harness's name for this one event. A prompt's turn has many tool calls, so it is no name for these."""
    if kind in (CALL, RESULT):
        return _name(payload, "tool_use_id", "toolUseId", "toolCallId", "tool_call_id")
    if kind == PROMPT:
        return _name(payload, "prompt_id", "promptId", "turn_id", "turnId", "generation_id")
    return None


def _text_of(kind: str, payload: Mapping[str, Any]) -> str | None:
    if kind == PROMPT:
        prompt = _text(payload, "prompt", "message")
        return None if prompt is None else _without_injected(prompt)
    if kind == REPLY:
        return _text(payload, "last_assistant_message", "prompt_response", "text")
    if kind == COMPACTED:
        return _text(payload, "compact_summary")
    if kind == EDIT:
        return _text(payload, "file_path")
    if kind == SUBAGENT:
        return _text(payload, "last_assistant_message", "summary", "task", "description")
    if kind == FAILURE:
        return _text(payload, "error", "error_message")
    return None


def _directory(payload: Mapping[str, Any]) -> str | None:
    """Where the agent works. It is absolute: a relative one would mean another place in every process."""
    for found in (payload.get("cwd"), payload.get("working_directory"), payload.get("workspace_roots")):
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, str) and first and "\0" not in first:
            return first
    return None


def _guess(payload: Mapping[str, Any]) -> str:
    """The event of a payload that does not name it, by what only that one has (Copilot's own form)."""
    if "toolResult" in payload:
        return "postToolUse"
    if "toolName" in payload:
        return "postToolUseFailure" if "error" in payload else "preToolUse"
    if "prompt" in payload:
        return "userPromptSubmitted"
    if "initialPrompt" in payload or "source" in payload:
        return "sessionStart"
    return "sessionEnd" if "reason" in payload else ""


def _without_injected(prompt: str) -> str:
    """A prompt without what a hook had put before it."""
    start, end = _INJECTED
    if prompt.lstrip().startswith(start) and end in prompt:
        return prompt.partition(end)[2].lstrip()
    return prompt


def _first(payload: Mapping[str, Any], *names: str) -> Any:
    return next((payload[name] for name in names if payload.get(name) is not None), None)


def _text(payload: Mapping[str, Any], *names: str) -> str | None:
    """The first field that is a text with something in it; of an error record its message."""
    for name in names:
        found = payload.get(name)
        if isinstance(found, dict):
            found = found.get("message")
        if isinstance(found, str) and found.strip():
            return found
    return None


def _name(payload: Mapping[str, Any], *names: str) -> str | None:
    """The first field that is a name: short, and one line."""
    for name in names:
        found = payload.get(name)
        if isinstance(found, str) and 0 < len(found) <= LONGEST_NAME and found.isprintable():
            return found
    return None
