"""``memora diff``."""

from collections import Counter
from contextlib import closing
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.changes_text import change_line, show_fields, stat_line
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadUsage
from memora.history.changes import ChangeCounts, NodeChange
from memora.history.plain import plain_lines
from memora.operations.look.diff import diff


def run(
    world: World,
    revisions: Annotated[
        list[str] | None, typer.Argument(metavar="[FROM] [TO]", help="By default HEAD~1 and HEAD.")
    ] = None,
    working: Annotated[bool, typer.Option("--working", help="Compare HEAD, or FROM, with the working tree.")] = False,
    semantic: Annotated[bool, typer.Option("--semantic", help="Say it in plain words too.")] = False,
    stat: Annotated[bool, typer.Option("--stat", help="One line a memory, without values.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 where something differs.")] = False,
) -> int:
    """Example: memora diff HEAD~3 --semantic

    Show what differs between two revisions, with values: by default what the last commit changed.
    """
    names = revisions or []
    if len(names) > 2:
        raise BadUsage("diff compares two revisions, no more")
    start, end = (*names, None, None)[:2]
    counts: Counter[str] = Counter()
    plain: list[str] = []
    with world.open_repository() as repository:
        changes = diff(repository, start, end, now=world.now, working=working)
        with closing(changes):
            for change in changes:
                counts[change.effect] += 1
                _show(world, change, stat=stat, semantic=semantic)
                if semantic and not world.options.json:
                    plain += plain_lines(change)
    if not world.options.json:
        _close(world, ChangeCounts(**counts), plain, stat=stat)
    return exits.NEGATIVE if counts and exit_code else exits.DONE


def _show(world: World, change: NodeChange, *, stat: bool, semantic: bool) -> None:
    if world.options.json:
        from memora.records.changes import change_record

        world.out.record(change_record(change, semantic=semantic))
    elif stat:
        world.out.line(stat_line(world.out, change))
    else:
        world.out.line(change_line(world.out, change))
        show_fields(world.out, change)


def _close(world: World, counts: ChangeCounts, plain: list[str], *, stat: bool) -> None:
    """Print what stands below the changes: the plain words, then the counts."""
    if plain:
        world.out.line()
        for line in plain:
            world.out.line(escape(line))
    if stat and counts:
        world.out.line(f"\n{counts}")
    if not counts:
        world.out.note("no differences")
