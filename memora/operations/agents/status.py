"""Which coding agents call memora, and whether they do it as they should."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple

from memora.errors import MemoraError
from memora.harnesses.json_text import NotJson
from memora.harnesses.names import CODEX, HARNESSES
from memora.harnesses.registration import PROJECT, SCOPES, place_of
from memora.harnesses.settings_text import look
from memora.operations.agents.folders import Folders, find_target
from memora.operations.agents.settings_file import read_text

State = Literal["installed", "outdated", "absent", "unreadable"]

_CODEX_CONFIG: Final = "config.toml"


class AgentStanding(NamedTuple):
    """How a settings file stands. ``events`` call memora as they should; ``note`` says what is in the way."""

    harness: str
    scope: str
    path: str
    state: State
    events: tuple[str, ...]
    note: str = ""


def agent_status(folders: Folders) -> Iterator[AgentStanding]:
    """How each harness stands, for the project (where there is one) and for the user."""
    for harness in HARNESSES:
        for scope in SCOPES:
            if scope != PROJECT or folders.project is not None:
                yield _standing(harness, scope, folders)


def _standing(harness: str, scope: str, folders: Folders) -> AgentStanding:
    place = place_of(harness, scope)
    try:
        target = find_target(folders, harness, scope)
        registered = look(read_text(target.real), harness)
    except (MemoraError, NotJson) as error:
        start = folders.home if scope != PROJECT else folders.project or ""
        path = os.path.join(start, *place.folder, place.file)
        return AgentStanding(harness, scope, path, "unreadable", (), str(error))
    if not registered.current and not registered.stale:
        return AgentStanding(harness, scope, target.path, "absent", ())
    state: State = "outdated" if registered.stale or registered.missing else "installed"
    note = "`memora agent install` brings it up to date" if state == "outdated" else ""
    if harness == CODEX and not note:
        note = _codex_note(os.path.join(os.path.dirname(target.real), _CODEX_CONFIG))
    return AgentStanding(harness, scope, target.path, state, registered.current, note)


def _codex_note(path: str) -> str:
    """What Codex's own settings beside the hooks say about hooks."""
    import tomllib

    try:
        settings: dict[str, Any] = tomllib.loads(read_text(path) or "")
    except (MemoraError, ValueError, RecursionError):
        return f"{path} cannot be read"
    features = settings.get("features")
    if isinstance(features, dict) and features.get("hooks") is False:
        return f"{path} turns hooks off: [features] hooks = false"
    return "Codex runs them once you have trusted them: /hooks in Codex"
