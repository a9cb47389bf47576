"""``memora retract``."""

from collections.abc import Iterator
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.nodes_text import SHORT_ID_DIGITS, node_line
from memora.cli.output import escape
from memora.cli.world import World
from memora.history.support import Support
from memora.operations.remember.retract import Retraction, preview_retract, retract
from memora.records.retractions import retraction_record


def run(
    world: World,
    node: Annotated[str, typer.Argument(metavar="NODE", help="Id, first digits of an id, or key.")],
    reason: Annotated[str | None, typer.Option("--reason", help="Why it is not so.")] = None,
    cascade: Annotated[bool, typer.Option("--cascade", help="Deprecate what is left without support, too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what rests on it, change nothing.")] = False,
    author: Annotated[str | None, typer.Option("--author", help="Who says so.")] = None,
) -> int:
    """Example: memora retract auth.jwt.algorithm --reason "it was HS256 all along" --dry-run

    Take a belief back: it becomes deprecated, and keeps who contradicted it and why. What was derived from it, directly
    or not, is shown; what nothing else holds up is unsupported from now on, or deprecated with it under --cascade.
    `memora promote` brings a memory back, `memora undo` all of them.
    """
    with world.open_repository() as repository:
        if dry_run:
            result = preview_retract(repository, node, cascade=cascade)
        else:
            who = world.author(author)
            result = retract(repository, node, reason=reason, cascade=cascade, author=who, now=world.now)
    if world.options.json:
        world.out.record(retraction_record(result, dry_run=dry_run))
    else:
        _show(world, result, dry_run=dry_run)
    return exits.NEGATIVE if result.changes.outcome == "unchanged" and not dry_run else exits.DONE


def _show(world: World, result: Retraction, *, dry_run: bool) -> None:
    out = world.out
    if dry_run:
        out.line(out.style("bold", "retraction plan") + " (nothing was changed)")
        title = "retract   "
    elif result.changes.outcome == "unchanged":
        out.note("nothing changed")
        title = "already   "
    else:
        title = "retracted "
    root = result.node.node
    later = next((item.node for item in result.changes.nodes if item.node.id == root.id), root)
    out.line(title + node_line(out, later, now=world.now, indent=len(title)))
    out.lines(_dependant_lines(world, result))
    left = [item for item in result.dependants if result.standing(item) == "unsupported" and not item.again]
    if left and not dry_run:
        command = f"memora retract {root.id.hex()[:SHORT_ID_DIGITS]} --cascade"
        out.note(f"{len(left)} unsupported: `memora list --unsupported` shows them, `{command}` deprecates them")


def _dependant_lines(world: World, result: Retraction) -> Iterator[str]:
    out = world.out
    branches = draw_branches([item.depth for item in result.dependants])
    for branch, item in zip(branches, result.dependants, strict=True):
        word = result.standing(item)
        style = {"supported": "green", "unsupported": "yellow"}.get(word, "red")
        start = f"{branch}{out.style(style, word)} "
        more = "  (shown above)" if item.again else _holder(item.support)
        indent = len(branch) + len(word) + 1 + len(more)
        yield start + node_line(out, item.support.node, now=world.now, indent=indent) + more


def _holder(support: Support) -> str:
    """What holds a memory up, as the end of its line."""
    if support.parent is not None:
        return f"  by {support.parent.hex()[:SHORT_ID_DIGITS]}"
    if support.sighting is not None:
        return escape(f"  by {support.sighting.author} ({support.sighting.source}), {support.sighting.evidence[0]}")
    return ""


def draw_branches(depths: list[int]) -> list[str]:
    """What stands before each line of a tree that is listed from the top down, given how deep each line is."""
    drawn = []
    followed: set[int] = set()
    for depth in reversed(depths):
        stems = "".join("│  " if level in followed else "   " for level in range(1, depth))
        drawn.append(stems + ("├─ " if depth in followed else "└─ "))
        followed = {level for level in followed if level < depth} | {depth}
    return drawn[::-1]
