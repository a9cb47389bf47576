"""Rules with front matter: Cursor's .mdc, .claude/rules, Cline, Kiro, Continue, Windsurf, Copilot's instructions."""

from __future__ import annotations

from memora.importers.found import Found, as_tags
from memora.importers.front_matter import FrontMatter, read_front_matter
from memora.importers.markdown import read_markdown

# What the tools call the globs that a rule is for.
_GLOBS = ("globs", "paths", "applyTo", "fileMatchPattern")


def read_rules(text: str, scope: tuple[str, ...] = ()) -> list[Found]:
    """The memories of a file of rules, for the paths its front matter names, else for ``scope``."""
    front = read_front_matter(text)
    globs = scope_of(front) or scope
    tags = as_tags(*front.words("tags"))
    found = read_markdown(front.text, first_line=front.line, scope=globs)
    return [item._replace(tags=tuple(sorted({*item.tags, *tags}))) for item in found]


def scope_of(front: FrontMatter) -> tuple[str, ...]:
    """The globs of a front matter; none for a rule that is for everything."""
    globs = {glob for name in _GLOBS for glob in front.words(name)}
    return tuple(sorted(globs - {"**", "**/*", "*", ""}))
