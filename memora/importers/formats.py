"""The formats that can be imported, how a file's is told, and who reads it."""

from __future__ import annotations

import re
from typing import Final

from memora.errors import BadInput
from memora.importers.decisions import decision_number, read_decision
from memora.importers.found import Found, Problem
from memora.importers.front_matter import read_front_matter
from memora.importers.markdown import read_markdown
from memora.importers.notes import looks_basic, read_basic_note, read_claude_note
from memora.importers.records import read_beads, read_graph, read_mem0
from memora.importers.rules import read_rules
from memora.importers.stored import DOCUMENT, NODE, SIDE

FORMATS: Final = {
    "markdown": "CLAUDE.md, AGENTS.md, GEMINI.md, Copilot's instructions and other context files",
    "rules": "rules with front matter: .mdc, .claude/rules, Cline, Kiro, Continue, Windsurf, *.instructions.md",
    "claude-memory": "the folder of Claude Code's own memory",
    "adr": "architecture decision records of Nygard and MADR",
    "basic-memory": "notes of basic-memory",
    "mcp-memory": "memory.jsonl of MCP's server-memory",
    "mem0": "memories of mem0 as JSON",
    "beads": "issues.jsonl of beads",
    "memora": "what `export --to json` or `jsonl` wrote",
}

_RULE_PLACES = re.compile(
    r"(?:^|/)(?:\.claude/rules|\.cursor/rules|\.clinerules|\.kiro/steering|\.continue/rules|\.(?:devin|windsurf)/rules"
    r"|\.github/instructions|\.agents/rules|\.augment/rules)/"
)
_DECISION_PLACES = re.compile(r"(?:^|/)(?:adrs?|decisions)/")
_CLAUDE_MEMORY = re.compile(r"(?:^|/)\.claude/(?:projects/[^/]+/memory|agent-memory(?:-local)?/[^/]+)/")
_FIRST: Final = 4096


def check_format(name: str) -> str:
    """A format that there is. Raises BadInput."""
    if name not in FORMATS:
        raise BadInput("format", f"{name!r} is none of {', '.join(FORMATS)}")
    return name


def tell_format(path: str, text: str) -> str:
    """The format of a file by its path, with ``/``, and by what it begins with. Raises Problem where it has none."""
    name = path.rpartition("/")[2].lower()
    head = text[:_FIRST].lstrip("\ufeff \n\r")
    if name.endswith((".json", ".jsonl")):
        return _tell_records(head)
    if _CLAUDE_MEMORY.search(path):
        return "claude-memory"
    if name.endswith(".mdc") or name.endswith(".instructions.md") or _RULE_PLACES.search(path):
        return "rules"
    if _DECISION_PLACES.search(path) and decision_number(name):
        return "adr"
    if not head.startswith("---"):
        return "markdown"
    return "basic-memory" if looks_basic(read_front_matter(text)) else "rules"


def read_found(format_name: str, path: str, text: str, scope: tuple[str, ...]) -> list[Found]:
    """The memories of a file in a format other than memora's own. Raises Problem."""
    name = path.rpartition("/")[2].rpartition(".")[0]
    if format_name == "markdown":
        front = read_front_matter(text) if text.startswith("---\n") else None
        return read_rules(text, scope) if front else read_markdown(text, scope=scope)
    if format_name == "rules":
        return read_rules(text, scope)
    if format_name == "claude-memory":
        return read_claude_note(text, name)
    if format_name == "adr":
        return read_decision(text, f"{name}.")
    readers = {"basic-memory": read_basic_note, "mcp-memory": read_graph, "mem0": read_mem0, "beads": read_beads}
    return readers[format_name](text)


def _tell_records(head: str) -> str:
    if any(f'"schema":"{schema}"' in head for schema in (DOCUMENT, NODE, SIDE)):
        return "memora"
    first = head.partition("\n")[0]
    if '"issue_type"' in first or '"issue_id"' in first:
        return "beads"
    if re.search(r'"type"\s*:\s*"(?:entity|relation)"', first):
        return "mcp-memory"
    if '"memory"' in head or '"memories"' in head or '"results"' in head:
        return "mem0"
    raise Problem(1, f"nothing tells its format; --from says it: {', '.join(FORMATS)}")
