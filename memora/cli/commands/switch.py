"""``memora switch``."""

from typing import Annotated

import typer

from memora.cli.history_text import short_commit
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadUsage, Uncommitted
from memora.operations.history.standing import uncommitted
from memora.operations.history.switch import Switched, switch, switch_to_commit, switch_to_new
from memora.repository import Repository

_MOST_SHOWN = 5


def run(
    world: World,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME|-|REV]", help="The branch; '-' for the last one.")
    ] = None,
    start: Annotated[str | None, typer.Argument(metavar="[START]", help="Where a new branch begins.")] = None,
    create: Annotated[bool, typer.Option("--create", "-c", help="Make the branch NAME, at START or HEAD.")] = False,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Go to the commit REV, on no branch.")] = False,
    carry: Annotated[bool, typer.Option("--carry", help="Take uncommitted changes along.")] = False,
) -> int:
    """Example: memora switch -c feature/auth

    Go to another branch: the memories become those of its newest commit. Uncommitted changes are never lost: they
    are taken along with --carry, and without it the command is refused while there are any. A new branch that begins
    here takes them along by itself.

    A branch that only a remote has is made here and follows the remote's, as does one that begins at REMOTE/BRANCH.

    `memora --workspace NAME switch BRANCH` makes another workspace, for another agent over the same store.
    """
    if create and detach:
        raise BadUsage("--create and --detach exclude each other")
    if start is not None and not create:
        raise BadUsage("START goes with --create")
    if name is None and not detach:
        raise BadUsage("name the branch to switch to")
    with world.open_repository() as repository:
        is_new = repository.refs.workspaces.find(world.workspace) is None
        try:
            author, now = world.author(), world.now
            if create and name is not None:
                switched = switch_to_new(repository, name, start, carry=carry, author=author, now=now)
            elif detach:
                switched = switch_to_commit(repository, name or "HEAD", carry=carry, author=author, now=now)
            else:
                switched = switch(repository, name or "", carry=carry, author=author, now=now)
        except Uncommitted as error:
            for line in _uncommitted_lines(repository, error.count):
                error.add_note(line)
            raise
    if is_new:
        world.out.note(f"made workspace '{escape(world.workspace)}'")
    _show(world, switched)
    return 0


def _show(world: World, switched: Switched) -> None:
    if world.options.json:
        from memora.records.refs import switched_record

        world.out.record(switched_record(switched))
        return
    branch, commit = escape(switched.head.branch or ""), switched.head.commit
    short = "" if commit is None else short_commit(commit)
    world.out.line(
        {
            "switched": f"Switched to branch '{branch}'",
            "created": f"Switched to a new branch '{branch}'",
            "moved": f"Moved to the tip of branch '{branch}', {short}",
            "detached": f"HEAD is now at {short} {escape(switched.subject)}, on no branch",
            "already": f"Already on '{branch}'" if branch else f"Already at {short}",
        }[switched.outcome]
    )
    if switched.tracked is not None:
        world.out.note(f"it follows {escape(switched.tracked.name)}")
    if switched.carried:
        world.out.note(f"{switched.carried} uncommitted change{'s' if switched.carried > 1 else ''} came along")
    if switched.left is not None:
        left = short_commit(switched.left)
        world.out.note(f"left behind {left}, which no branch has: `memora branch NAME {left}` gives it one")


def _uncommitted_lines(repository: Repository, count: int) -> list[str]:
    from memora.cli.changes_text import change_words

    lines = [change_words(change) for change in uncommitted(repository, _MOST_SHOWN)]
    return [*lines, f"and {count - _MOST_SHOWN} more"] if count > _MOST_SHOWN else lines
