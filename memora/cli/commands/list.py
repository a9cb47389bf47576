"""``memora list``."""

from contextlib import closing
from typing import Annotated, NoReturn

import typer

from memora.cli import exits
from memora.cli.filters import (
    ConfidenceOption,
    ExpiredOption,
    KeyOption,
    SourceOption,
    StatusOption,
    TagOption,
    TextOption,
    TypeOption,
    UnsupportedOption,
)
from memora.cli.nodes_text import show_nodes
from memora.cli.world import World
from memora.errors import DamagedObject
from memora.model.filter import read_filter
from memora.operations.look.list import list_nodes


def run(
    world: World,
    type: TypeOption = None,
    status: StatusOption = None,
    tag: TagOption = None,
    source: SourceOption = None,
    key: KeyOption = None,
    min_confidence: ConfidenceOption = None,
    text: TextOption = None,
    expired: ExpiredOption = None,
    quarantined: Annotated[
        bool | None, typer.Option("--quarantined/--no-quarantined", help="Only those, or none.")
    ] = None,
    stale: Annotated[bool | None, typer.Option("--stale/--no-stale", help="Only those, or none.")] = None,
    unsupported: UnsupportedOption = False,
    remote: Annotated[str | None, typer.Option("--remote", metavar="NAME", help="As that remote brought it.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="REVISION", help="As they were then.")] = None,
    sort: Annotated[
        str, typer.Option("--sort", help="updated, created, confidence, importance, type or key.")
    ] = "updated",
    reverse: Annotated[bool, typer.Option("--reverse", help="Turn the order round.")] = False,
    limit: Annotated[int | None, typer.Option("-n", min=0, help="How many at most.")] = None,
) -> int:
    """Example: memora list --type semantic --tag auth --sort confidence -n 20

    List memories, the last changed first; with --quarantined also why each is held back. Exit code 1 says that there
    are none, 6 that a damaged one had to be left out.
    """
    wanted = read_filter(
        types=type or (),
        statuses=status or (),
        tags=tag or (),
        sources=source or (),
        key=key,
        min_confidence=min_confidence,
        text=text,
        expired=expired,
        quarantined=quarantined,
        stale=stale,
    )
    damaged: list[DamagedObject] = []
    with world.open_repository() as repository:
        nodes = list_nodes(
            repository,
            wanted,
            now=world.now,
            sort=sort,
            reverse=reverse,
            limit=limit,
            revision=at,
            unsupported=unsupported,
            remote=remote,
            damaged=damaged.append,
        )
        with closing(nodes):
            shown = show_nodes(world, nodes, reasons=bool(quarantined))
    if damaged:
        _refuse_to_hide(world, damaged)
    if shown or limit == 0:
        return exits.DONE
    world.out.note("nothing found")
    return exits.NEGATIVE


def _refuse_to_hide(world: World, damaged: list[DamagedObject]) -> NoReturn:
    """Say what was left out: the last one as the error that this ends with."""
    *others, last = damaged
    for error in others:
        world.out.note(f"left out: {error}")
    raise last
