"""The files that an import reads: those that were named, those in folders that were named, and what they take in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final, NamedTuple

from memora.errors import BadInput, NotFound
from memora.importers.formats import tell_format
from memora.importers.found import Problem
from memora.importers.markdown import imports_of
from memora.operations.share.project_files import read_text

LARGEST_BYTES: Final = 64 * 1024 * 1024
MOST_FILES: Final = 2000
_MOST_HOPS: Final = 4

# What a project's folder is searched for; any other folder is taken whole.
CONTEXT_FILES: Final = (
    "CLAUDE.md",
    ".claude/CLAUDE.md",
    "CLAUDE.local.md",
    "AGENTS.md",
    "GEMINI.md",
    "CONVENTIONS.md",
    ".cursorrules",
    ".windsurfrules",
    ".rules",
    ".clinerules",
    ".github/copilot-instructions.md",
    ".openhands/microagents/repo.md",
)
CONTEXT_FOLDERS: Final = (
    ".claude/rules",
    ".cursor/rules",
    ".clinerules",
    ".kiro/steering",
    ".continue/rules",
    ".devin/rules",
    ".windsurf/rules",
    ".github/instructions",
    "memory-bank",
    "doc/adr",
    "docs/adr",
    "docs/decisions",
    "docs/architecture/decisions",
)
_TEXT: Final = (".md", ".mdc")
_RECORDS: Final = (".json", ".jsonl")
_FOR_ITS_FOLDER: Final = ("CLAUDE.md", "AGENTS.md", "GEMINI.md")


class Wrong(NamedTuple):
    """What keeps a file from being imported, as ``PATH:LINE: PROBLEM``, and whether it is a secret."""

    place: str
    secret: bool = False


class SourceFile(NamedTuple):
    """A file to import: its path as it is kept, its format and text, and the globs that its place makes it for."""

    path: str
    format: str
    text: str
    scope: tuple[str, ...]


class Unreadable(NamedTuple):
    """A file, and what is wrong with it at a line."""

    path: str
    line: int
    problem: str


def read_sources(project: str, paths: list[str], format_name: str | None) -> tuple[list[SourceFile], list[Unreadable]]:
    """The files behind some paths, each once, in order. Raises NotFound, BadInput, Unavailable for what is no text."""
    found: list[SourceFile] = []
    wrong: list[Unreadable] = []
    waiting = [(path, 0) for named in paths for path in _files_of(named)]
    seen: set[str] = set()
    while waiting:
        path, hops = waiting.pop(0)
        real = os.path.realpath(path)
        if real in seen:
            continue
        seen.add(real)
        if len(seen) > MOST_FILES:
            raise BadInput("import", f"finds more than {MOST_FILES} files; name a folder of fewer")
        kept = _kept_path(project, real, path)
        text = _read(path, kept)
        try:
            told = format_name or tell_format(real.replace(os.sep, "/"), text)
        except Problem as problem:
            wrong.append(Unreadable(kept, problem.line, problem.problem))
            continue
        found.append(SourceFile(kept, told, text, _scope_of(kept)))
        if told in ("markdown", "rules") and hops < _MOST_HOPS:
            taken_in = [os.path.join(os.path.dirname(real), os.path.expanduser(name)) for _, name in imports_of(text)]
            inside = [name for name in taken_in if _is_inside(project, name) and os.path.isfile(name)]
            waiting = [(name, hops + 1) for name in inside] + waiting
    return found, wrong


def _files_of(path: str) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
        return
    known = [os.path.join(path, name) for name in CONTEXT_FILES]
    if not any(os.path.isfile(name) for name in known):
        yield from _below(path)
        return
    yield from (name for name in known if os.path.isfile(name))
    for folder in CONTEXT_FOLDERS:
        yield from _below(os.path.join(path, folder))


def _below(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in (".git", ".memora", "node_modules"))
        yield from (os.path.join(place, name) for name in sorted(names) if name.lower().endswith((*_TEXT, *_RECORDS)))


def _read(path: str, kept: str) -> str:
    text = read_text(path, kept, LARGEST_BYTES)
    if text is None:
        raise NotFound("file", kept)
    return text


def _kept_path(project: str, real: str, given: str) -> str:
    """A path from the project's folder where it lies in it, else as it was given."""
    if _is_inside(project, real):
        return os.path.relpath(real, os.path.realpath(project)).replace(os.sep, "/")
    return given.replace(os.sep, "/")


def _is_inside(project: str, path: str) -> bool:
    inside = os.path.relpath(os.path.realpath(path), os.path.realpath(project))
    return inside.split(os.sep)[0] != os.pardir and not os.path.isabs(inside)


def _scope_of(path: str) -> tuple[str, ...]:
    """The folder that a context file below the project's own is for."""
    folder, _, name = path.rpartition("/")
    if name not in _FOR_ITS_FOLDER or not folder or os.path.isabs(path) or folder.startswith("."):
        return ()
    return (f"{folder}/**",)
