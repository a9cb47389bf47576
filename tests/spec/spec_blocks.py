"""The fenced blocks of SPEC.md, by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

SPEC = Path(__file__).resolve().parents[2] / "SPEC.md"
_BLOCK = re.compile(r"^```(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """One fenced block: the heading it is under, and its lines."""

    section: str
    lines: tuple[str, ...]

    @property
    def fields(self) -> dict[str, str]:
        """``name: value`` lines; what a name says twice is joined."""
        found: dict[str, str] = {}
        for line in self.lines:
            name, _, value = line.partition(": ")
            found[name] = found.get(name, "") + value
        return found


def read_blocks(name: str) -> list[Block]:
    """The blocks of a name, in order."""
    text = SPEC.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        if match[1] == name:
            section = re.findall(r"^## (.*)$", text[: match.start()], re.MULTILINE)[-1]
            found.append(Block(section, tuple(match[2].splitlines())))
    return found


def block_names() -> set[str]:
    """Every name of a block."""
    return {match[1] for match in _BLOCK.finditer(SPEC.read_text(encoding="utf-8"))}
