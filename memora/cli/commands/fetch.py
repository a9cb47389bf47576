"""``memora fetch``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.exchange_text import ExchangeProgress, fetched_lines, warn_of_orders
from memora.cli.world import World
from memora.operations.remotes.fetch import configured_branches, fetch
from memora.operations.remotes.push import default_remote


def run(
    world: World,
    remote: Annotated[
        str | None, typer.Argument(metavar="[REMOTE]", help="Which remote; else the one followed.")
    ] = None,
    branches: Annotated[list[str] | None, typer.Argument(metavar="[BRANCH]...", help="Only these of it.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take a remote as it is, even if its history changed, and its tags.")
    ] = False,
    author: Annotated[str | None, typer.Option("--author", help="Who fetches.")] = None,
) -> int:
    """Example: memora fetch origin

    Bring here what is at a remote: branches as origin/main and so on, tags and sessions under their own names. Nothing
    is merged, and the working tree stays as it is. With names of branches only what these need comes, and no tags and
    sessions. A fetch that was interrupted goes on where it was. A remote that moved back or whose branches lost commits
    is refused, and a tag that is another one here stays; --force takes all of it as it is there.
    """
    with world.open_repository() as repository, ExchangeProgress(world) as progress:
        name = remote or default_remote(repository, repository.workspace.head.branch)
        fetched = fetch(
            repository,
            name,
            author=world.author(author),
            now=world.now,
            branches=branches or configured_branches(world.settings).get(name, ()),
            as_far_as_there=not branches,
            force=force,
            trusted=world.trusted(),
            progress=progress,
        )
    if world.options.json:
        from memora.records.exchange import fetch_record

        world.out.record(fetch_record(fetched))
        return exits.DONE
    world.out.lines(fetched_lines(world.out, fetched))
    warn_of_orders(world, fetched.orders)
    return exits.DONE
