"""Which harnesses there are, and which of them it is that called."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Any, Final

CLAUDE: Final = "claude-code"
CODEX: Final = "codex"
CURSOR: Final = "cursor"
GEMINI: Final = "gemini"
COPILOT: Final = "copilot"

HARNESSES: Final = (CLAUDE, CODEX, CURSOR, GEMINI, COPILOT)

TITLES: Final = {
    CLAUDE: "Claude Code",
    CODEX: "Codex",
    CURSOR: "Cursor",
    GEMINI: "Gemini CLI",
    COPILOT: "Copilot",
}

# Under which source memories and sessions of a harness are kept (``memora.model.vocabulary``).
SOURCES: Final = {
    CLAUDE: "claude_code",
    CODEX: "codex",
    CURSOR: "cursor",
    GEMINI: "gemini",
    COPILOT: "copilot",
}

_ALIASES: Final = {"claude": CLAUDE, "gemini-cli": GEMINI, "copilot-cli": COPILOT}


def find_harness(name: str) -> str | None:
    """The harness of a name as people write it, or None."""
    plain = name.strip().lower().replace("_", "-")
    plain = _ALIASES.get(plain, plain)
    return plain if plain in HARNESSES else None


def recognise(registered: str, environment: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """The harness that really runs a hook which was registered for one.

    Cursor and Copilot also run the hooks in Claude Code's settings. CLAUDE_PROJECT_DIR proves nothing: Gemini CLI,
    Copilot and Cursor set it as well. Any of them may be started from a shell that another one opened and inherit
    its variables, so only a hook that was registered for Claude Code is doubted.
    """
    if registered != CLAUDE:
        return registered
    if "cursor_version" in payload or (environment.get("CURSOR_VERSION") and "conversation_id" in payload):
        return CURSOR
    if environment.get("COPILOT_CLI") == "1" and not environment.get("CLAUDE_CODE_SESSION_ID"):
        return COPILOT
    return registered
