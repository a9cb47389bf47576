"""``memora cherry-pick``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.history_text import short_commit
from memora.cli.world import World
from memora.operations.history.cherry_pick import CherryPicked, cherry_pick
from memora.operations.history.merging import configured_policies


def run(
    world: World,
    commits: Annotated[list[str], typer.Argument(metavar="COMMIT...", help="Commits to do again here, in order.")],
    mainline: Annotated[
        int | None, typer.Option("--mainline", min=1, metavar="N", help="Which parent a merge is counted against.")
    ] = None,
) -> int:
    """Example: memora cherry-pick agent-two~1

    Do here again what commits did elsewhere: each becomes a new commit with the author and message it had. Clashes are
    decided as in a merge, and where no rule tells, the memory stays in dispute.
    """
    with world.open_repository() as repository:
        result = cherry_pick(
            repository,
            commits,
            author=world.author(),
            now=world.now,
            mainline=mainline,
            policies=configured_policies(world.settings),
        )
    for skipped in result.skipped:
        world.out.note(f"{short_commit(skipped.source)} changes nothing here")
    _show(world, result)
    return exits.DONE if result.picked else exits.NEGATIVE


def _show(world: World, result: CherryPicked) -> None:
    if world.options.json:
        from memora.records.transplants import pick_record

        for picked in result.picked:
            world.out.record(pick_record(picked))
        return
    from memora.cli.transplant_text import clash_lines, dispute_note, transplant_lines

    for skipped in result.skipped:
        world.out.lines(clash_lines(world.out, skipped.clashes))
    for picked in result.picked:
        world.out.lines(transplant_lines(world.out, picked))
    disputed = {node for picked in result.picked for node in picked.conflicts}
    if disputed:
        world.out.note(dispute_note(len(disputed)))
