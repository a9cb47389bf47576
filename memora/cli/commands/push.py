"""``memora push``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.exchange_text import ExchangeProgress, pushed_lines
from memora.cli.world import World
from memora.model.secrets import check_rules
from memora.operations.remotes.push import Wish, push


def run(
    world: World,
    remote: Annotated[
        str | None, typer.Argument(metavar="[REMOTE]", help="Which remote; else the one followed.")
    ] = None,
    branches: Annotated[
        list[str] | None, typer.Argument(metavar="[BRANCH]...", help="Branches or tags; else the one this is on.")
    ] = None,
    all_branches: Annotated[bool, typer.Option("--all", help="Every branch.")] = False,
    tags: Annotated[bool, typer.Option("--tags", help="Every tag.")] = False,
    sessions: Annotated[bool, typer.Option("--sessions", help="Every session that has ended.")] = False,
    force_with_lease: Annotated[
        bool, typer.Option("--force-with-lease", help="Overwrite a branch that is where it was fetched last.")
    ] = False,
    delete: Annotated[bool, typer.Option("--delete", help="Delete the branches or tags there.")] = False,
    allow_secret: Annotated[
        list[str] | None, typer.Option("--allow-secret", metavar="RULE", help="Send what this rule takes for one.")
    ] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who pushes.")] = None,
) -> int:
    """Example: memora push origin main

    Send branches, tags and sessions to a remote: new objects alone, each once. A branch only ever moves ahead; where
    the remote has commits that are not here, `memora pull` merges them first and `memora sync` does both. The first
    push makes the remote.
    """
    wish = Wish(tuple(branches or ()), all_branches, tags, sessions, force_with_lease, delete)
    allowed = check_rules(allow_secret or ())
    with world.open_repository() as repository, ExchangeProgress(world) as progress:
        pushed = push(
            repository,
            remote,
            wish,
            author=world.author(author),
            now=world.now,
            allowed_secrets=allowed,
            trusted=world.trusted(),
            progress=progress,
        )
    if world.options.json:
        from memora.records.exchange import push_record

        world.out.record(push_record(pushed))
        return exits.DONE
    world.out.lines(pushed_lines(world.out, pushed))
    return exits.DONE
