"""``memora quarantine accept`` and ``memora quarantine reject``."""

from typing import Annotated

import typer

from memora.cli.nodes_text import show_changes
from memora.cli.world import World
from memora.operations.remember.quarantine import accept_quarantined, reject_quarantined

Nodes = Annotated[list[str], typer.Argument(metavar="NODE...", help="Id, first digits of an id, or key.")]
Who = Annotated[str | None, typer.Option("--author", help="Who says so.")]


def run_accept(world: World, node: Nodes, author: Who = None) -> int:
    """Example: memora quarantine accept 3f2a91c0

    Let memories that were held back be recalled and exported like all others. `memora list --quarantined` shows what
    waits, and why.
    """
    with world.open_repository() as repository:
        changes = accept_quarantined(repository, node, author=world.author(author), now=world.now)
    return show_changes(world, changes)


def run_reject(world: World, node: Nodes, author: Who = None) -> int:
    """Example: memora quarantine reject 3f2a91c0

    Forget memories that were held back. `memora undo` brings them back into quarantine.
    """
    with world.open_repository() as repository:
        changes = reject_quarantined(repository, node, author=world.author(author), now=world.now)
    return show_changes(world, changes, before="rejected ")
