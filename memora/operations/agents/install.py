"""Tell a coding agent to call memora."""

from __future__ import annotations

from typing import Literal, NamedTuple

from memora.errors import Refused
from memora.harnesses.json_text import NotJson
from memora.harnesses.settings_text import install, look
from memora.operations.agents.folders import Folders, find_target
from memora.operations.agents.settings_file import read_text, replace_text

Outcome = Literal["installed", "updated", "unchanged", "uninstalled", "absent"]


class AgentChange(NamedTuple):
    """What was done to a settings file, or would be. ``before`` and ``after`` are its text, None for no file."""

    harness: str
    scope: str
    path: str
    outcome: Outcome
    before: str | None
    after: str | None


def install_agent(harness: str, scope: str, folders: Folders, *, dry_run: bool = False) -> AgentChange:
    """Put memora's hooks into the settings of a harness; everything else in them stays to the byte.

    Calling it again changes nothing. Raises Refused for a file that cannot be read as what it should be, that another
    program is writing, or that is a link out of the project, and Unavailable; nothing was written then.
    """
    target = find_target(folders, harness, scope)
    before = read_text(target.real)
    try:
        registered = look(before, harness)
        after = install(before, harness)
    except NotJson as error:
        raise not_understood(target.path, error) from None
    outcome: Outcome = "updated" if registered.current or registered.stale else "installed"
    if after == before:
        outcome = "unchanged"
    elif not dry_run:
        replace_text(target.real, before, after)
    return AgentChange(harness, scope, target.path, outcome, before, after)


def not_understood(path: str, error: NotJson) -> Refused:
    """The refusal of a settings file that cannot be read."""
    return Refused(f"{path} cannot be understood, {error}; it was not touched")
