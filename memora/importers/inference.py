"""Of what type a text from elsewhere is, by its heading and its words (docs/import.md, "Types")."""

from __future__ import annotations

import re
from typing import Final

_UNSURE = re.compile(
    r"\b(?:probably|maybe|perhaps|presumably|seems? to|might be|not sure|unverified|i think|we think)\b"
)
_DATED = re.compile(r"(?:\*\*)?\[?\d{4}-\d{2}-\d{2}\b")
_WISH = re.compile(
    r"(?:always|never|prefer|avoid|don't|do not|please|no |use .+ (?:instead|rather|not)\b|.*\bprefers?\b)"
)
_DOING = re.compile(
    r"(?:to \w+[^.]*, (?:run|use|call)|(?:run|execute|deploy|build|install|start|restart|first|then|before|after) .*`)"
)

_HEADINGS: Final = (
    ("episodic", re.compile(r"\b(?:changelog|history|log|incidents?|postmortems?)\b")),
    ("assumption", re.compile(r"\b(?:assumptions?|open questions?|unclear|hypothes[ei]s)\b")),
    (
        "procedural",
        re.compile(
            r"\b(?:build(?:ing)?|test(?:s|ing)?|deploy(?:ing|ment)?|releas\w+|run(?:ning)?|commands?|set-?\s?up|install\w*"
            r"|workflows?|how to|development|debugging|troubleshooting|steps|scripts?|ci)\b"
        ),
    ),
    (
        "preference",
        re.compile(
            r"\b(?:styles?|conventions?|preferences?|formatting|naming|rules?|guidelines?|do not|don'ts?|tone)\b"
        ),
    ),
    ("project", re.compile(r"\b(?:decisions?|goals?|roadmap|status|scope|team|context|background|milestones?)\b")),
)


def infer_type(content: str, heading: str = "") -> str:
    """The type of a text under a heading: what it says of itself first, then what its heading says, else semantic."""
    said = content.lower()
    if _UNSURE.search(said):
        return "assumption"
    if _DATED.match(said):
        return "episodic"
    if _WISH.match(said):
        return "preference"
    if _DOING.match(said) or "\n```" in said:
        return "procedural"
    title = heading.lower()
    return next((name for name, words in _HEADINGS if words.search(title)), "semantic")
