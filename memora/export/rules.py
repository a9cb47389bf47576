"""Files of rules for some paths only: their names, and the front matter that each tool wants.

Cursor's and Windsurf's front matter looks like YAML and is none: globs stand bare, with commas between them. What a
glob would need to be written so that a tool reads another one is left out of such files and stands in the main one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from blake3 import blake3

from memora.export.targets import RuleFiles

# More scopes than these do not each get a file of their own.
MOST_FILES: Final = 20
PREFIX: Final = "memora-"
_SLUG_CHARACTERS: Final = 32
_DIGEST_DIGITS: Final = 6
_MOST_EXPANDED: Final = 50

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_BRACES = re.compile(r"\{([^{}]*)\}")
_PLAIN = re.compile(r"[\w./*?@+\[\]!-]+")

Scope = tuple[str, ...]


def own_scopes(scopes: Iterable[Scope], rules: RuleFiles) -> list[Scope]:
    """The scopes that get a file: those of the most memories, as far as the tool's front matter can say them."""
    counted = Counter(scope for scope in scopes if scope and plain_globs(scope) is not None)
    return [scope for scope, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST_FILES]]


def rule_path(scope: Scope, rules: RuleFiles) -> str:
    """Where the file of a scope lies: letters and digits of its first glob, and a digest that tells it from others."""
    slug = _NOT_IN_NAMES.sub("-", scope[0].lower()).strip("-")[:_SLUG_CHARACTERS].strip("-")
    digest = blake3("\0".join(scope).encode()).hexdigest()[:_DIGEST_DIGITS]
    return f"{rules.folder}/{PREFIX}{slug + '-' if slug else ''}{digest}{rules.suffix}"


def plain_globs(scope: Scope) -> list[str] | None:
    """The globs as every tool reads them alike: braces written out, ``**/`` where any depth is meant.

    None where one holds a character that cannot stand in such a list.
    """
    found: list[str] = []
    for glob in scope:
        for expanded in _expand(glob):
            deep = f"{expanded}**" if expanded.endswith("/") else expanded
            found.append(deep if "/" in deep else f"**/{deep}")
            if len(found) > _MOST_EXPANDED or not _PLAIN.fullmatch(expanded):
                return None
    return found


def front_matter(scope: Scope, rules: RuleFiles) -> str:
    """The front matter of the file of a scope, up to the empty line behind it."""
    globs = plain_globs(scope) or []
    listed = "".join(f"  - {json.dumps(glob)}\n" for glob in globs)
    bare = ", ".join(globs)
    about = f"What memora knows about {bare}"
    said = {
        "paths": f"paths:\n{listed}",
        "cursor": f"description: {about}\nglobs: {bare}\nalwaysApply: false\n",
        "copilot": f"applyTo: {json.dumps(','.join(globs))}\n",
        "kiro": f"inclusion: fileMatch\nfileMatchPattern:\n{listed}",
        "windsurf": f"trigger: glob\nglobs: {bare}\n",
        "continue": f"name: {json.dumps(about)}\nglobs:\n{listed}",
    }[rules.front]
    return f"---\n{said}---\n\n"


def _expand(glob: str) -> Sequence[str]:
    """A glob without braces for every way through its braces."""
    match = _BRACES.search(glob)
    if match is None:
        return [glob]
    found: list[str] = []
    for choice in match[1].split(","):
        if len(found) > _MOST_EXPANDED:
            break
        found += _expand(f"{glob[: match.start()]}{choice}{glob[match.end() :]}")
    return found
