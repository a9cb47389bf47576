"""``memora fetch``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.exchange_text import ExchangeProgress, fetched_lines
from memora.cli.world import World
from memora.operations.remotes.fetch import fetch
from memora.operations.remotes.push import default_remote


def run(
    world: World,
    remote: Annotated[
        str | None, typer.Argument(metavar="[REMOTE]", help="Which remote; else the one followed.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take a remote as it is, even if its history changed.")
    ] = False,
    author: Annotated[str | None, typer.Option("--author", help="Who fetches.")] = None,
) -> int:
    """Example: memora fetch origin

    Bring here what is at a remote: branches as origin/main and so on, tags and sessions under their own names. Nothing
    is merged, and the working tree stays as it is. A fetch that was interrupted goes on where it was. A remote that
    moved back or whose branches lost commits is refused; --force takes it as it is now.
    """
    with world.open_repository() as repository, ExchangeProgress(world) as progress:
        name = remote or default_remote(repository, repository.workspace.head.branch)
        fetched = fetch(
            repository,
            name,
            author=world.author(author),
            now=world.now,
            force=force,
            trusted=world.trusted(),
            progress=progress,
        )
    if world.options.json:
        from memora.records.exchange import fetch_record

        world.out.record(fetch_record(fetched))
        return exits.DONE
    for line in fetched_lines(world.out, fetched):
        world.out.line(line)
    return exits.DONE
