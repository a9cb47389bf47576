"""``memora fsck``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.output import escape
from memora.cli.problems_text import problem_line
from memora.cli.world import World
from memora.errors import Kind
from memora.operations.care.fsck import Checked, fsck
from memora.operations.care.problems import Problem
from memora.operations.care.repair import REPAIRABLE, Repaired, repair


def run(
    world: World,
    mend: Annotated[bool, typer.Option("--repair", help="Make anew what is derived; go on after a loss.")] = False,
) -> int:
    """Example: memora fsck

    Check every object against its id and its one form, every reference, the operation log, and everything derived
    against what it is derived from. Damage is named with the memory and the revisions it hits. Exit code 6 for damage,
    1 for warnings alone. With --repair the database is copied aside, then the index and the witness are made anew;
    what cannot be derived is never changed.
    """

    def progress(what: str, count: int) -> None:
        world.out.progress(f"{count:,} {what}")

    path, trusted = world.store_path(), world.trusted()
    try:
        checked = fsck(path, report=lambda problem: _show(world, problem), trusted=trusted, progress=progress)
    finally:
        world.out.progress("", done=True)
    _conclude(world, checked)
    if mend and checked.rules & REPAIRABLE:
        try:
            repaired = repair(path, checked, trusted=trusted, progress=progress)
        finally:
            world.out.progress("", done=True)
        _show_repaired(world, repaired)
        checked = repaired.checked
    if checked.errors:
        return exits.EXIT_CODES[Kind.DAMAGED]
    return exits.NEGATIVE if checked.warnings else exits.DONE


def _show(world: World, problem: Problem) -> None:
    world.out.progress("", done=True)
    if world.options.json:
        from memora.records.care import problem_record

        world.out.record(problem_record(problem))
    else:
        world.out.line(problem_line(world.out, problem))


def _conclude(world: World, checked: Checked) -> None:
    if world.options.json:
        return
    counts = ", ".join(_count(count, what) for what, count in checked.counts.items()) or "nothing"
    world.out.line(f"checked {counts}: {_verdict(checked)}")
    if checked.whole:
        world.out.line(f"these read whole: {escape(', '.join(checked.whole))}")


def _show_repaired(world: World, repaired: Repaired) -> None:
    if world.options.json:
        from memora.records.care import repaired_record

        world.out.record(repaired_record(repaired))
        return
    world.out.line(f"the database as it was is kept in {escape(repaired.copy or '')}")
    for action in repaired.actions:
        world.out.line(f"repaired: {action}")
    for problem in repaired.problems:
        world.out.line("still " + problem_line(world.out, problem))
    world.out.line(f"after the repair: {_verdict(repaired.checked)}")


def _verdict(checked: Checked) -> str:
    if not checked.errors and not checked.warnings:
        return "no problems"
    return f"{_count(checked.errors, 'errors')}, {_count(checked.warnings, 'warnings')}"


def _count(count: int, what: str) -> str:
    return f"1 {what.removesuffix('s')}" if count == 1 else f"{count:,} {what}"
