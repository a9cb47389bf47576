"""``memora demo``."""

from itertools import chain
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.output import escape
from memora.cli.stage import Played, open_stage, play
from memora.cli.story import AFTERWARDS
from memora.cli.world import World


def run(
    world: World,
    path: Annotated[
        str | None, typer.Argument(metavar="[DIR]", help="A new or empty folder; else a temporary one.")
    ] = None,
) -> int:
    """Example: memora demo

    Play a short story in a folder of its own: a project, and two agents who come to disagree about it. Every command
    is really run, and can be tried again there: the folder stays. Nothing else is read or touched.
    """
    with open_stage(world, path) as folder:
        acts = play(folder, now=world.now, colour=world.out.takes_colour and not world.options.json)
    if world.options.json:
        from memora.records.start import demo_record

        world.out.record(demo_record(folder, chain.from_iterable(acts)))
    elif world.options.quiet:
        world.out.line(escape(folder))
    else:
        _show(world, folder, acts)
    return exits.DONE


def _show(world: World, folder: str, acts: list[list[Played]]) -> None:
    for act in acts:
        for step in act:
            if step.about is not None:
                world.out.line(world.out.style("cyan", f"# {step.about}"))
            world.out.line(world.out.style("bold", f"$ {step.command}"))
            world.out.lines(step.output)
        world.out.line()
    for line in AFTERWARDS:
        world.out.line(line.format(folder=escape(folder)))
