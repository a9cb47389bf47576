"""From what an agent should know to exactly the bytes that its harness takes.

| harness | context is read from |
|---|---|
| Claude Code, Codex, Gemini CLI | ``hookSpecificOutput.additionalContext``; Codex refuses any other key beside it |
| Copilot | ``additionalContext`` at the top, and nowhere else |
| Cursor | ``additional_context``; in hooks it takes from Claude Code's settings, as Claude Code |

Every answer ends a hook with exit code 0; there is no answer that stops an agent.
"""

from __future__ import annotations

import json

from memora.harnesses.event import PROMPT, RESULT, START, SUBAGENT, HookEvent
from memora.harnesses.names import CLAUDE, COPILOT, CURSOR, GEMINI

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Final

# Above 10,000 UTF-16 units Claude Code shows a model 2 KB of a context, and Codex its head and tail.
CONTEXT_UNITS: Final = 9_000

_TAKING: Final = (START, PROMPT, RESULT)


def takes_context(harness: str, registered: str, event: HookEvent) -> bool:
    """Whether a harness hands a context on to its model at this event."""
    if event.kind not in _TAKING and not (event.kind == SUBAGENT and event.name.lower() == "subagentstart"):
        return False
    if event.kind == SUBAGENT:
        return harness != CURSOR and harness != COPILOT
    if harness == CURSOR and registered == CURSOR:
        return event.kind == START or (event.kind == RESULT and not event.name.lower().endswith("failure"))
    if harness == COPILOT:
        return event.kind != RESULT or event.name.lower().endswith("failure")
    return True


def format_answer(harness: str, registered: str, event: HookEvent | None, context: str = "") -> str:
    """What to write to standard output: a context where there is one and it is taken, else the harness's "nothing".

    ``harness`` runs the hook, ``registered`` is whose settings name it; ``event`` is None where none was understood.
    """
    if not context or event is None or not takes_context(harness, registered, event):
        return _nothing(registered, event)
    if harness == COPILOT:
        return _line({"additionalContext": context})
    if registered == CURSOR:
        return _line({"additional_context": context})
    return _line({"hookSpecificOutput": {"hookEventName": _own_name(registered, event), "additionalContext": context}})


def _nothing(registered: str, event: HookEvent | None) -> str:
    """An answer without effect. Gemini CLI and Cursor read JSON whatever comes; the others take silence."""
    if registered == CURSOR and event is not None and event.kind == PROMPT:
        return _line({"continue": True})
    return _line({}) if registered in (CURSOR, GEMINI) else ""


def _own_name(registered: str, event: HookEvent) -> str:
    """The event's name as Claude Code writes it, which Cursor runs its hooks under in a spelling of its own."""
    return event.name[:1].upper() + event.name[1:] if registered == CLAUDE else event.name


def _line(answer: dict[str, object]) -> str:
    return json.dumps(answer, separators=(",", ":")) + "\n"


def units(text: str) -> int:
    """The length of a text in UTF-16 units, in which harnesses count."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
