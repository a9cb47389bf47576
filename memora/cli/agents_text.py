"""How coding agents and their settings are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from memora.cli.output import Output, escape
from memora.harnesses.names import CODEX, TITLES
from memora.harnesses.registration import PROJECT
from memora.operations.agents.install import AgentChange
from memora.operations.agents.status import AgentStanding

_DONE: Final = {
    "installed": "{title} calls memora now",
    "updated": "{title} calls memora in today's way now",
    "unchanged": "{title} calls memora already",
    "uninstalled": "{title} does not call memora any more",
    "absent": "{title} did not call memora",
}
_WOULD: Final = {
    "installed": "{title} would call memora",
    "updated": "{title} would call memora in today's way",
    "unchanged": "{title} calls memora already",
    "uninstalled": "{title} would not call memora any more",
    "absent": "{title} does not call memora",
}
_NOTHING: Final = "/dev/null"
_STYLES: Final = {"installed": "green", "outdated": "yellow", "unreadable": "red", "absent": "dim"}


def outcome_line(change: AgentChange, dry_run: bool) -> str:
    """What was done, or would be, in a line."""
    words = (_WOULD if dry_run else _DONE)[change.outcome]
    return f"{words.format(title=TITLES[change.harness])}  ({escape(change.path)})"


def difference(out: Output, change: AgentChange) -> Iterator[str]:
    """What would change in the file, line by line."""
    from difflib import unified_diff

    before, after = (change.before or "").splitlines(), (change.after or "").splitlines()
    old, new = (_NOTHING if text is None else escape(change.path) for text in (change.before, change.after))
    for line in unified_diff(before, after, old, new, lineterm=""):
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        yield out.style(style, escape(line)) if style else escape(line)


def note_for(change: AgentChange) -> Iterator[str]:
    """What a person has to know after telling an agent."""
    if change.harness == CODEX:
        yield "Codex runs hooks that you have trusted: open it here and look at /hooks"
        if change.scope == PROJECT:
            yield "Codex reads the hooks of a project that you have trusted as a whole"
    if change.scope == PROJECT:
        yield "whoever works in this project with that agent needs memora on the PATH"
    yield f"`memora agent uninstall {change.harness}` takes it back"


def standing_line(out: Output, standing: AgentStanding) -> str:
    """How a settings file stands, in a line."""
    state = out.style(_STYLES[standing.state], f"{standing.state:<10}")
    line = f"{state}  {TITLES[standing.harness]:<11}  {standing.scope:<7}  {escape(standing.path)}"
    return f"{line}\n{'':<12}{out.style('dim', escape(standing.note))}" if standing.note else line
