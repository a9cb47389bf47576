"""``memora sync``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.exchange_text import ExchangeProgress, fetched_lines, pushed_lines, warn_of_orders
from memora.cli.merge_outcome import show_merge, tree_before
from memora.cli.remotes_text import note_held
from memora.cli.world import World
from memora.model.counts import counted
from memora.model.secrets import check_rules
from memora.operations.history.merging import configured_policies
from memora.operations.remotes.fetch import configured_branches
from memora.operations.remotes.pull import sync
from memora.operations.remotes.trust import trust_of


def run(
    world: World,
    remote: Annotated[
        str | None, typer.Argument(metavar="[REMOTE]", help="Which remote; else the one followed.")
    ] = None,
    allow_secret: Annotated[
        list[str] | None, typer.Option("--allow-secret", metavar="RULE", help="Send what this rule takes for one.")
    ] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who merges and pushes.")] = None,
) -> int:
    """Example: memora sync

    Pull and push this branch until the remote has what is here and here is what it has. Where somebody else is quicker
    it pulls and pushes again. Made for agents and timers that nobody watches.
    """
    allowed = check_rules(allow_secret or ())
    with world.open_repository() as repository:
        before = tree_before(repository)
        with ExchangeProgress(world) as progress:
            synced = sync(
                repository,
                remote,
                author=world.author(author),
                now=world.now,
                policies=configured_policies(world.settings),
                allowed_secrets=allowed,
                only=configured_branches(world.settings),
                trust=trust_of(repository, world.settings),
                trusted=world.trusted(),
                progress=progress,
            )
        if world.options.json:
            from memora.records.exchange import sync_record

            world.out.record(sync_record(synced))
            return exits.DONE
        if synced.pulled is not None:
            world.out.lines(fetched_lines(world.out, synced.pulled.fetched))
            warn_of_orders(world, synced.pulled.fetched.orders)
            if synced.pulled.merged is not None:
                show_merge(world, repository, synced.pulled.merged, before, planned=False, explain=False)
            note_held(world, synced.pulled.held)
        world.out.lines(pushed_lines(world.out, synced.pushed))
        if synced.rounds > 1:
            world.out.note(f"others were quicker {counted(synced.rounds - 1, 'time')}; their commits are merged")
    return exits.DONE
