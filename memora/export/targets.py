"""Every target: where its file lies, what may stand in it, and what is known about how the tool reads it.

To add one: a row here, a golden file in ``tests/export/golden`` and its row in ``docs/export.md``. Limits and paths are
those of the tools' own documents, or were seen by running them.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final, Literal, NamedTuple

from memora.errors import BadInput

Unit = Literal["lines", "bytes", "characters"]
Form = Literal["block", "data", "page", "instructions"]


class Limit(NamedTuple):
    """How much of a file a tool reads, or asks for at most."""

    most: int
    unit: Unit


class RuleFiles(NamedTuple):
    """Where a tool takes rules for some paths only: ``memora-*`` files in a folder, with front matter of its own."""

    folder: str
    suffix: str
    front: Literal["paths", "cursor", "copilot", "kiro", "windsurf", "continue"]


class Target(NamedTuple):
    """A place that memories are written for.

    ``paths`` are where its file may lie: the first that is there, else the first. ``front`` begins a new file.
    ``template`` is one of the package's own.
    """

    name: str
    help: str
    paths: tuple[str, ...]
    template: str
    form: Form = "block"
    front: str = ""
    limit: Limit | None = None
    rules: RuleFiles | None = None


_CURSOR_FRONT: Final = "---\ndescription: What memora knows about this project\nalwaysApply: true\n---\n\n"
_KIRO_FRONT: Final = "---\ninclusion: always\n---\n\n"
_WINDSURF_FRONT: Final = "---\ntrigger: always_on\n---\n\n"
_CONTINUE_FRONT: Final = "---\nname: What memora knows about this project\nalwaysApply: true\n---\n\n"
_MARKDOWN: Final = "memory.md"

# What Zed reads, the first that is there and nothing else.
ZED_FILES: Final = (
    ".rules",
    ".cursorrules",
    ".windsurfrules",
    ".clinerules",
    ".github/copilot-instructions.md",
    "AGENT.md",
    "AGENTS.md",
    "CLAUDE.md",
    "GEMINI.md",
)

TARGETS: Final = (
    Target(
        "claude-code",
        "Claude Code: CLAUDE.md",
        ("CLAUDE.md", ".claude/CLAUDE.md"),
        _MARKDOWN,
        limit=Limit(200, "lines"),
    ),
    Target(
        "claude-rules",
        "Claude Code: .claude/rules, with rules for paths",
        (".claude/rules/memora.md",),
        _MARKDOWN,
        limit=Limit(200, "lines"),
        rules=RuleFiles(".claude/rules", ".md", "paths"),
    ),
    Target(
        "agents-md",
        "AGENTS.md, which most agents read",
        ("AGENTS.md",),
        _MARKDOWN,
        limit=Limit(32_768, "bytes"),
    ),
    Target(
        "cursor",
        "Cursor: .cursor/rules/memora.mdc, with rules for paths",
        (".cursor/rules/memora.mdc",),
        _MARKDOWN,
        front=_CURSOR_FRONT,
        limit=Limit(500, "lines"),
        rules=RuleFiles(".cursor/rules", ".mdc", "cursor"),
    ),
    Target("cursorrules", "older Cursor: .cursorrules", (".cursorrules",), _MARKDOWN, limit=Limit(500, "lines")),
    Target(
        "cline",
        "Cline: .clinerules, with rules for paths",
        (".clinerules/memora.md",),
        _MARKDOWN,
        rules=RuleFiles(".clinerules", ".md", "paths"),
    ),
    Target(
        "openhands",
        "OpenHands: .openhands/microagents/repo.md",
        (".openhands/microagents/repo.md",),
        _MARKDOWN,
    ),
    Target(
        "copilot",
        "GitHub Copilot: .github/copilot-instructions.md, with instructions for paths",
        (".github/copilot-instructions.md",),
        _MARKDOWN,
        limit=Limit(8_000, "characters"),
        rules=RuleFiles(".github/instructions", ".instructions.md", "copilot"),
    ),
    Target("gemini", "Gemini CLI: GEMINI.md", ("GEMINI.md",), _MARKDOWN),
    Target(
        "windsurf",
        "Windsurf and Devin Desktop: rules, with rules for paths",
        (".devin/rules/memora.md", ".windsurf/rules/memora.md"),
        _MARKDOWN,
        front=_WINDSURF_FRONT,
        limit=Limit(12_000, "characters"),
        rules=RuleFiles(".devin/rules", ".md", "windsurf"),
    ),
    Target("aider", "Aider: CONVENTIONS.md", ("CONVENTIONS.md",), _MARKDOWN),
    Target(
        "continue",
        "Continue: .continue/rules, with rules for paths",
        (".continue/rules/memora.md",),
        _MARKDOWN,
        front=_CONTINUE_FRONT,
        rules=RuleFiles(".continue/rules", ".md", "continue"),
    ),
    Target(
        "kiro",
        "Kiro: .kiro/steering, with rules for paths",
        (".kiro/steering/memora.md",),
        _MARKDOWN,
        front=_KIRO_FRONT,
        rules=RuleFiles(".kiro/steering", ".md", "kiro"),
    ),
    Target("zed", "Zed: the first rules file there is, else .rules", ZED_FILES, _MARKDOWN),
    Target(
        "openai-assistant",
        "the instructions of an OpenAI assistant, as JSON",
        ("openai-assistant.json",),
        "instructions.md",
        form="instructions",
        limit=Limit(256_000, "characters"),
    ),
    Target("json", "everything, to be imported again, as one JSON document", ("memory.json",), "", form="data"),
    Target("jsonl", "everything, to be imported again, one memory a line", ("memory.jsonl",), "", form="data"),
    Target("markdown", "a document to read", ("MEMORY.md",), "document.md"),
    Target("html", "one page to read, with nothing to load", ("memory.html",), "page.html", form="page"),
)

_BY_NAME: Final = {target.name: target for target in TARGETS}


def find_target(name: str) -> Target | None:
    """The target of a name, or None; a user's template may have it."""
    return _BY_NAME.get(name)


def unknown_target(name: str, templates: tuple[str, ...] = ()) -> BadInput:
    """The error for a name that neither a target nor one of some templates has."""
    known = (*_BY_NAME, *templates)
    close = get_close_matches(name, known, 2)
    meant = f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(known)}"
    return BadInput("target", f"{name!r} is not known; {meant}")
