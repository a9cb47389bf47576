"""``memora link``."""

from typing import Annotated

import typer

from memora.cli.nodes_text import SHORT_ID_DIGITS, show_changes
from memora.cli.world import World
from memora.operations.remember.link import link


def run(
    world: World,
    node: Annotated[str, typer.Argument(metavar="NODE", help="Id, first digits of an id, or key.")],
    relation: Annotated[str, typer.Argument(metavar="REL", help="How the first stands to the second.")],
    target: Annotated[str, typer.Argument(metavar="NODE", help="The node to link to.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the link away.")] = False,
    author: Annotated[str | None, typer.Option("--author", help="Who says so.")] = None,
) -> int:
    """Example: memora link auth.jwt.rotation depends_on auth.jwt.algorithm

    Link one memory to another. REL is derived_from, supports, contradicts, supersedes, depends_on, relates_to or
    part_of.
    """
    with world.open_repository() as repository:
        changes = link(repository, node, relation, target, remove=remove, author=world.author(author), now=world.now)
    code = show_changes(world, changes)
    if code == 0 and not world.options.json:
        for item in changes.nodes[0].node.links:
            world.out.line(f"  {item.relation} {item.to.hex()[:SHORT_ID_DIGITS]}")
    return code
