"""``memora commit``."""

from typing import TYPE_CHECKING, Annotated

import typer

from memora.cli import exits
from memora.cli.history_text import made_lines, short_commit
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadInput
from memora.errors.store import NoWorkspace
from memora.operations.history.commit import CommitResult, NothingToCommit, commit
from memora.operations.history.standing import pending_merge
from memora.repository import Repository

if TYPE_CHECKING:
    from memora.operations.history.merge_report import DecidedNode

_CLEAN = "nothing to commit, working tree clean"


def run(
    world: World,
    nodes: Annotated[list[str] | None, typer.Argument(metavar="[NODE]...", help="Only these memories.")] = None,
    message: Annotated[str | None, typer.Option("--message", "-m", help="What this commit is about.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who commits.")] = None,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="Commit even without changes.")] = False,
) -> int:
    """Example: memora commit -m "What I learnt about deployment"

    Record what changed since the last commit, or with NODE only the changes of those memories. Without -m an editor
    asks for the message.
    """
    with world.open_repository() as repository:
        who = world.author(author)
        if message is None:
            message = _message_of_merge(repository)
        if message is not None:
            return _commit(world, repository, message, who, nodes or (), allow_empty)
        return _commit_with_editor(world, repository, who, nodes or (), allow_empty)


def _message_of_merge(repository: Repository) -> str | None:
    """The message of the merge that waits to be committed, if one does."""
    with repository.snapshot():
        try:
            waiting = pending_merge(repository, repository.workspace.name)
        except NoWorkspace:
            return None
    return None if waiting is None else waiting.message


def _commit(
    world: World, repository: Repository, message: str, author: str, nodes: "list[str] | tuple[()]", allow_empty: bool
) -> int:
    result = commit(repository, message=message, author=author, now=world.now, nodes=nodes, allow_empty=allow_empty)
    if isinstance(result, NothingToCommit):
        world.out.note(_reason(result))
        if result.clashes and not world.options.json:
            _show_clashes(world, result.clashes)
            world.out.note("`memora undo` brings back what was here")
        return exits.NEGATIVE
    _show(world, result)
    return exits.DONE


def _commit_with_editor(
    world: World, repository: Repository, author: str, nodes: "list[str] | tuple[()]", allow_empty: bool
) -> int:
    if not world.stdin_is_terminal():
        raise BadInput("message", "is missing")
    from memora.cli.editor import open_editor
    from memora.operations.start.status import status

    found = status(repository, now=world.now, most=0)
    if found.is_clean and not allow_empty and not found.behind and not found.ahead:
        world.out.note(_CLEAN)
        return exits.NEGATIVE
    template = f"\n# What is this commit about? Lines that begin with '#' are left out.\n# {found.counts}\n"
    with open_editor(world, template) as written:
        message = "\n".join(line for line in written.splitlines() if not line.startswith("#"))
        return _commit(world, repository, message, author, nodes, allow_empty)


def _show(world: World, result: CommitResult) -> None:
    if world.options.json:
        from memora.model.commit import Commit
        from memora.records.commits import commit_record

        value = Commit(result.tree, result.parents, result.author, result.at, result.message)
        world.out.record(commit_record(result.commit, value, result.branch, result.changes))
        return
    world.out.lines(made_lines(world.out, result.branch, result.commit, result.message, result.changes))
    if result.clashes:
        _show_clashes(world, result.clashes)


def _show_clashes(world: World, clashes: "tuple[DecidedNode, ...]") -> None:
    """What another workspace had changed too: how each clash was decided, and what stays in dispute."""
    from memora.cli.transplant_text import clash_lines, dispute_note

    world.out.lines(clash_lines(world.out, clashes))
    disputed = sum(item.decision.is_disputed for item in clashes)
    if disputed:
        world.out.note(dispute_note(disputed))


def _reason(result: NothingToCommit) -> str:
    if result.caught_up_with is not None:
        tip = short_commit(result.caught_up_with)
        return f"nothing to commit; caught up with {escape(result.branch or '')}, which is at {tip} now"
    return "nothing to commit: these memories have not changed" if result.uncommitted else _CLEAN
