"""The files that agents read before they begin: which they are, how much of each is read, and what is wrong with them.

Where each file lies, and how much of it its tool reads, is from the tools' own documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from memora.evidence.files import Files
from memora.model.injection import RULES, find_injections
from memora.model.secrets import find_secrets
from memora.model.text import hidden_positions
from memora.operations.care.problems import Problem

Unit = Literal["bytes", "characters", "lines"]


class ContextFile(NamedTuple):
    """A file, or a folder of files, that a tool reads; ``most`` of each, where that is bounded."""

    path: str
    tool: str
    most: int | None = None
    unit: Unit = "bytes"


CONTEXT_FILES: Final = (
    ContextFile("AGENTS.md", "Codex cuts it there", 32_768),
    ContextFile("CLAUDE.md", "Claude Code asks for less", 40_000, "characters"),
    ContextFile(".claude/CLAUDE.md", "Claude Code asks for less", 40_000, "characters"),
    ContextFile("CLAUDE.local.md", "Claude Code asks for less", 40_000, "characters"),
    ContextFile(".claude/rules", "Claude Code asks for less", 40_000, "characters"),
    ContextFile("GEMINI.md", "Gemini CLI"),
    ContextFile(".cursorrules", "Cursor asks for less", 500, "lines"),
    ContextFile(".cursor/rules", "Cursor asks for less", 500, "lines"),
    ContextFile(".windsurfrules", "Windsurf cuts it there", 12_000, "characters"),
    ContextFile(".windsurf/rules", "Windsurf cuts it there", 12_000, "characters"),
    ContextFile(".devin/rules", "Devin cuts it there", 12_000, "characters"),
    ContextFile(".clinerules", "Cline"),
    ContextFile(".github/copilot-instructions.md", "Copilot asks for two pages", 8_000, "characters"),
    ContextFile(".github/instructions", "Copilot asks for two pages", 8_000, "characters"),
    ContextFile(".kiro/steering", "Kiro"),
    ContextFile(".continue/rules", "Continue"),
    ContextFile(".openhands/microagents", "OpenHands"),
    ContextFile(".rules", "Zed"),
    ContextFile("CONVENTIONS.md", "Aider"),
)
_MARK: Final = b"memora:begin"
RULES_OF_FILES: Final = frozenset({"secrets", "hidden", "hijack", "oversized"})


def inspect_files(files: Files, rules: frozenset[str]) -> Iterator[Problem]:
    """What the rules find in the context files of a project, file by file."""
    for wanted in CONTEXT_FILES:
        for path in files.below(wanted.path):
            raw = files.read(path)
            if raw is not None:
                yield from _inspect(wanted, path, raw, rules)


def holds_block(files: Files) -> bool:
    """Whether memora has written into a context file, by the mark that it leaves there."""
    return any(_MARK in (files.read(path) or b"") for wanted in CONTEXT_FILES for path in files.below(wanted.path))


def _inspect(wanted: ContextFile, path: str, raw: bytes, rules: frozenset[str]) -> Iterator[Problem]:
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff")
    if "secrets" in rules:
        for secret in find_secrets(text):
            message = f"{secret.rule} at column {secret.column}: {secret.masked}"
            yield Problem("secrets", "", message, path=path, line=secret.line)
    if "hidden" in rules:
        yield from _hidden(path, text)
    if "hijack" in rules:
        for found in find_injections(text):
            if found.rule != "marker":  # memora's own marks belong there
                message = f"{RULES[found.rule].what} ({found.rule}): {found.excerpt}"
                yield Problem("hijack", "", message, path=path, line=found.line)
    if "oversized" in rules and wanted.most is not None:
        size = {"bytes": len(raw), "characters": len(text), "lines": text.count("\n") + 1}[wanted.unit]
        if size > wanted.most:
            message = f"{size:,} {wanted.unit}, more than {wanted.most:,}: {wanted.tool}"
            yield Problem("oversized", "", message, path=path, line=1)


def _hidden(path: str, text: str) -> Iterator[Problem]:
    """The first hidden character of each line."""
    if text.isascii():
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.isascii():
            at = next(hidden_positions(line), None)
            if at is not None:
                message = f"the invisible character U+{ord(line[at]):04X} at column {at + 1}"
                yield Problem("hidden", "", message, path=path, line=number)
