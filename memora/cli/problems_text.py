"""Problems of a store or a remote as people read them."""

from __future__ import annotations

from typing import Final

from memora.cli import exits
from memora.cli.output import Output, escape
from memora.cli.world import World
from memora.errors import Kind
from memora.model.counts import counted
from memora.operations.care.fsck import Checked
from memora.operations.care.problems import ERROR, Problem

_MOST_NAMES: Final = 6


def problem_line(out: Output, problem: Problem) -> str:
    """``error: object-id  1a2b3c4d5e6f: its bytes do not hash to its id; hits node 3f2a91c0 in main, v1``."""
    label = out.style("red" if problem.severity == ERROR else "yellow", f"{problem.severity}:")
    place = "" if problem.object is None else f"{problem.object.hex()[:12]}: "
    return f"{label} {problem.rule}  {place}{escape(problem.message)}{escape(_hit(problem))}"


def _hit(problem: Problem) -> str:
    node = "" if problem.node is None else f" node {problem.node.hex()[:8]}"
    if not problem.revisions:
        return f"; hits{node}" if node else ""
    names = ", ".join(problem.revisions[:_MOST_NAMES])
    more = "" if len(problem.revisions) <= _MOST_NAMES else ", …"
    return f"; hits{node} in {names}{more}"


def tell_problem(world: World, problem: Problem) -> None:
    """Print a problem as it is found, over what is shown of the progress."""
    world.out.progress("", done=True)
    if world.options.json:
        from memora.records.care import problem_record

        world.out.record(problem_record(problem))
    else:
        world.out.line(problem_line(world.out, problem))


def tell_verdict(world: World, checked: Checked) -> None:
    """Say to people how much was checked, and with what result."""
    if world.options.json:
        return
    counts = ", ".join(counted(count, what.removesuffix("s")) for what, count in checked.counts.items()) or "nothing"
    world.out.line(f"checked {counts}: {verdict(checked)}")
    if checked.whole:
        world.out.line(f"these read whole: {escape(', '.join(checked.whole))}")


def exit_code(checked: Checked) -> int:
    """6 for damage, 1 for warnings alone, else 0."""
    if checked.errors:
        return exits.EXIT_CODES[Kind.DAMAGED]
    return exits.NEGATIVE if checked.warnings else exits.DONE


def verdict(checked: Checked) -> str:
    """How many problems there are, in words."""
    if not checked.errors and not checked.warnings:
        return "no problems"
    return f"{counted(checked.errors, 'error')}, {counted(checked.warnings, 'warning')}"
