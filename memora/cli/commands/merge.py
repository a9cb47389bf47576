"""``memora merge``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.merge_outcome import show_merge, tree_before
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadInput, BadUsage
from memora.merge.policy import STRATEGIES, Strategy
from memora.operations.history.merge import FastForward, merge, preview_merge
from memora.operations.history.merging import configured_policies


def run(
    world: World,
    revision: Annotated[str, typer.Argument(metavar="BRANCH|REV", help="What to merge into this branch.")],
    strategy: Annotated[str, typer.Option("--strategy", help="How clashes are decided.")] = "auto",
    no_ff: Annotated[bool, typer.Option("--no-ff", help="Make a merge commit even where none is needed.")] = False,
    ff_only: Annotated[bool, typer.Option("--ff-only", help="Only move ahead; refuse to merge.")] = False,
    no_commit: Annotated[bool, typer.Option("--no-commit", help="Leave the merge in the working tree.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the merge plan, change nothing.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Print all that was taken, not a part of it.")] = False,
    allow_unrelated: Annotated[bool, typer.Option("--allow-unrelated", help="Merge without a common commit.")] = False,
    message: Annotated[str | None, typer.Option("--message", "-m", help="Message of the merge commit.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who merges.")] = None,
) -> int:
    """Example: memora merge agent-two

    Merge another branch into this one, field by field. A clash is decided by the rules of the memory's type and the
    decision printed; where no rule tells, the memory stays in dispute and the merge goes on.
    """
    if no_ff and ff_only:
        raise BadUsage("--no-ff and --ff-only exclude each other")
    fast_forward: FastForward = "never" if no_ff else "only" if ff_only else "auto"
    chosen = _strategy(strategy)
    with world.open_repository() as repository:
        before = tree_before(repository)
        policies = configured_policies(world.settings)
        if dry_run:
            result = preview_merge(
                repository,
                revision,
                now=world.now,
                strategy=chosen,
                fast_forward=fast_forward,
                allow_unrelated=allow_unrelated,
                policies=policies,
            )
        else:
            result = merge(
                repository,
                revision,
                author=world.author(author),
                now=world.now,
                message=message,
                strategy=chosen,
                fast_forward=fast_forward,
                commit=not no_commit,
                allow_unrelated=allow_unrelated,
                policies=policies,
            )
        if revision == result.branch and not world.options.json:
            world.out.note(f"{escape(revision)} is the branch this workspace is on; a branch has all of itself")
        show_merge(world, repository, result, before, planned=dry_run, explain=explain)
    return exits.DONE


def _strategy(text: str) -> Strategy:
    for strategy in STRATEGIES:
        if strategy == text:
            return strategy
    raise BadInput("strategy", f"{text!r} is none of {', '.join(STRATEGIES)}")
