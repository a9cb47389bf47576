"""``memora list``."""

from collections.abc import Iterable
from contextlib import closing
from typing import Annotated, NoReturn

import typer

from memora.cli import exits
from memora.cli.nodes_text import node_line
from memora.cli.world import World
from memora.errors import DamagedObject
from memora.model.filter import read_filter
from memora.model.node import NodeVersion
from memora.operations.look.list import list_nodes


def run(
    world: World,
    type: Annotated[list[str] | None, typer.Option("--type", "-t", help="Of this type; may be repeated.")] = None,
    status: Annotated[list[str] | None, typer.Option("--status", help="Of this status; may be repeated.")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="With this tag, and each further one.")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="Seen by this source; may be repeated.")] = None,
    key: Annotated[str | None, typer.Option("--key", "-k", metavar="PREFIX", help="Whose key begins so.")] = None,
    min_confidence: Annotated[str | None, typer.Option("--min-confidence", help="At least so certain.")] = None,
    text: Annotated[str | None, typer.Option("--text", help="With this in its content, in any case.")] = None,
    expired: Annotated[bool | None, typer.Option("--expired/--no-expired", help="Only those, or none.")] = None,
    quarantined: Annotated[
        bool | None, typer.Option("--quarantined/--no-quarantined", help="Only those, or none.")
    ] = None,
    stale: Annotated[bool | None, typer.Option("--stale/--no-stale", help="Only those, or none.")] = None,
    unsupported: Annotated[
        bool, typer.Option("--unsupported", help="Only what lost what it was derived from.")
    ] = False,
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


def show_nodes(world: World, nodes: Iterable[NodeVersion], *, reasons: bool = False) -> int:
    """Print the nodes as they come, and give how many there were."""
    if world.options.json:
        from memora.records.nodes import node_record
    shown = 0
    for item in nodes:
        shown += 1
        if world.options.json:
            world.out.record(node_record(item.node, item.version))
        else:
            world.out.line(node_line(world.out, item.node, now=world.now, key=True))
            if reasons:
                from memora.model.screening import order_reasons, texts_of

                for reason in order_reasons(texts_of(item.node)):
                    world.out.line(f"    {reason}")
    return shown
