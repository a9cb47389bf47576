"""``memora receipts``."""

from contextlib import closing
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.events_text import receipt_line
from memora.cli.world import World
from memora.operations.sessions.receipts import list_receipts


def run(
    world: World,
    session: Annotated[str | None, typer.Option("--session", metavar="ID", help="Only those of this session.")] = None,
) -> int:
    """Example: memora receipts --session 2c1f0a9b

    List which memories were handed out, in which version, to which session and when, in the order of recording.
    """
    shown = 0
    with (
        world.open_repository() as repository,
        closing(list_receipts(repository, session=session)) as receipts,
    ):
        for receipt in receipts:
            shown += 1
            if world.options.json:
                from memora.records.sessions import receipt_record

                world.out.record(receipt_record(receipt))
            else:
                world.out.line(receipt_line(world.out, repository.objects, receipt))
    if shown:
        return exits.DONE
    world.out.note("nothing was handed out")
    return exits.NEGATIVE
