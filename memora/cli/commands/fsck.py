"""``memora fsck``."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from memora.cli.output import escape
from memora.cli.problems_text import exit_code, problem_line, tell_problem, tell_verdict, verdict
from memora.cli.world import World
from memora.errors import BadUsage
from memora.model.counts import counted
from memora.operations.care.fsck import fsck
from memora.operations.care.problems import Problem
from memora.operations.care.repair import REPAIRABLE, Copies, FindCopies, Repaired, repair

_MOST_NAMED = 5


def run(
    world: World,
    mend: Annotated[bool, typer.Option("--repair", help="Make anew what is derived; go on after a loss.")] = False,
    source: Annotated[
        str | None, typer.Option("--from", metavar="REMOTE", help="With --repair: fetch what is lost from a remote.")
    ] = None,
) -> int:
    """Example: memora fsck

    Check every object against its id and its one form, every reference, the operation log, and everything derived
    against what it is derived from. Damage is named with the memory and the revisions it hits. Exit code 6 for damage,
    1 for warnings alone. With --repair the database is copied aside, then the index and the witness are made anew;
    what cannot be derived is never changed, except that --from puts good copies of damaged and missing objects in their
    place, each verified against its id.
    """

    def progress(what: str, count: int) -> None:
        world.out.progress(f"{count:,} {what}")

    if source is not None and not mend:
        raise BadUsage("--from needs --repair")
    path, trusted = world.store_path(), world.trusted()
    problems: list[Problem] = []

    def report(problem: Problem) -> None:
        problems.append(problem)
        tell_problem(world, problem)

    try:
        checked = fsck(path, report=report, trusted=trusted, progress=progress)
    finally:
        world.out.progress("", done=True)
    tell_verdict(world, checked)
    if mend and (checked.rules & REPAIRABLE or (source is not None and checked.errors)):
        find = None if source is None else _copies_of(world, path, source, trusted, progress)
        try:
            repaired = repair(path, checked, problems, find_copies=find, trusted=trusted, progress=progress)
        finally:
            world.out.progress("", done=True)
        _show_repaired(world, repaired)
        checked = repaired.checked
    elif source is not None:
        with world.open_repository() as repository:
            repository.refs.remotes.get(source)  # nothing is asked of it, and a wrong name is wrong all the same
    return exit_code(checked)


def _copies_of(
    world: World, path: str, source: str, trusted: list[str], progress: Callable[[str, int], None]
) -> FindCopies:
    from memora.operations.remotes.restoring import find_copies

    def find(problems: Sequence[Problem]) -> Copies:
        return find_copies(path, source, problems, workspace=world.workspace, trusted=trusted, progress=progress)

    return find


def _show_repaired(world: World, repaired: Repaired) -> None:
    if world.options.json:
        from memora.records.care import repaired_record

        world.out.record(repaired_record(repaired))
        return
    if repaired.copy is not None:
        world.out.line(f"the database as it was is kept in {escape(repaired.copy)}")
    for action in repaired.actions:
        world.out.line(f"repaired: {action}")
    if repaired.not_found:
        names = ", ".join(object_id.hex()[:12] for object_id in repaired.not_found[:_MOST_NAMED])
        more = ", …" if len(repaired.not_found) > _MOST_NAMED else ""
        world.out.line(f"not found there: {counted(len(repaired.not_found), 'object')} ({names}{more})")
    for problem in repaired.problems:
        world.out.line("still " + problem_line(world.out, problem))
    world.out.line(f"after the repair: {verdict(repaired.checked)}")
