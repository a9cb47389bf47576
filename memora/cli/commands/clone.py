"""``memora clone``."""

import os
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.exchange_text import ExchangeProgress, brought, warn_of_orders
from memora.cli.history_text import short_commit
from memora.cli.output import escape
from memora.cli.remotes_text import note_held
from memora.cli.world import World
from memora.operations.remotes.clone import ORIGIN, clone
from memora.operations.remotes.trust import configured_trust


def run(
    world: World,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="A path, s3://…, git+https://…, git+origin, …")],
    into: Annotated[str, typer.Argument(metavar="[DIR]", help="The project; else this directory.")] = ".",
    branch: Annotated[str | None, typer.Option("--branch", "-b", help="Go to this branch.")] = None,
    single_branch: Annotated[
        bool, typer.Option("--single-branch", help="Bring that branch alone, now and with later fetches.")
    ] = False,
    author: Annotated[str | None, typer.Option("--author", help="Who clones.")] = None,
) -> int:
    """Example: memora clone git+origin

    Make a store in a project and fill it with what is shared at an address, which becomes its remote origin. With
    git+origin memory comes from the git host that the project's code came from. What reads like an order to an agent is
    held back, as in a pull. With --single-branch no branch comes but the one that is gone to, and no tags. A clone that
    was interrupted goes on when it is called again. A bundle is taken in as well, and is no remote.
    """
    with ExchangeProgress(world) as progress:
        cloned = clone(
            address,
            os.path.join(world.directory, into),
            directory=world.directory,
            author=world.author(author),
            now=world.now,
            branch=branch,
            single_branch=single_branch,
            # A store that this is called in has no say.
            trust=configured_trust(world.user_settings, {ORIGIN: address}, world.directory),
            trusted=world.trusted(),
            progress=progress,
        )
    if world.options.json:
        from memora.records.exchange import clone_record

        world.out.record(clone_record(cloned))
        return exits.DONE
    fetched = cloned.fetched
    world.out.line(f"Cloned into {escape(cloned.path)}: {brought(fetched)}")
    warn_of_orders(world, fetched.orders)
    if cloned.branch is None or cloned.commit is None:
        world.out.note("the remote has no branch yet; `memora push` makes one")
    else:
        place = world.out.style("yellow", short_commit(cloned.commit))
        world.out.line(f"On branch {escape(cloned.branch)} at {place}")
        note_held(world, cloned.held)
        if single_branch:
            world.out.note("other branches come by name, as in `memora fetch origin NAME`; fetch.branches says which")
    return exits.DONE
