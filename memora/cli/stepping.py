"""Walking through a session in a terminal, one event at a time."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from memora.cli import exits
from memora.cli.changes_text import change_line, show_fields
from memora.cli.events_text import moment_lines
from memora.cli.nodes_text import node_line
from memora.cli.world import World
from memora.errors import NotFound
from memora.operations.look.list import list_nodes
from memora.operations.sessions.find import latest_session
from memora.operations.sessions.replay import Moment, moment_at
from memora.repository import Repository

_WAYS: Final = "[n]ext, [b]ack, [s]tate, [d]iff, [q]uit? "


def step_through(world: World, repository: Repository, name: str | None, first: int) -> int:
    """Show a session from an event on, and go where the person says. An empty line means the next one."""
    session = latest_session(repository, name)
    seq = first
    moment = moment_at(repository, session, seq)
    _show(world, moment)
    while True:
        answer = _ask(world)
        if answer == "q":
            return exits.DONE
        if answer == "s":
            _show_state(world, repository, f"session:{session.id}@{seq}")
        elif answer == "d":
            _show_changes(world, moment)
        else:
            wanted = seq + (1 if answer == "n" else -1)
            try:
                moment = moment_at(repository, session, wanted)
            except NotFound:
                world.out.note("this is the last event" if answer == "n" else "this is the first event")
                continue
            seq = wanted
            _show(world, moment)


def _ask(world: World) -> str:
    """A letter of the question; the end of the input means quit."""
    while True:
        world.out.flush()
        world.out.ask(_WAYS)
        line = world.stdin.readline()
        answer = line.strip().lower()[:1] or "n"
        if not line:
            return "q"
        if answer in "nbsdq":
            return answer


def _show(world: World, moment: Moment) -> None:
    world.out.lines(moment_lines(world.out, moment))


def _show_state(world: World, repository: Repository, revision: str) -> None:
    found = 0
    with closing(list_nodes(repository, now=world.now, revision=revision)) as nodes:
        for item in nodes:
            found += 1
            world.out.line(f"  {node_line(world.out, item.node, now=world.now, key=True, indent=2)}")
    if not found:
        world.out.note("nothing was believed then")


def _show_changes(world: World, moment: Moment) -> None:
    for change in moment.changes:
        world.out.line(change_line(world.out, change))
        show_fields(world.out, change)
    if not moment.changes:
        world.out.note("this event changed nothing in memory")
