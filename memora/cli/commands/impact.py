"""``memora impact``."""

from collections.abc import Iterable
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.events_text import handed_line
from memora.cli.nodes_text import node_line
from memora.cli.world import World
from memora.operations.sessions.impact import Impact, impact
from memora.operations.sessions.receipts import Receipt


def run(
    world: World,
    node: Annotated[str, typer.Argument(metavar="NODE", help="Its key, its id or the beginning of its id.")],
) -> int:
    """Example: memora impact auth.jwt.algorithm

    Show where a memory went: the sessions that it was handed to and in which version, the exports that hold it, and
    the memories that were derived from it. One that is not there any more goes by its whole id.
    """
    with world.open_repository() as repository:
        found = impact(repository, node)
    if world.options.json:
        from memora.records.sessions import impact_record

        world.out.record(impact_record(found))
    else:
        _show(world, found)
    return exits.DONE


def _show(world: World, found: Impact) -> None:
    out = world.out
    if found.current is None:
        out.line(f"{found.node.hex()}  is not in the working tree any more")
    else:
        out.line(node_line(out, found.current.node, now=world.now, key=True))
    _show_receipts(world, found, "handed out", found.handed_out)
    _show_receipts(world, found, "exports", found.exports)
    if found.derived:
        out.line("\nderived from it")
        for item in found.derived:
            indent = 2 * item.depth
            out.line(" " * indent + node_line(out, item.node, now=world.now, indent=indent))
    if not (found.handed_out or found.exports or found.derived):
        out.note("it was never handed out, and nothing is derived from it")


def _show_receipts(world: World, found: Impact, title: str, receipts: Iterable[Receipt]) -> None:
    current = None if found.current is None else found.current.version
    lines = [handed_line(world.out, receipt, current) for receipt in receipts]
    if lines:
        world.out.line(f"\n{title}")
        for line in lines:
            world.out.line(f"  {line}")
