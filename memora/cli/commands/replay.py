"""``memora replay``."""

from contextlib import closing
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.events_text import moment_lines
from memora.cli.nodes_text import show_nodes
from memora.cli.world import World
from memora.errors import BadUsage
from memora.operations.sessions.find import latest_session
from memora.operations.sessions.replay import Moment, replay
from memora.repository import Repository


def run(
    world: World,
    session: Annotated[
        str | None,
        typer.Option("--session", metavar="ID", help="By default the current one, else the last of this workspace."),
    ] = None,
    type: Annotated[
        list[str] | None, typer.Option("--type", "-t", help="Events of this type; may be repeated.")
    ] = None,
    first: Annotated[int, typer.Option("--from", metavar="N", min=1, help="From this event on.")] = 1,
    last: Annotated[int | None, typer.Option("--to", metavar="N", min=1, help="Up to this event.")] = None,
    step: Annotated[bool, typer.Option("--step", help="Go from one event to the next by hand, in a terminal.")] = False,
    state: Annotated[
        int | None, typer.Option("--state", metavar="N", min=1, help="List what was believed after event N.")
    ] = None,
    onto: Annotated[
        str | None, typer.Option("--onto", metavar="BRANCH", help="Do what the session changed to this branch.")
    ] = None,
    message: Annotated[str | None, typer.Option("--message", "-m", help="Message of that commit.")] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="REVISION", help="Ask its questions again with that memory.")
    ] = None,
) -> int:
    """Example: memora replay --session 2c1f0a9b --type recalled

    Show a session again, event by event, with what each changed in memory. --onto makes one commit of all that the
    session changed, by a three-way merge; what it merged or switched to is left out. --against shows, for each recall,
    what another revision would have answered.
    """
    if sum((step, state is not None, onto is not None, against is not None)) > 1:
        raise BadUsage("--step, --state, --onto and --against exclude each other")
    if message is not None and onto is None:
        raise BadUsage("--message is that of the commit that --onto makes")
    if onto is not None:
        return _replay_onto(world, onto, session, message)
    with world.open_repository() as repository:
        if against is not None:
            return _ask_again(world, repository, against, session)
        if state is not None:
            return _show_state(world, repository, session, state)
        if step and world.stdin_is_terminal() and not world.options.json:
            from memora.cli.stepping import step_through

            return step_through(world, repository, session, first)
        shown = 0
        with closing(replay(repository, session, first=first, last=last, types=type or ())) as moments:
            for moment in moments:
                shown += 1
                _show(world, moment)
    if shown:
        return exits.DONE
    world.out.note("no such events")
    return exits.NEGATIVE


def _show(world: World, moment: Moment) -> None:
    if world.options.json:
        from memora.records.sessions import moment_record

        world.out.record(moment_record(moment))
        return
    world.out.lines(moment_lines(world.out, moment))


def _show_state(world: World, repository: Repository, session: str | None, seq: int) -> int:
    from memora.operations.look.list import list_nodes

    revision = f"session:{latest_session(repository, session).id}@{seq}"
    with closing(list_nodes(repository, now=world.now, revision=revision)) as nodes:
        if show_nodes(world, nodes):
            return exits.DONE
    world.out.note("nothing was believed then")
    return exits.NEGATIVE


def _replay_onto(world: World, branch: str, session: str | None, message: str | None) -> int:
    from memora.operations.history.merging import configured_policies
    from memora.operations.sessions.onto import NothingToReplay, replay_onto

    with world.open_repository() as repository:
        result = replay_onto(
            repository,
            branch,
            name=session,
            author=world.author(),
            now=world.now,
            message=message,
            policies=configured_policies(world.settings),
        )
    if isinstance(result, NothingToReplay):
        world.out.note(f"session {result.session.id} changes nothing on {result.branch}")
        return exits.NEGATIVE
    if world.options.json:
        from memora.records.sessions import onto_record

        world.out.record(onto_record(result))
        return exits.DONE
    from memora.cli.transplant_text import dispute_note, transplant_lines

    world.out.lines(transplant_lines(world.out, result))
    if result.conflicts:
        world.out.note(dispute_note(len(result.conflicts)))
    return exits.DONE


def _ask_again(world: World, repository: Repository, revision: str, session: str | None) -> int:
    from memora.cli.events_text import asked_again_lines
    from memora.operations.sessions.against import ask_again

    asked = 0
    with closing(ask_again(repository, revision, now=world.now, name=session)) as found:
        for again in found:
            asked += 1
            if world.options.json:
                from memora.records.sessions import asked_again_record

                world.out.record(asked_again_record(again, revision))
                continue
            world.out.lines(asked_again_lines(world.out, repository, again))
    if asked:
        return exits.DONE
    world.out.note("nothing was asked in this session")
    return exits.NEGATIVE
