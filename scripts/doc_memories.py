"""Turn Markdown files into memories: one JSON line for each heading that a sentence follows.

    python scripts/doc_memories.py README.md docs/*.md | memora add --batch -

The lines have the fields of ``memora add --batch``. A key is the path of headings, so that a document
which changes revises its memories instead of adding new ones.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Statement(NamedTuple):
    """A heading, the headings above it, and the first sentence under it. ``line`` counts from 1."""

    headings: tuple[str, ...]
    line: int
    sentence: str


def find_statements(text: str) -> Iterator[Statement]:
    """Every heading of a Markdown text whose first paragraph is prose, in order."""
    above: list[str] = []
    lines = text.splitlines()
    fenced = False
    for index, line in enumerate(lines):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        heading = None if fenced else re.fullmatch(r"(#{1,6})\s+(.+?)\s*#*", line)
        if not heading:
            continue
        above[len(heading[1]) - 1 :] = [re.sub(r"^[\d.]+\s+", "", plain(heading[2]))]
        sentence = first_sentence(lines[index + 1 :])
        if sentence:
            yield Statement(tuple(above), index + 1, sentence)


def first_sentence(lines: list[str]) -> str | None:
    """The first sentence, where prose comes before anything else; None where it only leads up to a list or to code."""
    while lines and not lines[0].strip():
        lines = lines[1:]
    paragraph: list[str] = []
    for line in lines:
        if not line.strip() or re.match(r"\s*(#|```|\||[-*+] |\d+\. |>|!\[|<)", line):
            break
        paragraph.append(line.strip())
    sentence = re.match(r".+?(?:[.!?](?=\s|$)|$)", plain(" ".join(paragraph)))
    return sentence[0] if sentence and not sentence[0].endswith(":") else None


def plain(markdown: str) -> str:
    """The text without link targets and emphasis. Code keeps its backquotes."""
    return re.sub(r"\*\*|__", "", re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", markdown)).strip()


def slug(words: str) -> str:
    """Words as one part of a key."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40].strip("-") or "section"


def memory_type(path: Path) -> str:
    """What kind of belief a document holds: decisions about the project, ways to do things, or facts."""
    if path.parent.name == "design":
        return "project"
    return "procedural" if path.stem.upper() == "CONTRIBUTING" else "semantic"


def main(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        path = Path(name)
        for statement in find_statements(path.read_text(encoding="utf-8")):
            key = ".".join([slug(path.stem), *map(slug, statement.headings[1:])])
            if key in seen:
                key += f"-L{statement.line}"
            seen.add(key)
            memory = {
                "type": memory_type(path),
                "key": key,
                "content": f"{statement.headings[-1]}: {statement.sentence}",
                "source": "manual",
                "evidence": f"{name}:L{statement.line}",
                "tags": ["docs", slug(path.stem)],
            }
            print(json.dumps(memory, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
