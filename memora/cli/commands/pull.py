"""``memora pull``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.exchange_text import ExchangeProgress, fetched_lines, warn_of_orders
from memora.cli.merge_outcome import show_merge, tree_before
from memora.cli.output import escape
from memora.cli.remotes_text import note_held
from memora.cli.world import World
from memora.operations.history.merging import configured_policies
from memora.operations.remotes.fetch import configured_branches
from memora.operations.remotes.pull import pull
from memora.operations.remotes.trust import trust_of


def run(
    world: World,
    remote: Annotated[
        str | None, typer.Argument(metavar="[REMOTE]", help="Which remote; else the one followed.")
    ] = None,
    branch: Annotated[str | None, typer.Argument(metavar="[BRANCH]", help="Which branch of it.")] = None,
    ff_only: Annotated[bool, typer.Option("--ff-only", help="Only move ahead; refuse to merge.")] = False,
    author: Annotated[str | None, typer.Option("--author", help="Who merges.")] = None,
) -> int:
    """Example: memora pull

    Fetch a remote and merge the branch that this one follows, field by field. A dispute is a value: it stops nothing,
    and `memora conflicts` shows it afterwards, so an unattended `memora pull && memora push` gets through. Where
    a BRANCH is named, nothing else is fetched.
    """
    with world.open_repository() as repository:
        before = tree_before(repository)
        with ExchangeProgress(world) as progress:
            pulled = pull(
                repository,
                remote,
                branch,
                author=world.author(author),
                now=world.now,
                fast_forward_only=ff_only,
                policies=configured_policies(world.settings),
                only=configured_branches(world.settings),
                trust=trust_of(repository, world.settings),
                trusted=world.trusted(),
                progress=progress,
            )
        if world.options.json:
            from memora.records.exchange import pull_record

            world.out.record(pull_record(pulled))
            return exits.DONE
        world.out.lines(fetched_lines(world.out, pulled.fetched))
        warn_of_orders(world, pulled.fetched.orders)
        if pulled.merged is None:
            world.out.line(
                f"{escape(pulled.fetched.remote)} has no branch {escape(pulled.branch)} yet: nothing to merge"
            )
        else:
            show_merge(world, repository, pulled.merged, before, planned=False, explain=False)
            note_held(world, pulled.held)
    return exits.DONE
