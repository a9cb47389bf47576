"""``memora revert``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadUsage
from memora.model.counts import counted
from memora.operations.history.revert import NothingToRevert, Reverted, preview_revert, revert
from memora.operations.history.revert_selection import Wanted


def run(
    world: World,
    revision: Annotated[
        str | None, typer.Argument(metavar="[COMMIT|RANGE]", help="A commit, or A..B: what B has and A has not.")
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", help="All commits of this author: the whole name, or all before '<'.")
    ] = None,
    session: Annotated[str | None, typer.Option("--session", metavar="ID", help="All that a session did.")] = None,
    mainline: Annotated[
        int | None, typer.Option("--mainline", min=1, metavar="N", help="Which parent a merge is counted against.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would change, change nothing.")] = False,
    message: Annotated[str | None, typer.Option("--message", "-m", help="Message of the new commit.")] = None,
) -> int:
    """Example: memora revert HEAD~2

    Take back exactly what a commit did, by a new commit; all of a range or of an author's commits becomes one commit.
    What was changed again later is not lost: such a memory is then in dispute between the two. Of an author's commits,
    merges are passed over unless --mainline says what they are counted against. Of a session it is what its own
    commands changed, whoever committed it.
    """
    if sum(item is not None for item in (revision, author, session)) != 1:
        raise BadUsage("say one thing to take back: a commit, a range A..B, --author or --session")
    wanted = Wanted(revision, author, session, mainline)
    with world.open_repository() as repository:
        verb = preview_revert if dry_run else revert
        result = verb(repository, wanted, author=world.author(), now=world.now, message=message)
    if isinstance(result, NothingToRevert):
        world.out.note(_reason(result, author))
        return exits.NEGATIVE
    if world.options.json:
        from memora.records.transplants import revert_record

        world.out.record(revert_record(result))
    else:
        _show(world, result)
    return exits.DONE


def _show(world: World, result: Reverted) -> None:
    from memora.cli.transplant_text import dispute_note, transplant_lines

    out = world.out
    if result.commit is None:
        from memora.cli.changes_text import change_line, show_fields

        out.line(out.style("bold", "revert plan") + " (nothing was changed)")
        for change in result.nodes:
            out.line(change_line(out, change))
            show_fields(out, change)
    out.lines(transplant_lines(out, result))
    if result.selection.passed_over:
        out.note(_passed_over(result.selection.passed_over))
    if result.conflicts and result.commit is not None:
        out.note(dispute_note(len(result.conflicts)))


def _passed_over(count: int) -> str:
    merges = counted(count, "merge was", "merges were")
    return f"{merges} passed over; --mainline N takes back what merges brought in, too"


def _reason(result: NothingToRevert, author: str | None) -> str:
    selection = result.selection
    if not selection.commits and not any(selection.changes):
        if selection.passed_over:
            return f"nothing to revert: {_passed_over(selection.passed_over)}"
        what = f"no commit here is by {author!r}" if author is not None else f"{escape(selection.name)} holds no commit"
        if selection.session is not None:
            what = f"{escape(selection.name)} changed no memory"
        return f"nothing to revert: {what}"
    return "nothing to revert: what was done there is not here any more"
