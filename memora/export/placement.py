"""Where a target's file lies in a project, and what its owner should know: tools read each other's files."""

from __future__ import annotations

import os.path
from collections.abc import Callable
from typing import Final, NamedTuple

from memora.export.targets import RuleFiles, Target

Kind = Callable[[str], str | None]
Reader = Callable[[str], str | None]

# Files that Copilot's and OpenHands' command lines send together, whoever they were written for.
_READ_TOGETHER: Final = ("AGENTS.md", "CLAUDE.md", "GEMINI.md", ".github/copilot-instructions.md")
_HIDE_AGENTS_FROM_ZED: Final = (".rules", ".cursorrules", ".windsurfrules", ".clinerules")
_MARK: Final = "memora:begin"


class Placement(NamedTuple):
    """Where to write, what a new file begins with, where rules for paths go, and what to say about it."""

    path: str
    front: str
    rules: RuleFiles | None
    notes: tuple[str, ...] = ()


def place(target: Target, kind: Kind, read: Reader) -> Placement:
    """The place of a target. ``kind`` says ``file``, ``folder`` or None of a path in the project, ``read`` its text."""
    path, rules = _path_of(target, kind)
    new = kind(path) is None
    front = target.front
    notes = []
    if new and _switches_agents_off(target, kind):
        front = "@AGENTS.md\n\n"
        notes.append(
            "a new CLAUDE.md switches off that Claude Code reads AGENTS.md, so it begins with @AGENTS.md; "
            "Copilot's command line then reads AGENTS.md twice"
        )
    if new and path in _HIDE_AGENTS_FROM_ZED and (kind("AGENTS.md") or kind("CLAUDE.md")):
        notes.append(f"Zed reads the first rules file it finds: {path} hides AGENTS.md and CLAUDE.md from it")
    if target.name == "zed" and path != ".rules":
        notes.append(f"Zed reads {path} here, so that is where it was written")
    others = [other for other in _READ_TOGETHER if other != path and _MARK in (read(other) or "")]
    if path in _READ_TOGETHER and others:
        blocks = "has a block" if len(others) == 1 else "have blocks"
        notes.append(f"{', '.join(others)} {blocks} too: Copilot's command line and OpenHands read them all")
    if target.name == "aider" and path not in (read(".aider.conf.yml") or ""):
        notes.append(f"Aider reads {path} only where .aider.conf.yml says `read: {path}`")
    return Placement(path, front, rules, tuple(notes))


def _path_of(target: Target, kind: Kind) -> tuple[str, RuleFiles | None]:
    if target.name == "cline" and kind(".clinerules") == "file":
        return ".clinerules", None  # one file or a folder, not both: rules for paths stand in it too
    found = next((path for path in target.paths if kind(path) == "file"), None)
    if found is None:
        # Devin reads Windsurf's folder, and Windsurf only that one.
        homes = [path for path in target.paths if "/" in path and kind(path.partition("/")[0]) == "folder"]
        found = homes[0] if target.name == "windsurf" and homes else target.paths[0]
    rules = target.rules
    if rules is not None and target.name == "windsurf":
        rules = rules._replace(folder=os.path.dirname(found))
    return found, rules


def _switches_agents_off(target: Target, kind: Kind) -> bool:
    """Whether the first CLAUDE.md of a project would take AGENTS.md from Claude Code, which it reads without one."""
    mine = (*target.paths, "CLAUDE.local.md")
    return target.name == "claude-code" and kind("AGENTS.md") == "file" and not any(kind(path) for path in mine)
