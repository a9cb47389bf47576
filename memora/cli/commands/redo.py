"""``memora redo``."""

from memora.cli.operations_text import show_step
from memora.cli.world import World
from memora.operations.history.undo import redo


def run(world: World) -> int:
    """Example: memora undo && memora redo

    Take back the last undo. Called again it takes back the one before, until something new is done.
    """
    with world.open_repository() as repository:
        outcome = redo(repository, author=world.author(), now=world.now)
    return show_step(world, outcome, "redo", "redid")
