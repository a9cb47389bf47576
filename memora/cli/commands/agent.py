"""``memora agent``: ``install``, ``uninstall`` and ``status``."""

import os
from collections.abc import Callable
from typing import Annotated

import typer

from memora.cli.agents_text import difference, note_for, outcome_line, standing_line
from memora.cli.world import World
from memora.errors import BadUsage, NotFound, Refused
from memora.harnesses.names import HARNESSES, find_harness
from memora.harnesses.registration import PROJECT, USER
from memora.operations.agents.folders import Folders
from memora.operations.agents.install import AgentChange, install_agent
from memora.operations.agents.status import agent_status
from memora.operations.agents.uninstall import uninstall_agent

ALL = "all"

_Names = Annotated[list[str] | None, typer.Argument(metavar="AGENT...", help=f"{', '.join(HARNESSES)}, or {ALL}.")]
_User = Annotated[bool, typer.Option("--user", help="In your own settings: for all projects that have a store.")]
_Project = Annotated[bool, typer.Option("--project", help="In this project's settings; so it is if not said.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]


def run_install(
    world: World,
    names: _Names = None,
    user: _User = False,
    project: _Project = False,
    dry_run: _DryRun = False,
) -> int:
    """Example: memora agent install claude-code

    Have a coding agent call memora by its hooks: at the start of a session it is told what is remembered, what it
    does is recorded, and at the end the session is sealed. Everything else in its settings file stays as it is, to the
    byte; a file that cannot be read is refused. Calling it again changes nothing.
    """
    return _change(world, install_agent, names, user, project, dry_run)


def run_uninstall(
    world: World,
    names: _Names = None,
    user: _User = False,
    project: _Project = False,
    dry_run: _DryRun = False,
) -> int:
    """Example: memora agent uninstall claude-code

    Take out of a coding agent's settings exactly what `memora agent install` put there.
    """
    return _change(world, uninstall_agent, names, user, project, dry_run)


def run_status(world: World) -> int:
    """Example: memora agent status

    Show which coding agents call memora, in this project's settings and in your own, and what is in the way.
    Exit code 1 when none does.
    """
    standings = list(agent_status(_folders(world, needs_project=False)))
    for standing in standings:
        if world.options.json:
            from memora.records.agents import standing_record

            world.out.record(standing_record(standing))
        elif standing.state != "absent" or not world.options.quiet:
            world.out.line(standing_line(world.out, standing))
    return 0 if any(standing.state in ("installed", "outdated") for standing in standings) else 1


def _change(
    world: World, verb: Callable[..., AgentChange], names: list[str] | None, user: bool, project: bool, dry_run: bool
) -> int:
    if user and project:
        raise BadUsage("--user and --project are two places; name one")
    harnesses = _harnesses(names or [])
    scope = USER if user else PROJECT
    folders = _folders(world, needs_project=not user)
    refused: Refused | None = None
    for harness in harnesses:
        try:
            change = verb(harness, scope, folders, dry_run=dry_run)
        except Refused as error:  # the other agents are told all the same
            if len(harnesses) == 1:
                raise
            refused = refused or error
            world.out.warn(str(error))
            continue
        _show(world, change, dry_run)
    if refused is not None:
        raise refused
    return 0


def _show(world: World, change: AgentChange, dry_run: bool) -> None:
    if world.options.json:
        from memora.records.agents import change_record

        world.out.record(change_record(change, dry_run=dry_run))
        return
    world.out.line(outcome_line(change, dry_run))
    if dry_run:
        world.out.lines(difference(world.out, change))
    elif change.outcome in ("installed", "updated"):
        for line in note_for(change):
            world.out.note(line)


def _harnesses(names: list[str]) -> list[str]:
    if not names:
        raise BadUsage(f"name an agent: {', '.join(HARNESSES)}, or {ALL}")
    if ALL in names:
        return list(HARNESSES)
    found = []
    for name in names:
        harness = find_harness(name)
        if harness is None:
            raise NotFound("agent", name)
        found.append(harness)
    return list(dict.fromkeys(found))


def _folders(world: World, *, needs_project: bool) -> Folders:
    """Where the settings lie. Raises NoStore where a project is needed and there is none."""
    from memora.errors.store import NoStore

    project: str | None = None
    try:
        project = os.path.dirname(world.store_path())
    except NoStore:
        if needs_project:
            raise
    home = world.environment.get("HOME") or os.path.expanduser("~")
    return Folders(project, home, world.environment)
