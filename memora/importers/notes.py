"""Notes that are one memory a file, or one a line of a certain form: Claude's own memory, and basic-memory."""

from __future__ import annotations

import re
from typing import Final

from memora.importers.found import Found, as_tags
from memora.importers.front_matter import FrontMatter, read_front_matter
from memora.importers.inference import infer_type
from memora.importers.markdown import pieces_of, read_markdown
from memora.model.names import is_key

_CLAUDE_TYPES: Final = {"user": "preference", "feedback": "procedural", "project": "project", "reference": "semantic"}
_INDEX_LINE = re.compile(r"\[[^\]]*\]\([^)]*\.md\)")

_OBSERVATION = re.compile(r"\[(?P<category>[^\][xX ][^\]]*)\]\s+(?P<text>.+)", re.DOTALL)
_RELATION = re.compile(r"(?P<relation>[\w -]+?)\s+\[\[(?P<target>[^\]]+)\]\](?:\s+\([^)]*\))?")
_HASHTAG = re.compile(r"(?<!\w)#([\w-]+)")
_CONTEXT = re.compile(r"\s*\(([^()]*)\)\s*$")
_CATEGORIES: Final = {
    "decision": "project",
    "goal": "project",
    "requirement": "project",
    "preference": "preference",
    "technique": "procedural",
    "method": "procedural",
    "procedure": "procedural",
    "tip": "procedural",
    "step": "procedural",
    "assumption": "assumption",
    "question": "assumption",
    "event": "episodic",
    "incident": "episodic",
}


def read_claude_note(text: str, name: str) -> list[Found]:
    """A file of Claude's own memory: one memory under ``memory.NAME``, its index aside, whose lines lead to others."""
    if name.lower() == "memory":
        return [item for item in read_markdown(text) if not _INDEX_LINE.match(item.content)]
    front = read_front_matter(text)
    body = front.text.strip()
    if not body:
        return []
    metadata = front.fields.get("metadata")
    said = front.word("type") or (metadata.get("type", "") if isinstance(metadata, dict) else "")
    title = front.word("name") or name
    key = f"memory.{title}"
    content = f"{front.word('description')}\n\n{body}" if front.word("description") else body
    type_name = _CLAUDE_TYPES.get(said.lower()) or infer_type(body)
    line = front.line + len(front.text) - len(front.text.lstrip("\n"))
    return [Found(line, content, type_name, key if is_key(key) else None, as_tags(said), mark=title)]


def read_basic_note(text: str) -> list[Found]:
    """A note of basic-memory: its observations and relations by their forms, its other text as Markdown."""
    front = read_front_matter(text)
    title, tags = front.word("title"), front.words("tags")
    found = []
    for piece in pieces_of(front.text, front.line):
        observation = _OBSERVATION.fullmatch(piece.text) if piece.listed else None
        relation = _RELATION.fullmatch(piece.text) if piece.listed else None
        if observation:
            category = observation["category"].strip().lower()
            content, hashtags = _without_tags(observation["text"])
            type_name = _CATEGORIES.get(category) or infer_type(content)
            found.append(Found(piece.line, content, type_name, tags=as_tags(category, *hashtags, *tags)))
        elif relation:
            said = f"{title or 'This'} {relation['relation'].strip().replace('_', ' ')} {relation['target'].strip()}"
            found.append(Found(piece.line, said, "semantic", tags=as_tags("relation", *tags)))
        else:
            type_name = infer_type(piece.text, piece.heading)
            found.append(Found(piece.line, piece.text, type_name, tags=as_tags(piece.heading, *tags)))
    return found


def looks_basic(front: FrontMatter) -> bool:
    """Whether a note has the fields of basic-memory."""
    return bool(front.word("title") and (front.word("permalink") or front.word("type") == "note"))


def _without_tags(text: str) -> tuple[str, list[str]]:
    """A text without its hashtags, which become tags; what stands in the last brackets stays."""
    context = _CONTEXT.search(text)
    body = text[: context.start()] if context else text
    bare = " ".join(_HASHTAG.sub("", body).split())
    return (f"{bare} ({context[1]})" if context else bare), _HASHTAG.findall(body)
