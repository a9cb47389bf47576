"""Transcripts that Claude Code and Codex write of their runs, as the events that their hooks would have told.

Both are JSON Lines in a form that is nobody's contract and changes with versions: what is not understood is passed over
and counted, and nothing that stands there can make this raise. Lines are read one by one and none is kept.

What a harness put before the model itself (memories, instructions, its surroundings) is no event: read back it would be
believed once more for having been said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from memora.errors import BadInput
from memora.harnesses.event import CALL, COMPACTED, PROMPT, REPLY, RESULT, HookEvent
from memora.harnesses.names import CLAUDE, CODEX
from memora.harnesses.outcome import cut, find_error
from memora.model.times import parse_time

LONGEST_LINE: Final = 64 * 1024 * 1024

# How the words begin that a harness puts into a prompt by itself.
_OWN_WORDS: Final = (
    "<system-reminder>",
    "<command-",
    "<local-command-",
    "<environment_context>",
    "<user_instructions>",
    "<permissions",
    "<hook_context>",
    "# AGENTS.md instructions",
    "Caveat: ",
    "[Request interrupted",
)
_CODEX_CALLS: Final = ("function_call", "custom_tool_call", "local_shell_call")
_CODEX_OUTPUTS: Final = ("function_call_output", "custom_tool_call_output")


class Transcript:
    """Reads a transcript line by line; ``harness``, ``session`` and ``directory`` are known once a line has said them.

    ``passed_over`` counts the lines that are no JSON, a last one that is half written among them.
    """

    def __init__(self) -> None:
        self.harness: str | None = None
        self.session: str | None = None
        self.directory: str | None = None
        self.passed_over = 0
        self._tools: dict[str, str] = {}

    def read(self, line: bytes) -> Iterator[tuple[int | None, HookEvent]]:
        """The events in a line, with their time in microseconds where it says one."""
        if not line.strip():
            return
        record = None
        if len(line) <= LONGEST_LINE:
            with suppress(ValueError, RecursionError):
                record = json.loads(line)
        if not isinstance(record, dict):
            self.passed_over += 1
            return
        at = _time(record.get("timestamp"))
        payload = record.get("payload")
        events = self._codex(record.get("type"), payload) if isinstance(payload, dict) else self._claude(record)
        for event in events:
            event.directory = self.directory
            yield at, event

    def _claude(self, record: Mapping[str, Any]) -> Iterator[HookEvent]:
        kind, session = record.get("type"), record.get("sessionId")
        if isinstance(session, str) and session and self.session is None and kind in ("user", "assistant", "system"):
            self.harness, self.session = CLAUDE, session
        if self.directory is None and isinstance(record.get("cwd"), str):
            self.directory = record["cwd"]
        message = record.get("message")
        if kind not in ("user", "assistant") or not isinstance(message, dict) or record.get("isMeta") is True:
            return
        agent = record.get("agentId") if record.get("isSidechain") is True else None
        agent = agent if isinstance(agent, str) else "subagent" if record.get("isSidechain") is True else None
        summary = record.get("isCompactSummary") is True
        content = message.get("content")
        blocks = content if isinstance(content, list) else [{"type": "text", "text": content}]
        model = message.get("model") if isinstance(message.get("model"), str) else None
        for block in blocks:
            event = self._block(block, kind, summary) if isinstance(block, dict) else None
            if event is not None:
                event.agent, event.model = agent, model
                yield event

    def _block(self, block: Mapping[str, Any], speaker: str, summary: bool) -> HookEvent | None:
        kind, identity = block.get("type"), _text(block.get("id")) or _text(block.get("tool_use_id"))
        if kind == "text":
            said = PROMPT if speaker == "user" else REPLY
            return self._said(COMPACTED if summary else said, _text(block.get("text")))
        if kind == "tool_use":
            return self._call(identity, _text(block.get("name")), block.get("input"))
        if kind == "tool_result":
            output = block.get("content")
            if block.get("is_error") is True:
                output = {"is_error": True, "content": output if isinstance(output, list) else [_as_block(output)]}
            return self._result(identity, output)
        return None

    def _codex(self, kind: Any, payload: Mapping[str, Any]) -> Iterator[HookEvent]:
        if kind == "session_meta":
            session = payload.get("id") or payload.get("session_id")
            if isinstance(session, str) and session and self.session is None:
                self.harness, self.session = CODEX, session
            if self.directory is None and isinstance(payload.get("cwd"), str):
                self.directory = payload["cwd"]
            return
        event = None
        if kind == "compacted":
            event = self._said(COMPACTED, _text(payload.get("message")))
        elif kind == "response_item":
            event = self._item(payload)
        if event is not None:
            yield event

    def _item(self, payload: Mapping[str, Any]) -> HookEvent | None:
        kind, identity = payload.get("type"), _text(payload.get("call_id"))
        if kind == "message":
            said = {"user": PROMPT, "assistant": REPLY}.get(str(payload.get("role")))
            content = payload.get("content")
            parts = content if isinstance(content, list) else []
            texts = [_text(part.get("text")) for part in parts if isinstance(part, dict)]
            whole = "\n".join(text for text in texts if text and not text.lstrip().startswith(_OWN_WORDS))
            return self._said(said, whole) if said is not None else None
        if kind in _CODEX_CALLS:
            given = next((payload[name] for name in ("arguments", "input", "action") if name in payload), None)
            return self._call(identity, _text(payload.get("name")) or str(kind), given)
        if kind in _CODEX_OUTPUTS:
            return self._result(identity, payload.get("output"))
        return None

    def _said(self, kind: str, text: str | None) -> HookEvent | None:
        if not text or not text.strip() or text.lstrip().startswith(_OWN_WORDS):
            return None
        return HookEvent(kind, "transcript", self.session or "", text=text)

    def _call(self, identity: str | None, tool: str | None, given: Any) -> HookEvent:
        if identity and tool:
            self._tools[identity] = tool
        event = HookEvent(CALL, "transcript", self.session or "", id=identity)
        event.tool, event.input = tool, given
        return event

    def _result(self, identity: str | None, output: Any) -> HookEvent:
        event = HookEvent(RESULT, "transcript", self.session or "", id=identity)
        event.tool = self._tools.pop(identity, None) if identity else None
        event.output, event.error = output, find_error(output)
        return event


def _as_block(output: Any) -> dict[str, Any]:
    return {"type": "text", "text": output if isinstance(output, str) else cut(json.dumps(output))}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _time(value: Any) -> int | None:
    if not isinstance(value, str) or len(value) > 40 or not value[:4].isdecimal():
        return None
    try:
        return parse_time("timestamp", value, 0)
    except BadInput:
        return None
