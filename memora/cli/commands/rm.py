"""``memora rm``."""

from typing import Annotated

import typer

from memora.cli.nodes_text import show_changes
from memora.cli.world import World
from memora.operations.remember.remove import remove


def run(
    world: World,
    node: Annotated[list[str], typer.Argument(metavar="NODE...", help="Id, first digits of an id, or key.")],
    author: Annotated[str | None, typer.Option("--author", help="Who says so.")] = None,
) -> int:
    """Example: memora rm auth.jwt.algorithm

    Forget memories, all or none. Commits keep what they recorded, and `memora undo` brings back the rest.
    """
    with world.open_repository() as repository:
        changes = remove(repository, node, author=world.author(author), now=world.now)
    return show_changes(world, changes, before="removed ")
