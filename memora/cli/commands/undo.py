"""``memora undo``."""

from memora.cli.operations_text import show_step
from memora.cli.world import World
from memora.operations.history.undo import undo


def run(world: World) -> int:
    """Example: memora undo

    Take back the last command that changed something in this workspace, whatever it was. Called again it goes further
    back; `memora redo` takes an undo back. Where another workspace has moved on from what would be taken back,
    nothing is.
    """
    with world.open_repository() as repository:
        outcome = undo(repository, author=world.author(), now=world.now)
    return show_step(world, outcome, "undo", "undid")
