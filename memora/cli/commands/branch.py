"""``memora branch``."""

from typing import Annotated

import typer

from memora.cli.history_text import short_commit
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadUsage
from memora.operations.history.branch import (
    Branch,
    BranchDetail,
    create_branch,
    delete_branch,
    describe_branches,
    list_branches,
    rename_branch,
)


def run(
    world: World,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The branch.")] = None,
    start: Annotated[
        str | None, typer.Argument(metavar="[START|NEW]", help="Where it begins; HEAD if not said.")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", "-l", help="List the branches.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List them with their newest commit.")] = False,
    delete: Annotated[bool, typer.Option("--delete", "-d", help="Delete the branch NAME.")] = False,
    delete_anyway: Annotated[bool, typer.Option("-D", help="The same as --delete --force.")] = False,
    move: Annotated[bool, typer.Option("--move", "-m", help="Rename the branch: -m [OLD] NEW.")] = False,
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Delete it though its commits are nowhere else.")
    ] = False,
) -> int:
    """Example: memora branch feature/auth && memora switch feature/auth

    List the branches; the current one is marked with '*'. With NAME make a branch at START, with -d delete one, with
    -m rename one. A branch is a name for a commit: making or deleting one changes no memory.
    """
    delete = delete or delete_anyway
    if delete + move + (listing or verbose) > 1:
        raise BadUsage("list, rename or delete: one at a time")
    if force and not delete:
        raise BadUsage("--force goes with --delete")
    if (listing or verbose) and name is not None:
        raise BadUsage("a list takes no name")
    if (delete or move) and name is None:
        raise BadUsage("name the branch")
    if delete and start is not None:
        raise BadUsage("delete one branch at a time")
    if name is None:
        return _list(world, verbose)
    with world.open_repository() as repository:
        author, now = world.author(), world.now
        if delete:
            branch = delete_branch(repository, name, force=force or delete_anyway, author=author, now=now)
            _show(world, branch, f"Deleted branch '{escape(branch.name)}', which was at {_short(branch)}")
            world.out.note("`memora undo` brings it back")
        elif move:
            old, new = (None, name) if start is None else (name, start)
            renamed = rename_branch(repository, old, new, author=author, now=now)
            names = escape(f"'{renamed.old}' to '{renamed.branch.name}'")
            _show(world, renamed.branch, f"Renamed branch {names}")
        else:
            branch = create_branch(repository, name, start, author=author, now=now)
            _show(world, branch, f"Created branch '{escape(branch.name)}' at {_short(branch)}")
    return 0


def _show(world: World, branch: Branch, text: str) -> None:
    if world.options.json:
        from memora.records.refs import branch_record

        world.out.record(branch_record(branch))
    else:
        world.out.line(text)


def _list(world: World, verbose: bool) -> int:
    with world.open_repository() as repository:
        head = repository.workspace.head
        details = describe_branches(repository) if verbose else []
        branches = [detail.branch for detail in details] if verbose else list_branches(repository)
    if world.options.json:
        from memora.records.refs import branch_detail_record, branch_record

        for record in map(branch_detail_record, details) if verbose else map(branch_record, branches):
            world.out.record(record)
        return 0
    if head.branch is None and head.commit is not None:
        world.out.line(f"* (no branch, at {short_commit(head.commit)})")
    width = max((len(branch.name) for branch in branches), default=0)
    for number, branch in enumerate(branches):
        name = escape(branch.name)
        mark, shown = ("* ", world.out.style("green", name)) if branch.current else ("  ", name)
        rest = f"{' ' * (width - len(branch.name))}  {_detail(details[number])}" if verbose else ""
        world.out.line(f"{mark}{shown}{rest}")
    return 0


def _detail(detail: BranchDetail) -> str:
    if detail.branch.commit is None:
        return "no commit yet"
    parts = []
    if detail.distance is not None and not detail.branch.current:
        parts = [f"{count} {name}" for name, count in detail.distance._asdict().items() if count]
    distance = f"[{', '.join(parts)}] " if parts else ""
    return f"{_short(detail.branch)}  {distance}{escape(detail.subject)}"


def _short(branch: Branch) -> str:
    return "no commit" if branch.commit is None else short_commit(branch.commit)
