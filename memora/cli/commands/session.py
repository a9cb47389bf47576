"""``memora session start``, ``end``, ``current``, ``list``, ``show`` and ``record``."""

import json
from typing import Annotated, Any

import typer

from memora.cli import exits
from memora.cli.events_text import event_line, session_line
from memora.cli.output import escape
from memora.cli.transcripts import run_import as run_import
from memora.cli.world import World
from memora.errors import BadInput, BadUsage, NoActiveSession
from memora.model.counts import counted
from memora.model.vocabulary import DEFAULT_SOURCE
from memora.operations.sessions.end import end_session
from memora.operations.sessions.find import current_session
from memora.operations.sessions.list import SessionEntry, describe_session, list_sessions, show_session
from memora.operations.sessions.record import record
from memora.operations.sessions.start import start_session
from memora.sessions.events import COMPLETED, DATA_BYTES
from memora.storage.session_log import Session

_STDIN = "-"


def run_start(
    world: World,
    source: Annotated[str, typer.Option("--source", help="Which sort of agent it is.")] = DEFAULT_SOURCE,
    session_id: Annotated[str | None, typer.Option("--id", help="Its id; one is made if none is given.")] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", help="Who has it, where several of one source work side by side.")
    ] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who begins it.")] = None,
) -> int:
    """Example: memora session start --source claude_code

    Begin a session in this workspace. Until it ends, everything that is done in the workspace is recorded in it; where
    several are active, in the one that MEMORA_SESSION names, else in the one started last. A session of the same owner
    that was never ended is closed and marked as abandoned.
    """
    with world.open_repository() as repository:
        started = start_session(
            repository,
            author=world.author(author),
            now=world.now,
            source=source,
            session_id=session_id,
            owner=owner,
        )
        entry = describe_session(repository, started.session)
    for lost in started.abandoned:
        world.out.note(f"session {lost.id} was never ended; it is closed and marked as abandoned")
    _show(world, entry, f"session {started.session.id} began in workspace {escape(started.session.workspace)}")
    return exits.DONE


def run_end(
    world: World,
    session: Annotated[str | None, typer.Argument(metavar="[ID]", help="By default the current one.")] = None,
    outcome: Annotated[str, typer.Option("--outcome", help="completed, failed, cancelled or abandoned.")] = COMPLETED,
    author: Annotated[str | None, typer.Option("--author", help="Who ends it.")] = None,
) -> int:
    """Example: memora session end

    End a session and seal it: its events are written into objects that cannot change. `memora undo` passes that over.
    """
    with world.open_repository() as repository:
        ended = end_session(repository, author=world.author(author), now=world.now, session=session, outcome=outcome)
        entry = describe_session(repository, ended.session)
    count = counted(ended.events, "event")
    _show(world, entry, f"session {ended.session.id} ended ({ended.session.outcome}) with {count}")
    return exits.DONE


def run_current(world: World) -> int:
    """Example: memora session current

    Show the session that what is done here is recorded in. Exit code 1 says that there is none.
    """
    with world.open_repository() as repository:
        try:
            found: Session | None = current_session(repository)
        except NoActiveSession:
            found = None
        entry = None if found is None or found.ended_at is not None else describe_session(repository, found)
    if entry is None:
        ended = "" if found is None else f"; MEMORA_SESSION names {found.id}, which has ended"
        world.out.note(f"no session is active{ended}")
        return exits.NEGATIVE
    _show(world, entry, session_line(world.out, entry))
    return exits.DONE


def run_list(
    world: World,
    limit: Annotated[int | None, typer.Option("-n", metavar="N", min=0, help="No more than N sessions.")] = None,
    active: Annotated[bool, typer.Option("--active", help="Only those that have not ended.")] = False,
) -> int:
    """Example: memora session list -n 10

    List the sessions of the store, the newest first: id, source, beginning, length, events and outcome.
    """
    found = 0
    with world.open_repository() as repository:
        for entry in list_sessions(repository, active=active, limit=limit):
            found += 1
            _show(world, entry, session_line(world.out, entry))
    if found:
        return exits.DONE
    world.out.note("no session is active" if active else "no sessions yet")
    return exits.NEGATIVE


def run_show(
    world: World,
    session: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="By default the current one, else the last of this workspace.")
    ] = None,
) -> int:
    """Example: memora session show 2c1f0a9b

    Show a session and how many events of each type it has. `memora replay` shows the events themselves.
    """
    with world.open_repository() as repository:
        detail = show_session(repository, session)
    if world.options.json:
        from memora.records.sessions import session_detail_record

        world.out.record(session_detail_record(detail))
        return exits.DONE
    out, entry = world.out, detail.entry
    out.line(session_line(out, entry))
    out.line(f"owner {escape(entry.session.owner)}, workspace {escape(entry.session.workspace)}")
    if entry.sealed is not None:
        out.line(f"sealed as {entry.sealed.hex()}")
    out.line()
    for name, count in detail.types.items():
        out.line(f"{count:>7}  {escape(name)}")
    return exits.DONE


def run_record(
    world: World,
    type: Annotated[
        str, typer.Option("--type", "-t", help="user_prompt, tool_call, tool_result, file_edit, note, error or x_NAME.")
    ],
    given: Annotated[str | None, typer.Argument(metavar="[-]", help="'-' reads the data from standard input.")] = None,
    data: Annotated[str | None, typer.Option("--data", metavar="JSON", help="What it says, a JSON object.")] = None,
    session: Annotated[str | None, typer.Option("--session", metavar="ID", help="By default the current one.")] = None,
) -> int:
    """Example: memora session record --type note --data '{"text": "tests are green"}'

    Add an event to a session. It takes 64 KiB at most.
    """
    if given not in (None, _STDIN) or (given is not None and data is not None):
        raise BadUsage("say what the event says by --data JSON, or '-' to read it from standard input")
    text = world.read_stdin("data", DATA_BYTES) if _STDIN in (given, data) else data
    fields = {} if text is None else _parse(text)
    with world.open_repository() as repository:
        event = record(repository, type, fields, now=world.now, session=session)
    if world.options.json:
        from memora.records.sessions import event_record

        world.out.record(event_record(event))
    else:
        world.out.line(event_line(world.out, event))
    return exits.DONE


def _parse(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput("data", f"is not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise BadInput("data", "is nested too deeply") from None
    except ValueError as error:
        raise BadInput("data", f"is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadInput("data", "is not a JSON object")
    return value


def _show(world: World, entry: SessionEntry, words: str) -> None:
    if world.options.json:
        from memora.records.sessions import session_record

        world.out.record(session_record(entry))
    else:
        world.out.line(words)
