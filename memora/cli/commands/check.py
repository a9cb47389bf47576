"""``memora check``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.merge_text import pair_lines
from memora.cli.output import escape
from memora.cli.world import World
from memora.operations.care.check import DEFAULT_RULES, Finding, check
from memora.operations.care.problems import ERROR


def run(
    world: World,
    rules: Annotated[list[str] | None, typer.Argument(metavar="[RULE]...", help="Only these rules.")] = None,
    contradictions: Annotated[
        bool, typer.Option("--contradictions", help="Also compare memories with each other.")
    ] = False,
) -> int:
    """Example: memora check --contradictions

    Look for memories that want attention: disputed ones, expired ones, those that lost what they were derived from, and
    with --contradictions pairs that probably contradict each other or say the same. Those are only proposed: link them,
    or let them be. Exit code 1 says that something was found.
    """
    chosen = tuple(rules) if rules else DEFAULT_RULES
    if contradictions and "contradictions" not in chosen:
        chosen = (*chosen, "contradictions") if rules else ("contradictions",)

    def progress(done: int, of: int) -> None:
        world.out.progress(f"{done:,} of {of:,} compared")

    found = 0
    with world.open_repository() as repository:
        try:
            for finding in check(repository, now=world.now, rules=chosen, progress=progress):
                world.out.progress("", done=True)
                found += 1
                _show(world, finding)
        finally:
            world.out.progress("", done=True)
    if not found:
        world.out.note(f"nothing found by {', '.join(chosen)}")
    return exits.NEGATIVE if found else exits.DONE


def _show(world: World, finding: Finding) -> None:
    problem, pair = finding
    if world.options.json:
        from memora.records.checks import finding_record

        world.out.record(finding_record(finding))
    elif pair is not None:
        for line in pair_lines(world.out, pair):
            world.out.line(line)
    else:
        label = world.out.style("red" if problem.severity == ERROR else "yellow", f"{problem.severity}:")
        short = problem.node.hex()[:8] if problem.node else ""
        world.out.line(f"{label} {problem.rule}  {short}  {escape(problem.message)}")
