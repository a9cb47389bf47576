"""``memora purge``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.purge_text import show_outcome, show_plan
from memora.cli.world import World
from memora.errors import NotConfirmed
from memora.evidence.files import WorkingFiles
from memora.operations.care.purge import Erased, NothingToPurge, purge
from memora.repository import Repository
from memora.storage.cleaning import is_unfinished

_STDIN = "-"


def run(
    world: World,
    nodes: Annotated[
        list[str] | None, typer.Argument(metavar="[NODE...]", help="Ids or keys, of whatever time.")
    ] = None,
    match: Annotated[
        str | None, typer.Option("--match", metavar="TEXT", help="A text, wherever it stands; - reads it from input.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> int:
    """Example: memora purge --match - --dry-run < leaked.txt

    Erase memories with all their versions, or every version in which a text stands, from all of history: commits are
    written anew, both logs too, and no byte stays in the store. In messages, notes and events the text alone goes.
    It cannot be undone. Other clones, remotes, backups and exported files still have it: docs/purge.md says what to do.
    """
    text = _read_match(world) if match == _STDIN else match
    with world.open_repository() as repository:
        due = not nodes and match is None and is_unfinished(repository.path)
        if not dry_run and not yes and not due and not _is_meant(world, repository, nodes or [], text):
            world.out.note("nothing was changed")
            return exits.NEGATIVE
        outcome = _purge(world, repository, nodes or [], text, dry_run)
        remotes = [remote.name for remote in repository.refs.remotes.list()]
    if world.options.json:
        from memora.records.purge import purge_record

        world.out.record(purge_record(outcome))
    return show_outcome(world.out, outcome, remotes, quiet=world.options.json)


def _purge(
    world: World, repository: Repository, nodes: list[str], text: str | None, dry_run: bool
) -> Erased | NothingToPurge:
    import os

    files = WorkingFiles(os.path.dirname(repository.path))
    return purge(repository, nodes, match=text, author=world.author(), now=world.now, files=files, dry_run=dry_run)


def _is_meant(world: World, repository: Repository, nodes: list[str], text: str | None) -> bool:
    """Show what would be done, and ask. Raises NotConfirmed where nobody can answer."""
    if not world.stdin_is_terminal():
        raise NotConfirmed("purge")
    plan = _purge(world, repository, nodes, text, dry_run=True)
    if isinstance(plan, NothingToPurge):
        return True
    show_plan(world.out, plan)
    world.out.flush()
    world.out.ask("Erase this for good? [y/N] ")
    return world.stdin.readline().strip().lower() in ("y", "yes")


def _read_match(world: World) -> str:
    """The text from standard input, without the line end behind it."""
    if world.stdin_is_terminal():
        world.out.ask("text to erase: ")
        return world.stdin.readline().rstrip("\r\n")
    return world.read_stdin("match").removesuffix("\n").removesuffix("\r")
