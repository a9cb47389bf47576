"""``memora session import``: where coding agents keep the transcripts of a project, and what became of each."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final

import typer

from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadUsage, NotFound
from memora.model.counts import counted
from memora.operations.agents.import_transcript import Imported, import_transcript

LONGEST_LINE: Final = 64 * 1024 * 1024
_LONGEST_NAME: Final = 200

_WORDS: Final = {
    "imported": "imported {session}: {events}",
    "continued": "imported {session}: {events} that came since",
    "known": "{session} is known",
    "active": "{session} goes on, and is recorded as it goes",
    "empty": "{file}: nothing in it",
}


def run_import(
    world: World,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE...]", help="Transcripts, as the agent wrote them.")
    ] = None,
    claude: Annotated[bool, typer.Option("--claude", help="Those that Claude Code keeps of this project.")] = False,
    codex: Annotated[bool, typer.Option("--codex", help="Those that Codex keeps of this project.")] = False,
) -> int:
    """Example: memora session import --claude

    Make sessions of the transcripts that Claude Code or Codex wrote of runs that memora was not called in. Importing
    again adds only what came since. Secrets are masked, and what a run was told by its harness is left out. Exit code 1
    when nothing was imported.
    """
    home = world.environment.get("HOME") or os.path.expanduser("~")
    project = os.path.dirname(world.store_path())
    paths = [os.path.join(world.directory, file) for file in files or ()]
    if not paths and not claude and not codex:
        raise BadUsage("name a transcript, or say --claude or --codex")
    if claude:
        paths += claude_transcripts(world.environment, home, project)
    if codex:
        paths += codex_transcripts(world.environment, home, project)
    count = 0
    with world.open_repository() as repository:
        for path in paths:
            imported = import_transcript(
                repository, read_lines(path), author=world.author(), now=world.now, file=os.path.basename(path)
            )
            count += imported.outcome in ("imported", "continued")
            if not world.options.json:
                world.out.line(outcome_line(imported, path))
            elif imported.session is not None:
                from memora.operations.sessions.list import describe_session
                from memora.records.sessions import session_record

                world.out.record(session_record(describe_session(repository, imported.session)))
    return 0 if count else 1


def claude_transcripts(environment: Mapping[str, str], home: str, project: str) -> list[str]:
    """The transcripts that Claude Code keeps of runs in a project, with those of sub-agents behind their own."""
    root = environment.get("CLAUDE_CONFIG_DIR") or os.path.join(home, ".claude")
    name = re.sub(r"[^A-Za-z0-9]", "-", project)[:_LONGEST_NAME]
    folder = os.path.join(root, "projects", name)
    return sorted(path for path in _files(folder) if os.path.dirname(path) == folder)


def codex_transcripts(environment: Mapping[str, str], home: str, project: str) -> list[str]:
    """The transcripts that Codex keeps of runs in a project or a folder of it."""
    import json

    root = environment.get("CODEX_HOME") or os.path.join(home, ".codex")
    found = []
    for path in sorted(_files(os.path.join(root, "sessions"))):
        try:
            with open(path, "rb") as file:
                directory = json.loads(file.readline(LONGEST_LINE))["payload"]["cwd"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(directory, str) and (directory == project or directory.startswith(project + os.sep)):
            found.append(path)
    return found


def read_lines(path: str) -> Iterator[bytes]:
    """The lines of a transcript, and behind them those of its sub-agents. Raises NotFound."""
    folder = os.path.join(path.removesuffix(".jsonl"), "subagents")
    for name in [path, *sorted(_files(folder))]:
        try:
            with open(name, "rb") as file:
                while line := file.readline(LONGEST_LINE):
                    yield line
        except OSError:
            if name == path:
                raise NotFound("file", path) from None


def outcome_line(imported: Imported, file: str) -> str:
    """What became of a transcript, in a line."""
    session = imported.session.id if imported.session else ""
    events = counted(imported.events, "event")
    line = _WORDS[imported.outcome].format(session=escape(session), events=events, file=escape(file))
    return f"{line} ({counted(imported.passed_over, 'line')} could not be read)" if imported.passed_over else line


def _files(folder: str) -> Iterator[str]:
    for directory, _, names in os.walk(folder):
        yield from (os.path.join(directory, name) for name in names if name.endswith(".jsonl"))
