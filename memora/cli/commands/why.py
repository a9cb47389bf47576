"""``memora why``."""

from collections.abc import Iterator
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.node_page import observation_line
from memora.cli.nodes_text import SHORT_ID_DIGITS, node_line
from memora.cli.world import World
from memora.history.grounds import Ground
from memora.operations.look.why import why

_RELATIONS = {"derived_from": "derived from", "depends_on": "depends on", "supports": "supported by"}


def run(
    world: World,
    name: Annotated[str, typer.Argument(metavar="NODE|KEY", help="Id, first digits or key.")],
    at: Annotated[str | None, typer.Option("--at", metavar="REV", help="The memory as it was then.")] = None,
) -> int:
    """Example: memora why auth.jwt.algorithm

    Show what a memory rests on: who saw it and the evidence, what it is derived from and depends on, what supports it,
    and so on downwards. The trust it deserves is its confidence, or that of the weakest memory it rests on. What is
    missing or out of service is worth nothing, what is in dispute as much as its weakest side; what supports a memory
    takes nothing away.
    """
    with world.open_repository() as repository:
        ground = why(repository, name, now=world.now, revision=at)
    if world.options.json:
        from memora.records.why import why_record

        world.out.record(why_record(ground))
        return exits.DONE
    world.out.lines(_lines(world, ground, "", ""))
    return exits.DONE


def _lines(world: World, ground: Ground, first: str, rest: str) -> Iterator[str]:
    """A memory and what is below it; ``first`` stands before its line, ``rest`` before all others."""
    out = world.out
    relation = "" if ground.relation is None else f"{_RELATIONS[ground.relation]}  "
    yield f"{first}{relation}{_title(world, ground, len(first) + len(relation))}"
    yield f"{rest}{'│' if ground.support else ' '} {out.style('bold', _trust(ground))}"
    for seen in ground.node.observations if ground.node else ():
        yield f"{rest}{'│' if ground.support else ' '} {observation_line(seen, world.now)}"
    for number, below in enumerate(ground.support, 1):
        last = number == len(ground.support)
        yield from _lines(world, below, f"{rest}{'└─' if last else '├─'} ", f"{rest}{'  ' if last else '│ '} ")


def _title(world: World, ground: Ground, indent: int) -> str:
    if ground.node is None:
        return f"{world.out.style('yellow', ground.id.hex()[:SHORT_ID_DIGITS])}  (missing)"
    return node_line(world.out, ground.node, now=world.now, indent=indent)


def _trust(ground: Ground) -> str:
    text = f"trust {ground.trust:.2f}"
    if ground.weakest != ground.id:
        text += f", that of {ground.weakest.hex()[:SHORT_ID_DIGITS]}"
    elif ground.standing == "disputed":
        text += ", that of its weakest side"
    elif ground.standing in ("missing", "deprecated", "retracted"):
        text += f", for it is {ground.standing}"
    return text if ground.expanded else f"{text} (what it rests on is shown elsewhere, or too deep)"
