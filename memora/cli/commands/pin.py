"""``memora pin``."""

from typing import Annotated

import typer

from memora.cli.nodes_text import show_changes
from memora.cli.world import World
from memora.operations.remember.pin import pin


def run(
    world: World,
    node: Annotated[list[str], typer.Argument(metavar="NODE...", help="Id, first digits of an id, or key.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the pins away.")] = False,
    author: Annotated[str | None, typer.Option("--author", help="Who says so.")] = None,
) -> int:
    """Example: memora pin auth.jwt.algorithm

    Keep memories: a pinned one never expires, is never collected, and comes first in exports.
    """
    with world.open_repository() as repository:
        changes = pin(repository, node, remove=remove, author=world.author(author), now=world.now)
    return show_changes(world, changes)
