"""What stands in a harness's settings for memora to be called: which file, which events, which entries.

| harness | file | shape |
|---|---|---|
| Claude Code, Codex, Gemini CLI | settings of many things | ``hooks`` → event → groups → ``hooks`` → handlers |
| Cursor | hooks of everybody | ``hooks`` → event → handlers, and a ``version`` |
| Copilot | a file of memora's own in a folder of hooks | as Cursor, with a line for each shell |
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from memora.harnesses.names import CLAUDE, CODEX, COPILOT, CURSOR, GEMINI, find_harness

USER: Final = "user"
PROJECT: Final = "project"
SCOPES: Final = (PROJECT, USER)

# After the tool and not before it: the event behind a tool's run says what was asked as well as what came of it,
# so there is one process for each run, and none that a tool waits for.
EVENTS: Final = {
    CLAUDE: (
        "SessionStart",
        "UserPromptSubmit",
        "PostToolUse",
        "PostToolUseFailure",
        "SubagentStop",
        "PostCompact",
        "Stop",
        "SessionEnd",
    ),
    CODEX: ("SessionStart", "UserPromptSubmit", "PostToolUse", "SubagentStop", "Stop", "SessionEnd"),
    CURSOR: (
        "sessionStart",
        "beforeSubmitPrompt",
        "postToolUse",
        "postToolUseFailure",
        "subagentStop",
        "afterAgentResponse",
        "sessionEnd",
    ),
    GEMINI: ("SessionStart", "BeforeAgent", "AfterTool", "AfterAgent", "SessionEnd"),
    COPILOT: (
        "sessionStart",
        "userPromptSubmitted",
        "postToolUse",
        "postToolUseFailure",
        "errorOccurred",
        "sessionEnd",
    ),
}

_SECONDS: Final = 10
_CODEX_END_SECONDS: Final = 3  # more is cut down to this

_OURS: Final = re.compile(r"""(?:"?[^"&|;<>$`\n]*[/\\])?memora(?:\.exe)?"? hook ([a-z_-]+)(?: [A-Za-z]+)?""")


class Place(NamedTuple):
    """Where a settings file lies: below the home or project folder, unless a variable names another folder."""

    folder: tuple[str, ...]
    file: str
    variable: str | None = None


_PLACES: Final = {
    (CLAUDE, USER): Place((".claude",), "settings.json", "CLAUDE_CONFIG_DIR"),
    (CLAUDE, PROJECT): Place((".claude",), "settings.json"),
    (CODEX, USER): Place((".codex",), "hooks.json", "CODEX_HOME"),
    (CODEX, PROJECT): Place((".codex",), "hooks.json"),
    (CURSOR, USER): Place((".cursor",), "hooks.json"),
    (CURSOR, PROJECT): Place((".cursor",), "hooks.json"),
    (GEMINI, USER): Place((".gemini",), "settings.json"),
    (GEMINI, PROJECT): Place((".gemini",), "settings.json"),
    (COPILOT, USER): Place((".copilot", "hooks"), "memora.json"),
    (COPILOT, PROJECT): Place((".github", "hooks"), "memora.json"),
}


def place_of(harness: str, scope: str) -> Place:
    """Where the settings file of a harness lies."""
    return _PLACES[harness, scope]


def needs_version(harness: str) -> bool:
    """Whether the file has to say its version beside the hooks."""
    return harness in (CURSOR, COPILOT)


def entry_for(harness: str, event: str) -> dict[str, Any]:
    """The entry that has a harness call memora at an event."""
    command = f"memora hook {harness}"
    if harness == CURSOR:
        return {"command": command, "timeout": _SECONDS}
    if harness == COPILOT:
        line = f"{command} {event}"  # Copilot does not say in its JSON which event it is
        return {"type": "command", "bash": line, "powershell": line, "timeoutSec": _SECONDS}
    timeout = _SECONDS * 1000 if harness == GEMINI else _SECONDS
    if harness == CODEX and event == "SessionEnd":
        timeout = _CODEX_END_SECONDS
    return {"hooks": [{"type": "command", "command": command, "timeout": timeout}]}


def is_ours(handler: Any) -> bool:
    """Whether a handler calls memora and does nothing else."""
    if not isinstance(handler, dict):
        return False
    lines = [handler[name] for name in ("command", "bash", "powershell") if name in handler]
    return bool(lines) and all(isinstance(line, str) and _calls_memora(line) for line in lines)


def _calls_memora(line: str) -> bool:
    found = _OURS.fullmatch(line.strip())
    return found is not None and find_harness(found[1]) is not None
