"""``memora branch``."""

from typing import Annotated, Any

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
    remotes: Annotated[bool, typer.Option("--remotes", "-r", help="List those of remotes.")] = False,
    everywhere: Annotated[bool, typer.Option("--all", "-a", help="List those here and those of remotes.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="With the newest commit, and how far it is from what it follows.")
    ] = False,
    upstream: Annotated[
        str | None,
        typer.Option("--set-upstream-to", "-u", metavar="REMOTE/BRANCH", help="Let NAME, or this branch, follow it."),
    ] = None,
    unset: Annotated[bool, typer.Option("--unset-upstream", help="Let NAME, or this branch, follow nothing.")] = False,
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

    A branch may follow one of a remote: `memora status`, push and pull go by that. One that begins at a remote's branch
    follows it.
    """
    delete = delete or delete_anyway
    listing = listing or verbose or remotes or everywhere
    if delete + move + listing + (upstream is not None) + unset > 1:
        raise BadUsage("list, rename, delete or follow: one at a time")
    if force and not delete:
        raise BadUsage("--force goes with --delete")
    if listing and name is not None:
        raise BadUsage("a list takes no name")
    if (delete or move) and name is None:
        raise BadUsage("name the branch")
    if delete and start is not None:
        raise BadUsage("delete one branch at a time")
    if upstream is not None or unset:
        if start is not None:
            raise BadUsage("name one branch")
        return _follow(world, name, upstream)
    if name is None:
        which = {"here": not remotes or everywhere, "remotes": remotes or everywhere}
        return _list(world, verbose, which)
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
            if branch.tracked is not None:
                world.out.note(f"it follows {escape(branch.tracked.name)}")
    return 0


def _show(world: World, branch: Branch, text: str) -> None:
    if world.options.json:
        from memora.records.refs import branch_record

        world.out.record(branch_record(branch))
    else:
        world.out.line(text)


def _follow(world: World, name: str | None, upstream: str | None) -> int:
    from memora.cli.remotes_text import tracked_words
    from memora.operations.history.upstream import set_upstream, unset_upstream

    with world.open_repository() as repository:
        branch = unset_upstream(repository, name) if upstream is None else set_upstream(repository, upstream, name)
    words = "follows nothing now" if branch.tracked is None else f"is {tracked_words(branch.tracked)}"
    _show(world, branch, f"Branch '{escape(branch.name)}' {words}")
    return 0


def _list(world: World, verbose: bool, which: dict[str, Any]) -> int:
    with world.open_repository() as repository:
        head = repository.workspace.head
        details = describe_branches(repository, **which) if verbose else []
        branches = [detail.branch for detail in details] if verbose else list_branches(repository, **which)
    if world.options.json:
        from memora.records.refs import branch_detail_record, branch_record

        for record in map(branch_detail_record, details) if verbose else map(branch_record, branches):
            world.out.record(record)
        return 0
    if which["here"] and head.branch is None and head.commit is not None:
        world.out.line(f"* (no branch, at {short_commit(head.commit)})")
    # As in git: where both are listed, a remote's branch has the name that no branch here can be taken for.
    prefix = "remotes/" if which["here"] else ""
    names = [escape(branch.name if branch.remote is None else prefix + branch.name) for branch in branches]
    width = max(map(len, names), default=0)
    for number, branch in enumerate(branches):
        style = "green" if branch.current else "red" if branch.remote is not None else ""
        shown = world.out.style(style, names[number]) if style else names[number]
        rest = f"{' ' * (width - len(names[number]))}  {_detail(details[number])}" if verbose else ""
        world.out.line(f"{'* ' if branch.current else '  '}{shown}{rest}")
    return 0


def _detail(detail: BranchDetail) -> str:
    if detail.branch.commit is None:
        return "no commit yet"
    parts = []
    if detail.distance is not None and not detail.branch.current:
        parts = [f"{count} {name}" for name, count in detail.distance._asdict().items() if count]
    marks = f"[{', '.join(parts)}] " if parts else ""
    if detail.branch.tracked is not None:
        from memora.cli.remotes_text import tracked_mark

        marks = f"{tracked_mark(detail.branch.tracked)} {marks}"
    return f"{_short(detail.branch)}  {marks}{escape(detail.subject)}"


def _short(branch: Branch) -> str:
    return "no commit" if branch.commit is None else short_commit(branch.commit)
