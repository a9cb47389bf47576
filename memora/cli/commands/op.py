"""``memora op log`` and ``memora op show``."""

from typing import Annotated

import typer

from memora.cli.operations_text import move_line, operation_words
from memora.cli.output import escape
from memora.cli.world import World
from memora.model.text import first_line
from memora.model.times import format_time
from memora.operations.history.op import LogEntry, op_log, op_show

_SHORTEST_TEXT = 20


def run_log(
    world: World,
    limit: Annotated[int | None, typer.Option("-n", metavar="N", min=0, help="No more than N operations.")] = None,
    everywhere: Annotated[bool, typer.Option("--all", help="The operations of every workspace.")] = False,
) -> int:
    """Example: memora op log -n 10

    List what was done in this workspace, the newest first. '*' marks the newest operation whose effect stands, '-'
    those that were undone.
    """
    with world.open_repository() as repository:
        columns = max(len(item.name) for item in repository.refs.workspaces.list()) if everywhere else 0
        for entry in op_log(repository, everywhere=everywhere, limit=limit):
            if world.options.json:
                from memora.records.operations import log_entry_record

                world.out.record(log_entry_record(entry))
            else:
                world.out.line(_entry_line(world, entry, columns))
    return 0


def run_show(
    world: World,
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="Its number in `memora op log`; by default the newest.")
    ] = None,
) -> int:
    """Example: memora op show 12

    Show one operation: which pointers it moved, and what it did to the nodes of the working tree.
    """
    with world.open_repository() as repository:
        detail = op_show(repository, number)
    if world.options.json:
        from memora.records.operations import operation_detail_record

        world.out.record(operation_detail_record(detail))
        return 0
    from memora.cli.changes_text import stat_line

    out, operation = world.out, detail.operation
    out.line(out.style("bold", f"operation {operation.number}: {operation_words(operation)}"))
    out.line(f"{format_time(operation.at)}, by {escape(operation.author)}, in workspace {escape(operation.workspace)}")
    out.line()
    for move in operation.moves:
        out.line(f"  {move_line(out, move)}")
    if not operation.moves:
        out.line("  what it moved is no longer kept")
    if detail.nodes:
        out.line()
    for change in detail.nodes:
        out.line(f"  {stat_line(out, change)}")
    return 0


def _entry_line(world: World, entry: LogEntry, workspace_columns: int) -> str:
    """One operation; with the name of its workspace where that has columns."""
    out, operation = world.out, entry.operation
    mark = "*" if entry.is_position else "-" if entry.is_undone else " "
    place = f"  {escape(operation.workspace):<{workspace_columns}}" if workspace_columns else ""
    start = f"{mark} {operation.number:>4}  {format_time(operation.at)}{place}  {escape(operation.command):<8} "
    space = max(out.width - len(start), _SHORTEST_TEXT)
    summary = first_line(operation.summary, space) if out.width else first_line(operation.summary)
    style = "bold" if entry.is_position else "dim" if entry.is_undone else ""
    line = f"{start}{escape(summary)}".rstrip()
    return out.style(style, line) if style else line
