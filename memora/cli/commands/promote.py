"""``memora promote``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.commandline import GivenBare
from memora.cli.nodes_text import show_changes
from memora.cli.world import World
from memora.operations.remember.promote import promote


def run(
    world: World,
    id: Annotated[str | None, typer.Option("--id", metavar="NODE", help="This memory.")] = None,
    key: Annotated[str | None, typer.Option("--key", "-k", metavar="KEY", help="The memory of that key.")] = None,
    type: Annotated[str | None, typer.Option("--type", "-t", metavar="TYPE", help="All of that type.")] = None,
    all_confirmed: Annotated[
        str | None,
        typer.Option("--all-confirmed", metavar="[T]", help="All of at least that confidence; bare: 0.8."),
        GivenBare("0.8"),
    ] = None,
    as_type: Annotated[str | None, typer.Option("--as", metavar="TYPE", help="Make them of that type too.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who says so.")] = None,
) -> int:
    """Example: memora promote --all-confirmed 0.9

    Make memories stable: settled, without an end. Name one by --id or --key, also one that is deprecated or
    expired; or take all ephemeral ones by --type or --all-confirmed.
    """
    with world.open_repository() as repository:
        changes, disputed = promote(
            repository,
            node=id,
            key=key,
            type_name=type,
            confirmed=all_confirmed,
            as_type=as_type,
            author=world.author(author),
            now=world.now,
        )
    if disputed:
        world.out.note(f"left out: {disputed} disputed, to be resolved first")
    if changes.outcome == "unchanged" and not world.options.json:
        world.out.note("nothing to promote")
        return exits.NEGATIVE
    return show_changes(world, changes, before="promoted ")
