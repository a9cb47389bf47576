"""``memora init``."""

from typing import Annotated

import typer

from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadInput
from memora.operations.start.init import init
from memora.storage.place import FOLDER


def run(
    world: World,
    path: Annotated[str | None, typer.Argument(metavar="[DIR]", help="Where to make the store.")] = None,
    branch: Annotated[str | None, typer.Option("--branch", "-b", help="Name of the first branch.")] = None,
) -> int:
    """Example: memora init

    Make a store in a directory, by default this one, or where MEMORA_DIR says. What is there is never touched.
    """
    import os

    directory = os.path.join(world.directory, path) if path is not None else _default_directory(world)
    name = branch or world.user_settings.text("init.branch")
    with init(directory, branch=name, trusted=world.trusted()) as repository:
        if world.options.json:
            from memora.records.start import store_record

            world.out.record(store_record(repository.path, name))
        else:
            world.out.line(f"Initialized empty memora store in {escape(repository.path)}")
            world.out.note("next: memora add 'Auth uses JWT RS256' --key auth.jwt.algorithm --source code_read")
    return 0


def _default_directory(world: World) -> str:
    """This directory, unless MEMORA_DIR names the store that all other commands would work with."""
    import os

    named = world.environment.get("MEMORA_DIR")
    if not named:
        return world.directory
    directory, name = os.path.split(os.path.abspath(os.path.join(world.directory, named)))
    if name != FOLDER:
        raise BadInput("MEMORA_DIR", f"names no folder called {FOLDER}: {named}")
    return directory
