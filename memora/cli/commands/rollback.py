"""``memora rollback``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.history_text import made_lines, short_commit
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadUsage
from memora.operations.history.rollback import NothingToRollBack, RolledBack, rollback


def run(
    world: World,
    to: Annotated[str | None, typer.Option("--to", metavar="REV", help="The revision to go back to.")] = None,
    message: Annotated[str | None, typer.Option("--message", "-m", help="Message of the new commit.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who goes back.")] = None,
) -> int:
    """Example: memora rollback --to HEAD~2

    Go back to the memory of an earlier revision by a new commit: branch and working tree hold again what they held
    then, and the history keeps everything since. What was not committed is committed first, as a checkpoint.
    """
    if to is None:
        raise BadUsage("say where to: --to REV")
    with world.open_repository() as repository:
        result = rollback(repository, to=to, message=message, author=world.author(author), now=world.now)
    if isinstance(result, NothingToRollBack):
        name = escape(to) if result.target is None else short_commit(result.target)
        world.out.note(f"nothing to roll back: this is {name} already")
        return exits.NEGATIVE
    _show(world, result)
    return exits.DONE


def _show(world: World, result: RolledBack) -> None:
    commit = result.commit
    if world.options.json:
        from memora.records.rollbacks import rollback_record

        world.out.record(rollback_record(result))
        return
    world.out.lines(made_lines(world.out, commit.branch, commit.commit, commit.message, commit.changes))
    if result.checkpoint is not None:
        short = short_commit(result.checkpoint)
        world.out.line(f"what was not committed is in {short}: `memora rollback --to {short}` brings it back")
