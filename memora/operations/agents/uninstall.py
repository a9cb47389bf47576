"""Take back what a coding agent was told."""

from __future__ import annotations

from memora.harnesses.json_text import NotJson
from memora.harnesses.settings_text import uninstall
from memora.operations.agents.folders import Folders, find_target
from memora.operations.agents.install import AgentChange, not_understood
from memora.operations.agents.settings_file import read_text, remove_empty_folders, replace_text


def uninstall_agent(harness: str, scope: str, folders: Folders, *, dry_run: bool = False) -> AgentChange:
    """Take memora's hooks out of the settings of a harness, and nothing else.

    A file that ``install_agent`` made and nobody else wrote to goes, with the folders that leaves empty. Raises as
    ``install_agent``.
    """
    target = find_target(folders, harness, scope)
    before = read_text(target.real)
    try:
        after = None if before is None else uninstall(before, harness)
    except NotJson as error:
        raise not_understood(target.path, error) from None
    if after == before:
        return AgentChange(harness, scope, target.path, "absent", before, after)
    if not dry_run:
        replace_text(target.real, before, after)
        if after is None and target.real == target.path:
            remove_empty_folders(target.path, target.folders)
    return AgentChange(harness, scope, target.path, "uninstalled", before, after)
